import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { readPreferences } from '../../core/preferences.ts'
import { Profiles } from '../../core/profiles/profile-list.ts'
import { ManualClock, silentLog } from '../../core/testing.test-support.ts'
import { openData } from './open-data.ts'

/** How often each came. `whole`: everything was there; `told`: the person was told of something. */
export interface MutationCounts {
  files: number
  whole: number
  told: number
  quarantined: number
}

/**
 * Opens `runs` mutated settings files (bytes changed, cut, zeroed, mixed with another version, fields replaced; sometimes the copy too) as
 * Parley does. Throws with the smallest example where opening throws, something is missing without a word, a file that could not be read is
 * not kept, or nothing can be written afterwards.
 */
export function openMutated(runs: number, seed: number): MutationCounts {
  // In memory where there is such a place: waiting for a disk proves nothing here.
  const base = mkdtempSync(path.join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'parley-mutations-'))
  const counts: MutationCounts = { files: 0, whole: 0, told: 0, quarantined: 0 }
  try {
    const good = goodFile(path.join(base, 'good'))
    const expected = stateOf(path.join(base, 'good')).state
    const backup = fc.oneof({ weight: 5, arbitrary: fc.constant(good) }, fc.constant(undefined), mutated(good))
    fc.assert(
      fc.property(mutated(good), backup, (main, copy) =>
        openOne(path.join(base, 'one'), { main, copy }, expected, counts)
      ),
      { numRuns: runs, seed }
    )
    return counts
  } finally {
    rmSync(base, { recursive: true })
  }
}

interface Files {
  main: Uint8Array
  copy: Uint8Array | undefined
}

/** The file of an installation with three profiles, as Parley writes it. */
function goodFile(dir: string): Buffer {
  mkdirSync(dir)
  const data = openData({ dataDir: dir, log: silentLog, clock: new ManualClock() })
  const profiles = new Profiles({ store: data.store, random: Math.random, log: silentLog })
  for (const name of ['Küche', 'Werkstatt', 'Garten 🌱']) {
    const settings = { agent: { think: { prompt: `You help in the ${name}.`, temperature: 0.5 } } }
    profiles.save(JSON.stringify({ schemaVersion: 1, name, service: 'deepgram', settings, future: [null, { a: 1 }] }))
  }
  data.store.write('preferences', { theme: 'dark', talkMode: 'open' })
  data.close()
  return readFileSync(path.join(dir, 'parley.json'))
}

function mutated(good: Buffer): fc.Arbitrary<Uint8Array> {
  const position = fc.nat(good.length)
  const bytes = (change: (copy: Buffer, at: number, length: number) => Uint8Array) =>
    fc.tuple(position, fc.integer({ min: 1, max: 64 })).map(([at, length]) => change(Buffer.from(good), at, length))
  return fc.oneof(
    fc
      .array(fc.tuple(position, fc.nat(2), fc.nat(255)), { minLength: 1, maxLength: 6 })
      .map((edits) =>
        edits.reduce<Buffer>((copy, [at, deleted, inserted]) => spliced(copy, at, deleted, inserted), Buffer.from(good))
      ),
    bytes((copy, at) => copy.subarray(0, at)),
    bytes((copy, at, length) => copy.fill(0, at, Math.min(at + length, copy.length))),
    bytes((copy, at, length) => Buffer.concat([copy.subarray(0, at), copy.subarray(Math.max(0, at - length))])),
    bytes((copy, at, length) => flipped(copy, at % copy.length, length % 8)),
    fc.uint8Array(),
    fc.json().map((text) => Buffer.from(text)),
    fc.tuple(fc.nat(), fc.option(fc.jsonValue())).map(([at, value]) => withField(good, at, value))
  )
}

function flipped(bytes: Buffer, at: number, bit: number): Buffer {
  bytes[at] = bytes[at]! ^ (1 << bit)
  return bytes
}

function spliced(bytes: Buffer, at: number, deleted: number, inserted: number): Buffer {
  return Buffer.concat([bytes.subarray(0, at), Buffer.of(inserted), bytes.subarray(at + deleted)])
}

/** The file with its field number `at`, counted through all levels, replaced; null removes it. */
function withField(good: Buffer, at: number, value: unknown): Buffer {
  const document = JSON.parse(good.toString()) as object
  const places: [owner: Record<string, unknown>, name: string][] = []
  const visit = (owner: object): void => {
    for (const [name, item] of Object.entries(owner)) {
      places.push([owner as Record<string, unknown>, name])
      if (typeof item === 'object' && item !== null) visit(item as object)
    }
  }
  visit(document)
  const [owner, name] = places[at % places.length]!
  if (value === null) delete owner[name]
  else owner[name] = value
  return Buffer.from(JSON.stringify(document, null, 2))
}

function openOne(dir: string, { main, copy }: Files, expected: string, counts: MutationCounts): void {
  rmSync(dir, { recursive: true, force: true })
  mkdirSync(dir)
  writeFileSync(path.join(dir, 'parley.json'), main)
  if (copy !== undefined) writeFileSync(path.join(dir, 'parley.json.bak'), copy)
  const found = stateOf(dir)
  const isWhole = found.state === expected
  counts.files += 1
  counts.whole += isWhole ? 1 : 0
  counts.told += found.codes.length > 0 ? 1 : 0
  counts.quarantined += found.codes.includes('quarantined') ? 1 : 0
  const isMarked = mark(main) || (copy !== undefined && mark(copy))
  if (!isWhole && found.codes.length === 0 && isMarked) throw new Error('something is missing and nobody was told')
  if (!isReadable(main) && !keeps(dir, main)) throw new Error('the file that could not be read was not kept')
  const again = stateOf(dir)
  if (!found.codes.includes('newer') && again.codes.some((code) => code !== 'entry-unreadable' && code !== 'newer')) {
    throw new Error(`what was told once is told again: ${again.codes.join(', ')}`)
  }
}

/** What Parley shows after a start, and what it told; then a write, which must be there at the next start. */
function stateOf(dir: string): { state: string; codes: string[] } {
  const data = openData({ dataDir: dir, log: silentLog, clock: new ManualClock() })
  try {
    const onProblem = (problem: Parameters<typeof data.problems.add>[0]): void => data.problems.add(problem)
    const profiles = new Profiles({ store: data.store, random: Math.random, log: silentLog, onProblem })
    const list = profiles.list()
    const texts = list.profiles.map(({ id }) => profiles.read(id))
    const state = JSON.stringify([list, texts, readPreferences(data.store)])
    const codes = data.problems.list().map(({ code }) => code)
    if (!codes.includes('newer')) {
      data.store.write('written after', codes.length)
      const bytes = readFileSync(path.join(dir, 'parley.json'), 'utf8')
      if (!bytes.includes('written after')) throw new Error('nothing can be written afterwards')
    }
    return { state, codes }
  } finally {
    data.close()
  }
}

/** Parley can see that the file is one of its own. Nobody can know what stood in one that holds nothing of Parley's any more. */
function mark(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes).toString()
  return !isReadable(bytes) || text.includes('"sha256"') || text.includes('"schemaVersion"')
}

function isReadable(bytes: Uint8Array): boolean {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}

function keeps(dir: string, bytes: Uint8Array): boolean {
  return readdirSync(dir).some((name) => readFileSync(path.join(dir, name)).equals(bytes))
}
