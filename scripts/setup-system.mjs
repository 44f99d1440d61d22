// What the tests need beside npm packages: installed on Debian/Ubuntu as root, else named with the exact command.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import process from 'node:process'

const PACKAGES =
  'chromium xvfb xauth openbox pulseaudio pulseaudio-utils xdotool sox espeak-ng pocketsphinx pocketsphinx-en-us fonts-dejavu-core'.split(
    ' '
  )

const installed = (name) =>
  spawnSync('dpkg-query', ['-W', '-f=${db:Status-Status}', name], { encoding: 'utf8' }).stdout === 'installed'

/** Undefined when everything is there (now), else what a person has to do. */
export function setupSystem() {
  if (process.platform !== 'linux' || !existsSync('/etc/debian_version')) {
    return `The end-to-end tests run on Debian or Ubuntu; there the packages are installed with:\n  apt-get install -y --no-install-recommends ${PACKAGES.join(' ')}`
  }
  const missing = PACKAGES.filter((name) => !installed(name))
  if (missing.length === 0) return undefined
  const install = ['apt-get', 'install', '-y', '--no-install-recommends', ...missing]
  const byHand = `sudo apt-get update && sudo ${install.join(' ')}`
  if (process.getuid() !== 0) return `System packages are missing. Run:\n  ${byHand}`
  console.log(`Installing system packages: ${missing.join(' ')}`)
  for (const [command, ...args] of [['apt-get', 'update'], install]) {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    const { status, stdout, stderr } = spawnSync(command, args, { env, encoding: 'utf8' })
    if (status !== 0) return `${command} ${args.join(' ')} failed:\n${stdout}${stderr}\nTry by hand:\n  ${byHand}`
  }
  return undefined
}
