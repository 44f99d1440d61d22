import { execFile } from 'node:child_process'

const ASK_LIMIT_MS = 1_500
const WATCHER = 'org.kde.StatusNotifierWatcher'

/** Ways to ask the session bus whether somebody shows trays; the first program that is there answers. */
const QUESTIONS: readonly { program: string; args: readonly string[]; yes: RegExp }[] = [
  {
    program: 'gdbus',
    args: [
      'call',
      '--session',
      '--timeout=1',
      '--dest=org.freedesktop.DBus',
      '--object-path=/org/freedesktop/DBus',
      '--method=org.freedesktop.DBus.NameHasOwner',
      WATCHER
    ],
    yes: /^\(true,\)/
  },
  {
    program: 'dbus-send',
    args: [
      '--session',
      '--print-reply',
      '--reply-timeout=1000',
      '--dest=org.freedesktop.DBus',
      '/org/freedesktop/DBus',
      'org.freedesktop.DBus.NameHasOwner',
      `string:${WATCHER}`
    ],
    yes: /boolean true/
  }
]

function ask(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(program, [...args], { env, timeout: ASK_LIMIT_MS, windowsHide: true }, (error, stdout) => {
      // Undefined: the program is not there. A bus that is not there, or does not answer, shows no tray.
      resolve(error !== null && error.code === 'ENOENT' ? undefined : stdout)
    })
  })
}

/** Whether a tray can be seen here, and a sentence. On Linux somebody has to show trays: not every desktop does. */
export async function trayAbility(
  platform: NodeJS.Platform,
  env: NodeJS.ProcessEnv
): Promise<{ works: boolean; why: string }> {
  if (platform === 'darwin') return { works: true, why: 'Parley has a place in the menu bar.' }
  if (platform === 'win32') return { works: true, why: 'Parley has a place in the notification area of the taskbar.' }
  for (const { program, args, yes } of QUESTIONS) {
    const answer = await ask(program, args, env)
    if (answer === undefined) continue
    if (yes.test(answer)) return { works: true, why: 'Parley has a place in the tray of this desktop.' }
    return {
      works: false,
      why: 'This desktop shows no tray (on GNOME an extension does), so closing the window quits Parley.'
    }
  }
  return {
    works: false,
    why: 'Parley cannot find out whether this desktop shows a tray (neither gdbus nor dbus-send is installed), so closing the window quits it.'
  }
}
