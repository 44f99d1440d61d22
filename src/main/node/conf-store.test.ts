import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import Conf from 'conf'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ManualClock, silentLog } from '../../core/testing.test-support.ts'
import { confStore, type ConfStoreOptions } from './conf-store.ts'
import { storeProblems, type StoreProblems } from './data-problems.ts'

let dir: string
let problems: StoreProblems
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'parley-conf-'))
  problems = storeProblems()
})
afterEach(() => rmSync(dir, { recursive: true }))

const file = (): string => path.join(dir, 'parley.json')
const backup = (): string => path.join(dir, 'parley.json.bak')
const aside = (): string[] => readdirSync(dir).filter((name) => /\.(corrupt|changed)-/.test(name))
const codes = (): string[] => problems.list().map(({ code }) => code)
const onDisk = (which = file()): unknown => {
  const { sha256: _sha256, ...document } = JSON.parse(readFileSync(which, 'utf8')) as Record<string, unknown>
  return document
}
const open = (more: Partial<ConfStoreOptions> = {}) =>
  confStore({ dataDir: dir, log: silentLog, problems, nowIso: () => '2026-01-02T03:04:05.678Z', ...more })

/** A disk that refuses every write while `full`. */
function disk(): { full: boolean; create: NonNullable<ConfStoreOptions['create']> } {
  const state = {
    full: false,
    create: (options: ConstructorParameters<typeof Conf>[0]) => {
      const conf = new Conf(options)
      return new Proxy(conf, {
        set(target, name, value) {
          if (state.full) throw Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' })
          return Reflect.set(target, name, value, target)
        }
      })
    }
  }
  return state
}

describe('the settings file', () => {
  it('gives back what was written, to this start and the next, and is read once', () => {
    const value = { name: 'Zoë', list: [1, null, { 'a.b': true }] }
    const store = open()
    store.write('profiles', value)
    expect(store.read('profiles')).toEqual(value)
    expect(open().read('profiles')).toEqual(value)
    expect(open().read('nothing')).toBeUndefined()
    expect(open().read('toString')).toBeUndefined()
    expect(problems.list()).toEqual([])
  })

  it('gives copies: what is done with them changes nothing', () => {
    const value = { a: [1] }
    const store = open()
    store.write('k', value)
    value.a.push(2)
    ;(store.read('k') as { a: number[] }).a.push(3)
    expect(store.read('k')).toEqual({ a: [1] })
  })

  it('takes a dot in a key for what it is, says its version, and ends in a new line', () => {
    open().write('a.b', 1)
    expect(onDisk()).toEqual({ schemaVersion: 2, 'a.b': 1 })
    expect(readFileSync(file(), 'utf8')).toMatch(/\}\n$/)
    expect(readFileSync(backup(), 'utf8')).toBe(readFileSync(file(), 'utf8'))
  })

  it('keeps what it does not know, at every level and under any name', () => {
    const text = '{"future":{"__proto__":{"a":1},"x":[{"toJSON":1}]},"constructor":{"b":2},"known":1}'
    writeFileSync(file(), text)
    open().write('known', 2)
    expect(readFileSync(file(), 'utf8').replaceAll(/\s/g, '')).toMatch(
      /^\{"future":\{"__proto__":\{"a":1\},"x":\[\{"toJSON":1\}\]\},"constructor":\{"b":2\},"known":2,"schemaVersion":2,"sha256":"[0-9a-f]{64}"\}$/
    )
  })

  it.skipIf(process.platform === 'win32')('can be read by its owner only, the copy too', () => {
    open().write('k', 1)
    for (const each of [file(), backup()]) expect(statSync(each).mode & 0o777).toBe(0o600)
  })

  it('leaves nothing behind of a write that was cut off', () => {
    for (const name of ['parley.json.tmp-123abc', 'parley.json.bak.tmp-4']) writeFileSync(path.join(dir, name), '{')
    writeFileSync(path.join(dir, 'other.tmp-1'), 'not ours')
    open()
    expect(readdirSync(dir)).toEqual(['other.tmp-1'])
  })
})

describe('what is cleared', () => {
  it('is gone from the disk, with what was moved aside, and comes back only as what is written then', () => {
    const store = open()
    store.write('k', 1)
    writeFileSync(file(), '{')
    store.write('k', 2)
    writeFileSync(file(), '{"by":"hand"}')
    writeFileSync(backup(), '{')
    const again = open()
    expect(aside().length).toBeGreaterThan(1)
    for (const other of ['parley.lock', 'history.db', 'parley.txt', 'parley']) writeFileSync(path.join(dir, other), '')
    again.clear()
    expect(readdirSync(dir).toSorted()).toEqual(['history.db', 'parley', 'parley.lock', 'parley.txt'])
    expect(again.read('k')).toBeUndefined()
    again.write('x', 1)
    expect(onDisk()).toEqual({ schemaVersion: 2, x: 1 })
    expect(onDisk(backup())).toEqual({ schemaVersion: 2, x: 1 })
  })
})

describe('a settings file that is broken', () => {
  it.each(['{"k": "cut o', '', '[1]', 'null', '\0\0\0', '"text"', '{"k":1}x'])(
    'as %j is moved aside with its bytes, and the last good copy takes its place',
    (text) => {
      open().write('k', 'good')
      writeFileSync(file(), text)
      expect(open().read('k')).toBe('good')
      expect(aside()).toEqual(['parley.corrupt-2026-01-02T03-04-05-678Z.json'])
      expect(readFileSync(path.join(dir, aside()[0]!), 'utf8')).toBe(text)
      expect(codes()).toEqual(['quarantined', 'restored'])
      expect(problems.list()[0]?.message).toContain(aside()[0])
      expect(onDisk()).toMatchObject({ k: 'good' })
    }
  )

  it('by bytes that are no text is moved aside too', () => {
    open().write('k', 'good')
    writeFileSync(file(), Buffer.from([...Buffer.from('{"k":"'), 0xff, ...Buffer.from('"}')]))
    expect(open().read('k')).toBe('good')
    expect(aside()).toHaveLength(1)
  })

  it('together with its copy: Parley begins anew, says so, and both are kept', () => {
    open().write('k', 'good')
    writeFileSync(file(), '[1]')
    writeFileSync(backup(), 'nonsense')
    const store = open()
    expect(store.read('k')).toBeUndefined()
    store.write('k', 'new')
    expect(open().read('k')).toBe('new')
    expect(aside()).toHaveLength(2)
    expect(codes()).toEqual(['quarantined', 'quarantined', 'quarantined'])
    expect(problems.list().at(-1)?.message).toMatch(/no good copy/)
  })

  it('twice in one moment: no file takes the place of the other', () => {
    for (const text of ['one', 'two']) {
      writeFileSync(file(), text)
      open()
    }
    expect(aside().map((name) => readFileSync(path.join(dir, name), 'utf8'))).toEqual(
      expect.arrayContaining(['one', 'two'])
    )
  })

  it('or gone is restored from its copy: nothing that was saved is lost', () => {
    open().write('k', 1)
    rmSync(file())
    expect(open().read('k')).toBe(1)
    expect(codes()).toEqual(['restored'])
  })

  it('while Parley runs: nothing is lost, neither of Parley nor of the file', () => {
    const store = open()
    store.write('a', 1)
    writeFileSync(file(), '\0\0\0')
    store.write('b', 2)
    expect(onDisk()).toMatchObject({ a: 1, b: 2 })
    expect(codes()).toEqual(['quarantined'])
  })

  it('in its copy alone is moved aside, and the copy is made anew', () => {
    open().write('k', 1)
    writeFileSync(backup(), '{')
    const store = open()
    expect(store.read('k')).toBe(1)
    writeFileSync(backup(), '{{')
    store.write('k', 2)
    expect(onDisk(backup())).toMatchObject({ k: 2 })
    expect(aside()).toHaveLength(2)
  })
})

describe('a settings file that somebody else changed', () => {
  it('is kept before it is written over', () => {
    const store = open()
    store.write('k', 1)
    writeFileSync(file(), '{"k":"by hand"}')
    store.write('k', 2)
    expect(onDisk()).toMatchObject({ k: 2 })
    expect(aside()).toEqual(['parley.changed-2026-01-02T03-04-05-678Z.json'])
    expect(onDisk(path.join(dir, aside()[0]!))).toEqual({ k: 'by hand' })
    expect(problems.list()).toMatchObject([{ code: 'quarantined', message: /changed by another program/ }])
  })

  it.each([
    ['by hand', (text: string) => text.replace('"a": 1', '"a": 3')],
    ['in a name that Parley looks for', (text: string) => text.replace('"k"', '"j"')],
    ['in its check', (text: string) => text.replace(/"sha256": ".*"/, '"sha256": "0"')],
    ['in the name of its check', (text: string) => text.replace('"sha256"', '"sha255"')],
    ['into one without any mark', () => '{}'],
    ['to an older version', (text: string) => text.replace('"schemaVersion": 2', '"schemaVersion": 1')]
  ])('while it did not run, %s, is used, told once, and the last one of Parley is kept', (_how, change) => {
    open().write('k', { a: 1 })
    const [good, changed] = [readFileSync(file(), 'utf8'), change(readFileSync(file(), 'utf8'))]
    writeFileSync(file(), changed)
    const store = open()
    const { k } = JSON.parse(changed) as { k?: unknown }
    expect(store.read('k')).toEqual(k)
    expect(problems.list()).toMatchObject([{ code: 'quarantined', message: /used as it is now.*is kept in/ }])
    expect(readFileSync(path.join(dir, aside()[0]!), 'utf8')).toBe(good)
    open()
    expect(problems.list()).toHaveLength(1)
  })

  it('only in its white space is as good as before', () => {
    open().write('k', { a: [1] })
    writeFileSync(file(), JSON.stringify(JSON.parse(readFileSync(file(), 'utf8'))))
    expect(open().read('k')).toEqual({ a: [1] })
    expect(problems.list()).toEqual([])
  })

  it('and that has no good copy is used and told too', () => {
    open().write('k', 1)
    writeFileSync(file(), readFileSync(file(), 'utf8').replace('"k": 1', '"k": 2'))
    rmSync(backup())
    expect(open().read('k')).toBe(2)
    expect(problems.list()).toMatchObject([{ code: 'quarantined', message: /no copy/ }])
  })

  it('into one of a newer Parley is left alone from then on', () => {
    const store = open()
    store.write('k', 1)
    const newer = '{"schemaVersion":3,"k":"newer"}'
    writeFileSync(file(), newer)
    store.write('k', 2)
    store.write('k', 3)
    expect(readFileSync(file(), 'utf8')).toBe(newer)
    expect(store.read('k')).toBe(3)
    expect(codes()).toEqual(['newer'])
  })
})

describe('a settings file of another version', () => {
  it('that is older is read, and written as one of this version', () => {
    writeFileSync(file(), '{"profiles":{"own":[]},"preferences":{"theme":"dark"}}')
    const store = open()
    expect(store.read('preferences')).toEqual({ theme: 'dark' })
    store.write('x', 1)
    expect(onDisk()).toEqual({ profiles: { own: [] }, preferences: { theme: 'dark' }, schemaVersion: 2, x: 1 })
    expect(problems.list()).toEqual([])
  })

  it('that is newer is used as far as it can be read, told, and never written', () => {
    const text = '{"schemaVersion":3,"preferences":{"theme":"dark"},"new":{}}'
    writeFileSync(file(), text)
    writeFileSync(backup(), text)
    const store = open()
    expect(store.read('preferences')).toEqual({ theme: 'dark' })
    store.write('preferences', { theme: 'light' })
    store.close()
    expect(store.read('preferences')).toEqual({ theme: 'light' })
    for (const each of [file(), backup()]) expect(readFileSync(each, 'utf8')).toBe(text)
    expect(problems.list()).toMatchObject([{ code: 'newer', message: /version 3.*writes 2.*Update Parley/ }])
  })
})

describe('a disk that refuses a write', () => {
  it('loses nothing: it is told with the reason, kept in memory, and written once the disk takes it', () => {
    const clock = new ManualClock()
    const slow = disk()
    const store = open({ clock, create: slow.create })
    store.write('a', 1)
    slow.full = true
    store.write('b', 2)
    expect(store.read('b')).toBe(2)
    expect(onDisk()).not.toHaveProperty('b')
    expect(problems.list()).toMatchObject([
      { code: 'write-failed', message: /the disk is full.*do not end it/, file: file() }
    ])
    clock.advance(15_000)
    expect(problems.list()).toHaveLength(1)
    slow.full = false
    clock.advance(10_000)
    expect(onDisk()).toMatchObject({ a: 1, b: 2 })
    expect(problems.list()).toEqual([])
    expect(clock.pending).toBe(0)
  })

  it('takes it with the next write, or when Parley ends', () => {
    const clock = new ManualClock()
    const slow = disk()
    const store = open({ clock, create: slow.create })
    slow.full = true
    store.write('a', 1)
    slow.full = false
    store.write('b', 2)
    expect(onDisk()).toMatchObject({ a: 1, b: 2 })
    slow.full = true
    store.write('c', 3)
    slow.full = false
    store.close()
    expect(onDisk()).toMatchObject({ a: 1, b: 2, c: 3 })
    slow.full = true
    store.write('d', 4)
    store.close()
    expect(clock.pending).toBe(0)
  })

  it('and writes a part of it without a word is noticed: the broken file is not left for a good one', () => {
    let cut = false
    const store = open({
      create: (options) =>
        new Conf({ ...options, serialize: (value) => options.serialize!(value).slice(0, cut ? 20 : undefined) })
    })
    store.write('a', 'x'.repeat(100))
    cut = true
    store.write('b', 2)
    expect(problems.list()).toMatchObject([{ code: 'write-failed', message: /the disk is full/ }])
    expect(open().read('a')).toBe('x'.repeat(100))
    expect(store.read('b')).toBe(2)
  })

  it('because something else has the name of the file is told, and a start is refused', () => {
    const store = open()
    mkdirSync(file())
    store.write('k', 1)
    expect(store.read('k')).toBe(1)
    expect(problems.list()).toMatchObject([{ code: 'write-failed', message: /it is a folder/ }])
    expect(() => open()).toThrow('EISDIR')
    expect(existsSync(file())).toBe(true)
  })
})
