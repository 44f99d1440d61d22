import type { App } from 'electron'
import { autostartFile, setAutostart } from '../node/presence/autostart.ts'

/** The flag of a start that shows no window. */
export const HIDDEN_FLAG = '--hidden'

/** Whether the system started Parley and not a person; only macOS tells, elsewhere the flag does. */
export function startedAtLogin(app: Pick<App, 'getLoginItemSettings'>, platform: NodeJS.Platform): boolean {
  return platform === 'darwin' && app.getLoginItemSettings().wasOpenedAtLogin
}

interface LoginItemOptions {
  app: Pick<App, 'isPackaged' | 'setLoginItemSettings'>
  platform: NodeJS.Platform
  env: NodeJS.ProcessEnv
  home: string
  execPath: string
}

/** Starting at login, by the system's own list; on Linux by a file in the autostart folder. */
export function loginItem({ app, platform, env, home, execPath }: LoginItemOptions): {
  works: boolean
  why: string
  set(on: boolean): void
} {
  if (!app.isPackaged) {
    return {
      works: false,
      why: 'Only an installed Parley can start at login; this one was started from its sources.',
      set: () => undefined
    }
  }
  if (platform === 'linux') {
    // An AppImage runs from a folder that is gone after it; its file is the program.
    const program = env['APPIMAGE'] ?? execPath
    return {
      works: true,
      why: 'Parley puts a file into the autostart folder of this desktop.',
      set: (on) => setAutostart(autostartFile(env, home), on ? [program, HIDDEN_FLAG] : undefined)
    }
  }
  return {
    works: true,
    why: 'Parley is added to what this system starts at login.',
    set: (on) =>
      app.setLoginItemSettings(platform === 'win32' ? { openAtLogin: on, args: [HIDDEN_FLAG] } : { openAtLogin: on })
  }
}
