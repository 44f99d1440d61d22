import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { lockDataDir } from '../../src/main/node/data-lock.ts'
import { appRoot, expect, test } from './desktop.ts'

const electronPath = createRequire(import.meta.url)('electron') as string

test('a data folder that a web host has ends the start with code 1 and one sentence', async ({ rig }) => {
  // Short: the name of a socket in it may not be long.
  const dataDir = await mkdtemp(path.join(tmpdir(), 'parley-taken-'))
  const lock = lockDataDir(dataDir)
  expect(lock.kind).toBe('held')
  const child = spawn(electronPath, ['.', `--data-dir=${dataDir}`], {
    cwd: appRoot,
    env: rig.env,
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: 30_000
  })
  let told = ''
  child.stderr.on('data', (chunk: Buffer) => (told += chunk.toString()))
  const code = await new Promise((resolve) => child.once('close', resolve))
  if (lock.kind === 'held') lock.release()
  await rm(dataDir, { recursive: true, force: true })
  expect(code).toBe(1)
  expect(told).toMatch(/^Parley is running already with the data folder \S+\. .*--data-dir DIR\.$/m)
})

test('agents outlive a kill -9 and a broken file, through electron-store too', async ({ launch }) => {
  const text = JSON.stringify({ schemaVersion: 1, name: 'Kept', service: 'builtin', unknown: { x: [1] } })
  const first = await launch()
  const { dataDir } = first
  const saved = await first.page.evaluate((file) => window.parley!.invoke('profiles:save', { text: file }), text)
  expect(saved).toMatchObject({ ok: true })
  const gone = new Promise((resolve) => first.process.once('exit', resolve))
  first.process.kill('SIGKILL')
  await gone
  const file = path.join(dataDir, 'parley.json')
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ schemaVersion: 2 })
  await writeFile(file, '{"profiles":')
  // Its Chromium is still ending.
  await rm(path.join(dataDir, 'electron'), { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })

  const second = await launch({ dataDir })
  const list = await second.page.evaluate(() => window.parley!.invoke('profiles:list', undefined))
  expect(list).toMatchObject({
    ok: true,
    value: { profiles: expect.arrayContaining([expect.objectContaining({ name: 'Kept' })]) }
  })
})
