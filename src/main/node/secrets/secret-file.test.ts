import { chmodSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { storeProblems } from '../data-problems.ts'
import { SecretFile, SecretFileError, type SecretEntry } from './secret-file.ts'

const entry = (name: string, value = `value of ${name}`): SecretEntry => ({
  target: { kind: 'named', name },
  place: 'file',
  value
})
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

let dir: string
beforeEach(() => void (dir = mkdtempSync(path.join(tmpdir(), 'parley-secret-file-'))))
afterEach(() => {
  rmSync(dir, { recursive: true, force: true })
})

function open(readOnly = false) {
  const problems = storeProblems()
  const file = new SecretFile({
    dataDir: dir,
    log: silent,
    problems,
    nowIso: () => '2026-01-02T03:04:05.006Z',
    readOnly
  })
  return { file, told: () => problems.list().map(({ code }) => code) }
}
const at = (name: string): string => path.join(dir, name)
const text = (name: string): string => readFileSync(at(name), 'utf8')

describe('the file of secrets', () => {
  it('holds after a restart what was written, for this user alone, in the file and its copy', () => {
    open().file.write([entry('A'), entry('B')])
    const { file, told } = open()
    expect(file.entries).toEqual([entry('A'), entry('B')])
    expect(told()).toEqual([])
    expect(readdirSync(dir).toSorted()).toEqual(['secrets.json', 'secrets.json.bak'])
    for (const name of readdirSync(dir)) expect(statSync(at(name)).mode & 0o777).toBe(0o600)
  })

  it('has what was removed in neither', () => {
    const { file } = open()
    file.write([entry('A'), entry('B')])
    file.write([entry('B')])
    expect(text('secrets.json') + text('secrets.json.bak')).not.toContain('value of A')
  })

  it.each(['', '{', '[]', '{"schemaVersion":1}', '{"schemaVersion":"1","entries":[]}', '\uFFFF\u0000'])(
    'that cannot be read (%j) is moved aside, told, and replaced by its copy',
    (broken) => {
      open().file.write([entry('A')])
      writeFileSync(at('secrets.json'), broken)
      const { file, told } = open()
      expect(file.entries).toEqual([entry('A')])
      expect(told()).toEqual(['quarantined', 'restored'])
      expect(text('secrets.corrupt-2026-01-02T03-04-05-006Z.json')).toBe(broken)
      expect(open().told()).toEqual([])
    }
  )

  it('that cannot be read, as its copy, is moved aside and told, and Parley begins without keys', () => {
    writeFileSync(at('secrets.json'), 'x')
    writeFileSync(at('secrets.json.bak'), 'y')
    const { file, told } = open()
    expect(file.entries).toEqual([])
    expect(told()).toEqual(['quarantined', 'quarantined'])
    expect(readdirSync(dir).toSorted()).toEqual([
      'secrets.corrupt-2026-01-02T03-04-05-006Z-2.json',
      'secrets.corrupt-2026-01-02T03-04-05-006Z.json'
    ])
  })

  it('with one bad entry keeps the others, and keeps the file as it was beside it', () => {
    const bad = JSON.stringify({ schemaVersion: 1, entries: [entry('A'), { target: 'x' }, entry('B')] })
    writeFileSync(at('secrets.json'), bad)
    const { file, told } = open()
    expect(file.entries).toEqual([entry('A'), entry('B')])
    expect(told()).toEqual(['entry-unreadable'])
    expect(text('secrets.corrupt-2026-01-02T03-04-05-006Z.json')).toBe(bad)
  })

  it('of a newer Parley is read as far as it can be and never written', () => {
    const newer = JSON.stringify({ schemaVersion: 2, more: true, entries: [entry('A'), { new: 1 }] })
    writeFileSync(at('secrets.json'), newer)
    const { file, told } = open()
    expect(file.entries).toEqual([entry('A')])
    expect(told()).toEqual(['newer'])
    expect(() => file.write([])).toThrow(SecretFileError)
    expect(text('secrets.json')).toBe(newer)
  })

  it('that another program changed meanwhile is kept beside what is written over it', () => {
    const { file, told } = open()
    file.write([entry('A')])
    writeFileSync(at('secrets.json'), JSON.stringify({ schemaVersion: 1, entries: [entry('C')] }))
    file.write([entry('B')])
    expect(told()).toEqual(['quarantined'])
    expect(text('secrets.changed-2026-01-02T03-04-05-006Z.json')).toContain('value of C')
    expect(open().file.entries).toEqual([entry('B')])
  })

  it.skipIf(process.platform === 'win32')('that others could read is closed to them', () => {
    open().file.write([entry('A')])
    chmodSync(at('secrets.json'), 0o644)
    open()
    expect(statSync(at('secrets.json')).mode & 0o777).toBe(0o600)
  })

  it('that cannot be written refuses the change with a sentence and forgets nothing', () => {
    const { file } = open()
    file.write([entry('A')])
    rmSync(dir, { recursive: true })
    expect(() => file.write([])).toThrow(/secrets\.json cannot be written: there is no such file or folder/)
    expect(file.entries).toEqual([entry('A')])
  })

  it('is gone after destroy with all that was ever moved aside, and nothing comes back', () => {
    open().file.write([entry('A')])
    writeFileSync(at('secrets.json'), 'x')
    const { file } = open()
    writeFileSync(at('other.json'), '{}')
    file.destroy()
    expect(readdirSync(dir)).toEqual(['other.json'])
    expect(open().file.entries).toEqual([])
  })

  it('is neither moved nor corrected by who only reads it', () => {
    writeFileSync(at('secrets.json'), 'x', { mode: 0o644 })
    expect(open(true).told()).toEqual(['quarantined'])
    expect(readdirSync(dir)).toEqual(['secrets.json'])
    expect(existsSync(at('secrets.json'))).toBe(true)
  })
})
