import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { workerEntry } from '../worker-entry.ts'
import type { HookOrder } from './hook-messages.ts'

/** A running hook process, as its owner has it. */
export interface HookChild {
  post(order: HookOrder): void
  onMessage(listener: (message: unknown) => void): void
  /** Called once, however it ended. */
  onExit(listener: () => void): void
  /** Ends it at once; idempotent. */
  kill(): void
}

/** All that the process needs to find the keyboard. It gets no key, no token and no folder of Parley. */
const NEEDED = ['DISPLAY', 'XAUTHORITY', 'PATH', 'HOME', 'SystemRoot', 'TEMP', 'TMP', 'TMPDIR', 'XDG_RUNTIME_DIR']

export function hookEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  const entries = NEEDED.map((name) => [name, env[name]] as const)
  return Object.fromEntries(entries.filter((entry): entry is readonly [string, string] => entry[1] !== undefined))
}

/** The hook as a Node child process. */
export function forkHook(env: NodeJS.ProcessEnv): HookChild {
  const entry = fileURLToPath(workerEntry(import.meta.url, './hook-process.ts', 'hook-process.js'))
  const child = fork(entry, [], {
    env: hookEnvironment(env),
    execArgv: [],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc']
  })
  return {
    // A child that has just gone cannot be told anything; its exit says so.
    post: (order) => void child.send(order, () => undefined),
    onMessage: (listener) => void child.on('message', listener),
    onExit(listener) {
      let gone = false
      const once = (): void => {
        if (!gone) listener()
        gone = true
      }
      child.once('exit', once)
      child.once('error', once)
    },
    kill: () => void child.kill('SIGKILL')
  }
}
