import { chmodSync, mkdirSync, statSync } from 'node:fs'
import path from 'node:path'

/** Where Parley keeps profiles and settings when nobody says otherwise. */
export function defaultDataDir(platform: NodeJS.Platform, env: NodeJS.ProcessEnv, home: string): string {
  if (platform === 'win32') {
    return path.win32.join(env['APPDATA'] ?? path.win32.join(home, 'AppData', 'Roaming'), 'Parley')
  }
  if (platform === 'darwin') return path.posix.join(home, 'Library', 'Application Support', 'Parley')
  const xdg = env['XDG_DATA_HOME']
  // The XDG specification asks to ignore a relative path.
  const base = xdg !== undefined && path.posix.isAbsolute(xdg) ? xdg : path.posix.join(home, '.local', 'share')
  return path.posix.join(base, 'parley')
}

/** Makes the folder if need be and closes it to other users (Windows keeps its own rights). Throws what the system says. */
export function openDataDir(dir: string): string {
  const absolute = path.resolve(dir)
  mkdirSync(absolute, { recursive: true, mode: 0o700 })
  if (process.platform !== 'win32' && (statSync(absolute).mode & 0o077) !== 0) chmodSync(absolute, 0o700)
  return absolute
}
