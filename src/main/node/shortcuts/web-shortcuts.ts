import { keyboardFacts } from '../../../core/shortcuts/abilities.ts'
import type { Clock, Log } from '../../../shared/runtime.ts'
import { forkHook } from './fork-hook.ts'
import { openShortcuts, type Shortcuts } from './shortcuts.ts'

/** Hotkeys of the web host, while it runs: by the hook alone. */
export function webShortcuts(options: {
  env: NodeJS.ProcessEnv
  hasPage: () => boolean
  clock: Clock
  log: Log
}): Shortcuts {
  const { env } = options
  return openShortcuts({
    ...options,
    facts: keyboardFacts('web', process.platform, env),
    forkHook: () => forkHook(env)
  })
}
