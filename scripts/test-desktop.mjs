// `npm run test:desktop`: build, check the build without running it, then drive the built main and preload with Playwright.
// On the executable stand-in in tests/standin; with PARLEY_REAL_ELECTRON=1 the same specs run on Electron itself.
// What is tagged @standin is left out on Electron, what is tagged @linux (virtual display and sound card, no tray) on other systems.
// --no-build: out/ is already there. Everything else goes to Playwright (`npm run test:desktop -- --no-build window`).
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const root = join(import.meta.dirname, '..')
const require = createRequire(import.meta.url)
const real = process.env.PARLEY_REAL_ELECTRON === '1'
const onLinux = process.platform === 'linux'
if (!real && !onLinux) {
  console.error(
    'test:desktop: the stand-in runs on Linux only; set PARLEY_REAL_ELECTRON=1 to run the specs on Electron'
  )
  process.exit(1)
}

/** Runs one step to its end; ends this script with the step's code when it fails. */
async function step(name, args, env = process.env) {
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: 'inherit' })
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (exitCode, signal) => resolve(exitCode ?? signal))
  })
  if (code === 0) return
  console.error(`test:desktop: ${name} failed (${code})`)
  process.exit(1)
}

const programOf = (name, bin) => {
  const manifest = require.resolve(`${name}/package.json`)
  return join(dirname(manifest), require(manifest).bin[bin])
}

const asked = process.argv.slice(2)
const filters = asked.filter((arg) => arg !== '--no-build')
if (filters.length === asked.length) {
  await step('build', [programOf('electron-vite', 'electron-vite'), 'build', '--logLevel', 'warn'])
}
await step('check-build', ['scripts/check-build.mjs'])

const env = { ...process.env }
if (real) delete env.ELECTRON_OVERRIDE_DIST_PATH
else env.ELECTRON_OVERRIDE_DIST_PATH = join(root, 'tests/standin/bin')
console.log(`test:desktop: ${real ? 'on Electron itself' : 'on the stand-in (Electron itself is not run)'}`)
const config = join(root, 'tests/desktop/playwright.config.ts')
const leftOut = [...(real ? ['@standin'] : []), ...(onLinux ? [] : ['@linux'])]
const only = leftOut.length === 0 ? [] : ['--grep-invert', leftOut.join('|')]
await step('specs', [programOf('@playwright/test', 'playwright'), 'test', '--config', config, ...only, ...filters], env)
