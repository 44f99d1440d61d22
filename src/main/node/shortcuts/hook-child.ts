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
