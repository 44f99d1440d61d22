import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { FileStore, Log } from '../../core/ports.ts'
import { confStore } from './conf-store.ts'

let dir: string
let warnings: string[]
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'parley-conf-'))
  warnings = []
})
afterEach(() => rmSync(dir, { recursive: true }))

const unexpected = (message: string): never => {
  throw new Error(`logged: ${message}`)
}
const log: Log = {
  debug: unexpected,
  info: unexpected,
  warn: (message) => void warnings.push(message),
  error: unexpected
}

const file = (): string => path.join(dir, 'parley.json')
const backup = (): string => path.join(dir, 'parley.json.bak')
const aside = (): string[] => readdirSync(dir).filter((name) => name.includes('.corrupt-'))
const open = (): FileStore => confStore(dir, log, () => '2026-01-02T03:04:05.678Z')

describe('settings file', () => {
  it('gives back what was written, to this start and the next', () => {
    const value = { name: 'Zoë', list: [1, null, { 'a.b': true }] }
    open().write('profiles', value)
    expect(open().read('profiles')).toEqual(value)
    expect(open().read('nothing')).toBeUndefined()
    expect(warnings).toEqual([])
  })

  it('takes a dot in a key for what it is', () => {
    open().write('a.b', 1)
    expect(JSON.parse(readFileSync(file(), 'utf8'))).toEqual({ 'a.b': 1 })
  })

  it.skipIf(process.platform === 'win32')('can be read by its owner only, the backup too', () => {
    open().write('k', 1)
    for (const each of [file(), backup()]) expect(statSync(each).mode & 0o777).toBe(0o600)
  })

  it('moves a broken file aside, keeps its bytes and restores the last good content', () => {
    open().write('k', 'good')
    writeFileSync(file(), '{"k": "cut o')
    expect(open().read('k')).toBe('good')
    expect(aside()).toEqual(['parley.corrupt-2026-01-02T03-04-05-678Z.json'])
    expect(readFileSync(path.join(dir, aside()[0]!), 'utf8')).toBe('{"k": "cut o')
    expect(warnings).toHaveLength(2)
  })

  it('starts empty when the backup is bad too, and keeps both aside', () => {
    open().write('k', 'good')
    writeFileSync(file(), '[1]')
    writeFileSync(backup(), 'nonsense')
    const store = open()
    expect(store.read('k')).toBeUndefined()
    store.write('k', 'new')
    expect(open().read('k')).toBe('new')
    expect(aside()).toHaveLength(2)
  })

  it('notices a file that breaks while Parley runs, and loses no write', () => {
    const store = open()
    store.write('a', 1)
    writeFileSync(file(), '\0\0\0')
    store.write('b', 2)
    expect([store.read('a'), store.read('b')]).toEqual([1, 2])
  })

  it('lets who deletes the file start afresh', () => {
    open().write('k', 1)
    rmSync(file())
    expect(open().read('k')).toBeUndefined()
    expect(warnings).toEqual([])
  })

  it('a file that the system does not let be read or written is an error, not a loss', () => {
    const store = open()
    mkdirSync(file())
    expect(() => store.read('k')).toThrow('EISDIR')
    expect(() => store.write('k', 1)).toThrow('EISDIR')
    expect(() => open()).toThrow('EISDIR')
  })

  it('never fails to start, whatever bytes the files hold, and can be written afterwards', () => {
    open().write('profiles', { a: 'text', b: [1, 2, 3] })
    const good = readFileSync(file())
    const mutated = fc
      .array(fc.tuple(fc.nat(good.length), fc.nat(2), fc.nat(255)), { minLength: 1, maxLength: 6 })
      .map((edits) => {
        const bytes = [...good]
        for (const [at, deleted, inserted] of edits) bytes.splice(at, deleted, inserted)
        return Uint8Array.from(bytes)
      })
    const content = fc.oneof(
      mutated,
      fc.uint8Array(),
      fc.json().map((text) => Buffer.from(text))
    )
    fc.assert(
      fc.property(content, fc.option(content), (main, bak) => {
        writeFileSync(file(), main)
        if (bak === null) rmSync(backup(), { force: true })
        else writeFileSync(backup(), bak)
        const store = open()
        store.read('profiles')
        store.write('after', 'ok')
        expect(open().read('after')).toBe('ok')
        expect(existsSync(backup())).toBe(true)
      }),
      { numRuns: 150 }
    )
  })
})
