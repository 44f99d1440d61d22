import { globalShortcut, utilityProcess, type PowerMonitor } from 'electron'
import { keyboardFacts } from '../../core/shortcuts/abilities.ts'
import type { Clock, Log } from '../../shared/runtime.ts'
import { type HookChild, hookEnvironment } from '../node/shortcuts/hook-child.ts'
import { openShortcuts, type Shortcuts } from '../node/shortcuts/shortcuts.ts'
import type { SystemShortcuts } from '../node/shortcuts/system-keys.ts'

/** Electron's shortcuts: key-down only. Needs a ready app. */
const electronShortcuts: SystemShortcuts = {
  register: (accelerator, onPress) => globalShortcut.register(accelerator, onPress),
  clear: () => globalShortcut.unregisterAll()
}

/** The hook in a utility process, from the bundle `entry`. It is given what it needs to find the keyboard, and none of Parley's keys. */
export function utilityHook(entry: string, env: NodeJS.ProcessEnv): HookChild {
  const child = utilityProcess.fork(entry, [], {
    serviceName: 'Parley hotkeys',
    stdio: 'ignore',
    env: hookEnvironment(env)
  })
  return {
    post: (order) => child.postMessage(order),
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void child.once('exit', () => listener()),
    kill: () => void child.kill()
  }
}

interface DesktopShortcutOptions {
  /** The hook's bundle. */
  entry: string
  env: NodeJS.ProcessEnv
  power: Pick<PowerMonitor, 'on'>
  show: () => void
  onRefused: (sentence: string) => void
  clock: Clock
  log: Log
}

/** Hotkeys of the desktop program. Needs a ready app. */
export function desktopShortcuts({ entry, env, power, ...rest }: DesktopShortcutOptions): Shortcuts {
  const shortcuts = openShortcuts({
    ...rest,
    facts: keyboardFacts('desktop', process.platform, env),
    forkHook: () => utilityHook(entry, env),
    system: electronShortcuts
  })
  power.on('lock-screen', () => shortcuts.screenLocked(true))
  power.on('unlock-screen', () => shortcuts.screenLocked(false))
  power.on('suspend', () => shortcuts.asleep(true))
  power.on('resume', () => shortcuts.asleep(false))
  return shortcuts
}
