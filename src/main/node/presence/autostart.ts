import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/** Where a Linux desktop looks for what starts at login. */
export function autostartFile(env: NodeJS.ProcessEnv, home: string): string {
  const config = env['XDG_CONFIG_HOME']
  return path.join(
    config !== undefined && path.isAbsolute(config) ? config : path.join(home, '.config'),
    'autostart',
    'parley.desktop'
  )
}

/** One word of an `Exec` line (Desktop Entry Specification, "The Exec key"): quoted, and no field code. */
function execWord(word: string): string {
  const quoted = word.replaceAll(/["`$\\]/g, String.raw`\$&`).replaceAll('%', '%%')
  // The line is a string value too, where a backslash is written twice.
  return `"${quoted.replaceAll('\\', '\\\\')}"`
}

/** The text of the file that starts `command` at login. Throws on a control character, which no such line can hold. */
export function autostartEntry(command: readonly string[]): string {
  if (command.some((word) => /\p{Cc}/u.test(word)))
    throw new Error('a name with a control character cannot be started at login')
  return `[Desktop Entry]
Type=Application
Version=1.0
Name=Parley
Comment=Talk to an agent
Exec=${command.map(execWord).join(' ')}
Terminal=false
X-GNOME-Autostart-enabled=true
`
}

/** Writes the file or takes it away. */
export function setAutostart(file: string, command: readonly string[] | undefined): void {
  if (command === undefined) {
    rmSync(file, { force: true })
    return
  }
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, autostartEntry(command))
}

export const isAutostart = (file: string): boolean => existsSync(file)
