import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readDesktopStart, secondStartNote } from './start.ts'

let dir: string
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'parley-start-'))
})
afterAll(() => rmSync(dir, { recursive: true }))

const CHROMIUM = ['--remote-debugging-port=0', '--no-sandbox', '--enable-features=X', '--user-data-dir=/tmp/elsewhere']

test("our flags are found among Chromium's own", () => {
  const argv = ['electron', ...CHROMIUM, '.', '--connect', `--data-dir=${dir}`]
  expect(readDesktopStart(argv, {})).toEqual({
    kind: 'run',
    dataDir: dir,
    userDataDir: join(dir, 'electron'),
    connect: true,
    hidden: false,
    selfCheck: false,
    warnings: []
  })
  expect(readDesktopStart([...argv, '--hidden'], {})).toMatchObject({ connect: true, hidden: true })
})

test('without --data-dir the folder of the other hosts is used', () => {
  const start = readDesktopStart(['electron', '.'], { XDG_DATA_HOME: dir, APPDATA: dir })
  if (start.kind !== 'run') throw new Error(start.text)
  expect(existsSync(start.dataDir)).toBe(true)
  expect(start.connect).toBe(false)
})

test('a profile file is read before anything starts', () => {
  const file = join(dir, 'agent.json')
  writeFileSync(file, JSON.stringify({ schemaVersion: 1, name: 'Echo', service: 'builtin' }))
  const start = readDesktopStart(['electron', '.', `--data-dir=${dir}`, `--profile=${file}`], {})
  expect(start).toMatchObject({ kind: 'run', profile: { name: 'Echo' } })
})

test('a profile that is not there, or none, stops with a sentence', () => {
  const missing = readDesktopStart(['electron', '.', '--profile=/no/such.json'], {})
  expect(missing).toMatchObject({ kind: 'stop', exitCode: 2 })
  const file = join(dir, 'broken.json')
  writeFileSync(file, '{')
  const broken = readDesktopStart(['electron', '.', `--profile=${file}`], {})
  if (broken.kind !== 'stop') throw new Error('not refused')
  expect(broken.text).toContain(`The profile ${file} cannot be used: `)
})

test('a profile that cannot be used stops with a sentence', () => {
  const file = join(dir, 'napster.json')
  writeFileSync(file, JSON.stringify({ schemaVersion: 1, name: 'N', service: 'napster' }))
  for (const [name, sentence] of [
    [file, 'settings.agentId is missing. Write the id of a Napster agent'],
    ['/dev/zero', 'too large']
  ] as const) {
    const start = readDesktopStart(['electron', '.', `--profile=${name}`], {})
    if (start.kind !== 'stop') throw new Error('not refused')
    expect(start.exitCode).toBe(2)
    expect(start.text).toContain(sentence)
    expect(start.text.trim()).not.toContain('\n')
  }
})

test('a data folder that is a file stops with what to do', () => {
  const file = join(dir, 'a-file')
  writeFileSync(file, '')
  const start = readDesktopStart(['electron', '.', `--data-dir=${file}`], {})
  if (start.kind !== 'stop') throw new Error('not refused')
  expect(start).toMatchObject({ exitCode: 1 })
  expect(start.text).toContain('--data-dir DIR')
})

test('--help tells the flags and ends well', () => {
  expect(readDesktopStart(['electron', '.', '--help'], {})).toMatchObject({ kind: 'stop', exitCode: 0 })
})

test('a second start is told which of its flags are not done', () => {
  const profile = { schemaVersion: 1 as const, name: 'Echo', service: 'builtin' as const }
  expect(secondStartNote({ connect: false })).toBeUndefined()
  expect(secondStartNote({ connect: true, profile })).toMatch(/running already.*Not done: --profile, --connect\./)
})
