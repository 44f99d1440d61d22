import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomBytes } from 'node:crypto'
import { filesWith, makeCanary } from '../e2e/canary.ts'
import { expect, test, type Desktop } from './desktop.ts'

/** The data folder of several starts. */
const folders = test.extend<{ dataDir: string }>({
  dataDir: async ({}, use) => {
    const dir = await mkdtemp(join(tmpdir(), 'parley-desktop-keys-'))
    await use(dir)
    await rm(dir, { recursive: true, force: true })
  }
})

const key = { kind: 'service-key', service: 'deepgram' } as const
const call = ({ page }: Desktop, name: 'secrets:list' | 'secrets:set' | 'data:open' | 'data:info', input?: unknown) =>
  page.evaluate(([one, given]) => window.parley!.invoke(one, given), [name, input] as const)

folders(
  'a key is kept encrypted, found again, and encrypted anew when the system has a newer key',
  { tag: '@standin' },
  async ({ launch, dataDir }) => {
    const canary = makeCanary()
    const first = await launch({ dataDir })
    expect(await call(first, 'secrets:list')).toMatchObject({
      ok: true,
      value: { rows: [], places: ['protected', 'memory'] }
    })
    expect(await call(first, 'secrets:set', { target: key, value: canary, place: 'protected' })).toMatchObject({
      ok: true
    })
    await first.quit()
    expect(filesWith(dataDir, canary).found).toEqual([])
    const sealed = await readFile(join(dataDir, 'secrets.json'), 'utf8')

    // The system has a newer key; the older one still opens what it closed.
    const ring = join(dataDir, 'electron/estand-key-ring')
    await writeFile(ring, `${randomBytes(32).toString('hex')}\n${await readFile(ring, 'utf8')}`)
    const second = await launch({ dataDir })
    expect(await call(second, 'secrets:list')).toMatchObject({ value: { rows: [{ target: key, place: 'protected' }] } })
    // Whoever asks for all values makes the report, in which none is.
    const report = await second.page.evaluate(() => window.parley!.invoke('data:report', { texts: true }))
    expect(JSON.stringify(report)).toContain('Deepgram: protected')
    expect(JSON.stringify(report)).not.toContain(canary)
    await expect.poll(() => readFile(join(dataDir, 'secrets.json'), 'utf8')).not.toBe(sealed)
    await second.quit()
    expect(filesWith(dataDir, canary).found).toEqual([])
  }
)

folders(
  'without a key store a key is kept in memory, or in a file by choice, and never pretended to be protected',
  { tag: '@standin' },
  async ({ launch, dataDir }) => {
    const canary = makeCanary()
    const desktop = await launch({ dataDir, env: { ESTAND_KEY_RING: 'basic_text' } })
    expect(await call(desktop, 'secrets:list')).toMatchObject({
      value: { places: ['memory', 'file'], why: expect.stringContaining('No key store') }
    })
    expect(await call(desktop, 'secrets:set', { target: key, value: canary, place: 'protected' })).toMatchObject({
      ok: false
    })
    expect(await call(desktop, 'secrets:set', { target: key, value: canary, place: 'memory' })).toMatchObject({
      value: { rows: [{ place: 'memory' }] }
    })
    expect(filesWith(dataDir, canary).found).toEqual([])
    expect(await call(desktop, 'secrets:set', { target: key, value: canary, place: 'file' })).toMatchObject({
      ok: true
    })
    expect(filesWith(dataDir, canary).found).toEqual(['secrets.json', 'secrets.json.bak'])

    // A crash of main whose error holds the key is told without it.
    let told = ''
    for (const stream of [desktop.process.stdout, desktop.process.stderr]) {
      stream?.on('data', (chunk: Buffer) => (told += chunk.toString()))
    }
    const exited = new Promise<number | null>((resolve) => desktop.process.once('close', resolve))
    await desktop.app.evaluate((_modules, held) => {
      setTimeout(() => {
        throw Object.assign(new Error(`planted ${held}`), { headers: { authorization: held } })
      }, 50)
    }, canary)
    expect(await exited).toBe(70)
    expect(told).toContain('planted [Deepgram key]')
    expect(told).not.toContain(canary)
    expect(filesWith(dataDir, canary).found).toEqual(['secrets.json', 'secrets.json.bak'])
  }
)

folders('the data folder is opened by the system', { tag: '@standin' }, async ({ launch, dataDir }) => {
  const desktop = await launch({ dataDir })
  expect(await call(desktop, 'data:info')).toMatchObject({ ok: true, value: { dir: dataDir } })
  expect(await call(desktop, 'data:open')).toMatchObject({ ok: true })
  const opened = await desktop.app.evaluate(() =>
    globalThis.estand?.calls.filter(({ name }) => name === 'shell.openPath')
  )
  expect(opened?.map(({ args }) => args)).toEqual([[dataDir]])
})
