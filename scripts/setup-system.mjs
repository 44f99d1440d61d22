// What the tests need beside npm packages: installed on Debian/Ubuntu as root, else named with the exact command.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import process from 'node:process'

const PACKAGES =
  'chromium xvfb xauth openbox pulseaudio pulseaudio-utils xdotool sox espeak-ng pocketsphinx pocketsphinx-en-us pocketsphinx-testdata fonts-dejavu-core'.split(
    ' '
  )
const BROWSERS = ['chromium', 'google-chrome', 'google-chrome-stable', 'microsoft-edge']
/** Another apt-get may be at work (unattended upgrades on a fresh machine). */
const APT = ['apt-get', '-o', 'DPkg::Lock::Timeout=300']

const readIfThere = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : '')

const thisMachine = () => ({
  platform: process.platform,
  isDebian: existsSync('/etc/debian_version'),
  // Ubuntu's own chromium is a snap, which a container cannot run.
  isUbuntu: /^ID=ubuntu$/m.test(readIfThere('/etc/os-release')),
  uid: process.getuid?.()
})

const installed = (name) =>
  spawnSync('dpkg-query', ['-W', '-f=${db:Status-Status}', name], { encoding: 'utf8' }).stdout === 'installed'

/** The browser the tests drive: the one that was named, else one on PATH, else Playwright's own. Undefined: there is none. */
export function findTestBrowser() {
  if (process.env.PARLEY_CHROMIUM) return process.env.PARLEY_CHROMIUM
  const folders = (process.env.PATH ?? '').split(path.delimiter)
  const files = BROWSERS.flatMap((name) => folders.map((folder) => path.join(folder, name)))
  const { chromium } = createRequire(import.meta.url)('@playwright/test')
  return [...files, chromium.executablePath()].find((file) => existsSync(file))
}

const shell = (command) => command.join(' ')

/** Commands that bring what is missing, each as a list of words. */
function missingCommands({ isUbuntu }) {
  const hasBrowser = findTestBrowser() !== undefined
  const needed = PACKAGES.filter((name) => name !== 'chromium' || !(isUbuntu || hasBrowser))
  const missing = needed.filter((name) => !installed(name))
  const install = missing.length === 0 ? [] : [[...APT, 'install', '-y', '--no-install-recommends', ...missing]]
  const browser = isUbuntu && !hasBrowser ? [['npx', '--no', 'playwright', 'install', '--with-deps', 'chromium']] : []
  return install.length + browser.length === 0 ? [] : [[...APT, 'update'], ...install, ...browser]
}

/** Undefined when everything is there (now), else what a person has to do. */
export function setupSystem(machine = thisMachine()) {
  if (machine.platform !== 'linux' || !machine.isDebian) {
    return `The end-to-end tests run on Debian or Ubuntu. There, the packages are installed with:\n  sudo ${APT[0]} install -y --no-install-recommends ${PACKAGES.join(' ')}`
  }
  const commands = missingCommands(machine)
  if (commands.length === 0) return undefined
  const byHand = commands.map((command) => `sudo ${shell(command)}`).join(' && ')
  if (machine.uid !== 0) return `System packages are missing. Run:\n  ${byHand}`
  for (const command of commands) {
    console.log(`Installing system packages: ${shell(command)}`)
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    const { status, stdout, stderr, error } = spawnSync(command[0], command.slice(1), { env, encoding: 'utf8' })
    if (status === 0) continue
    const why = error?.message ?? `${stdout}${stderr}`.trim()
    return `${shell(command)} failed:\n${why}\nTry by hand:\n  ${byHand}`
  }
  const left = missingCommands(machine)
  return left.length === 0 ? undefined : `Still missing after the installation. Try by hand:\n  ${shell(left.at(-1))}`
}
