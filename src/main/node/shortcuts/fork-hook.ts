import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { workerEntry } from '../worker-entry.ts'
import { type HookChild, hookEnvironment } from './hook-child.ts'

/** The hook as a Node child process. Not for the desktop program: its fuses let it run no Node children. */
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
