import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CallError } from '../../shared/ipc/contract.ts'
import type { DataProblem } from '../../shared/ipc/data-calls.ts'
import { ProfileId } from '../../shared/profile.ts'
import { memoryStore, silentLog } from '../testing.test-support.ts'
import { PROFILES_KEY, Profiles } from './profile-list.ts'

const text = (change: object = {}) => JSON.stringify({ schemaVersion: 1, name: 'Mine', service: 'builtin', ...change })
const ENABLING = { hotkey: 'Ctrl+Alt+KeyP', devices: { talkMode: 'open' } }
const ENABLED = [
  { kind: 'hotkey', where: 'hotkey', value: 'Ctrl+Alt+KeyP' },
  { kind: 'opens-microphone', where: 'devices.talkMode', value: 'open' }
]
const gone = ProfileId.parse('gone')
const starter = ProfileId.parse('deepgram-example')

function listOf(store = memoryStore(), onProblem?: (problem: DataProblem) => void): Profiles {
  let seed = 0
  const random = (): number => (seed = (seed + 0.137) % 1)
  return new Profiles({ store, random, log: silentLog, onProblem })
}

const names = (list: Profiles): string[] => list.list().profiles.flatMap(({ name, builtIn }) => (builtIn ? [] : [name]))
const row = (list: Profiles, id: ProfileId) => list.list().profiles.find((one) => one.id === id)
const add = (list: Profiles, ...given: string[]): ProfileId[] => given.map((name) => list.save(text({ name })).id)

describe('an imported profile', () => {
  it('that enables nothing can be used at once', () => {
    const list = listOf()
    const { id } = list.import(text())
    expect(row(list, id)).not.toHaveProperty('held')
    expect(list.enables(id)).toEqual([])
  })

  it('that would enable something is held until it is allowed, also over a restart', () => {
    const store = memoryStore()
    const first = listOf(store)
    const { id } = first.import(text(ENABLING))
    for (const list of [first, listOf(store)]) {
      expect(row(list, id)).toEqual({
        id,
        name: 'Mine',
        service: 'builtin',
        modality: 'audio',
        builtIn: false,
        held: true
      })
      expect(list.enables(id)).toEqual(ENABLED)
    }
    first.allow(id)
    first.allow(id)
    for (const list of [first, listOf(store)]) {
      expect(row(list, id)).toMatchObject(ENABLING)
      expect(row(list, id)).not.toHaveProperty('held')
      expect(list.enables(id)).toEqual([])
    }
  })

  it('can be looked at before: nothing is kept of it', () => {
    const store = memoryStore()
    expect(listOf(store).preview(text({ ...ENABLING, settings: { api_key: '12345678' } }))).toEqual({
      name: 'Mine',
      service: 'builtin',
      warnings: [expect.stringContaining('settings.api_key')],
      enables: ENABLED
    })
    expect(() => listOf(store).preview('{')).toThrow(CallError)
    expect(store.values).toEqual({})
  })

  it('stays held when it is edited, copied or removed and restored, until it enables nothing', () => {
    const list = listOf()
    const { id } = list.import(text(ENABLING))
    list.save(text({ ...ENABLING, name: 'Edited' }), id)
    const copy = list.import(text({ url: 'wss://elsewhere.test' })).id
    const twin = list.duplicate(copy).id
    list.remove(id)
    list.restore(id)
    expect([id, copy, twin].map((one) => row(list, one)?.held)).toEqual([true, true, true])
    list.save(text(), id)
    expect(row(list, id)).not.toHaveProperty('held')
  })

  it('is not held by a word of the file itself', () => {
    const list = listOf()
    const { id } = list.import(text({ ...ENABLING, held: false }))
    expect(row(list, id)?.held).toBe(true)
    const { id: plain } = list.import(text({ held: true }))
    expect(row(list, plain)).not.toHaveProperty('held')
    expect(list.read(plain)).toContain('"held": true')
  })

  it('that a person wrote here is not held', () => {
    const list = listOf()
    const { id } = list.save(text(ENABLING))
    expect(row(list, id)).toMatchObject(ENABLING)
  })
})

describe('a copy of a profile', () => {
  it('stands behind it, has a name of its own and no hotkey', () => {
    const list = listOf()
    const [one] = add(list, 'One', 'Two') as [ProfileId]
    list.save(text({ name: 'One', ...ENABLING, future: [1] }), one)
    const { id } = list.duplicate(one)
    list.duplicate(one)
    list.duplicate(id)
    expect(names(list)).toEqual(['One', 'One (copy 2)', 'One (copy)', 'One (copy 3)', 'Two'])
    expect(JSON.parse(list.read(id))).toEqual({
      schemaVersion: 1,
      name: 'One (copy)',
      service: 'builtin',
      devices: ENABLING.devices,
      future: [1]
    })
  })

  it('of one that comes with Parley is one’s own', () => {
    const list = listOf()
    add(list, 'One')
    const { id, warnings } = list.duplicate(starter)
    expect(names(list)).toEqual(['One', 'Deepgram (example) (copy)'])
    expect(warnings).toEqual([])
    list.save(text({ name: 'Changed' }), id)
    expect(() => list.duplicate(gone)).toThrow(expect.objectContaining({ code: 'not-found' }) as Error)
  })
})

describe('the order of the profiles', () => {
  it('is that in which they were put', () => {
    const store = memoryStore()
    const list = listOf(store)
    const [one, two, three] = add(list, 'One', 'Two', 'Three') as [ProfileId, ProfileId, ProfileId]
    list.move(three, one)
    expect(names(list)).toEqual(['Three', 'One', 'Two'])
    list.move(one, null)
    list.move(two, two)
    expect(names(list)).toEqual(['Three', 'Two', 'One'])
    expect(names(listOf(store))).toEqual(['Three', 'Two', 'One'])
  })

  it('cannot be changed for what is not one’s own', () => {
    const list = listOf()
    const [one] = add(list, 'One') as [ProfileId]
    expect(() => list.move(starter, one)).toThrow(/comes with Parley cannot be moved/)
    expect(() => list.move(one, starter)).toThrow(/comes with Parley/)
    expect(() => list.move(gone, null)).toThrow(/no such profile/)
    expect(names(list)).toEqual(['One'])
  })

  it('goes around entries that cannot be read', () => {
    const own = ['a', 'b'].map((id) => ({ id, profile: JSON.parse(text({ name: id })) as unknown }))
    const store = memoryStore({ [PROFILES_KEY]: { own: [own[0], 'bad', own[1]] } })
    const list = listOf(store)
    list.move(ProfileId.parse('b'), ProfileId.parse('a'))
    expect((store.values[PROFILES_KEY] as { own: unknown[] }).own).toEqual([own[1], own[0], 'bad'])
  })
})

describe('a removal', () => {
  it('is taken back to where the profile was, with all that is in it, chosen again if it was', () => {
    const store = memoryStore()
    const list = listOf(store)
    const [, two] = add(list, 'One', 'Two', 'Three') as [ProfileId, ProfileId]
    list.save(text({ name: 'Two', ...ENABLING, future: 1 }), two)
    list.choose(two)
    const before = structuredClone(store.values)
    list.remove(two)
    expect(names(list)).toEqual(['One', 'Three'])
    expect(list.list().chosenId).toBe('builtin')
    list.restore(two)
    expect(store.values).toEqual(before)
    expect(() => list.restore(two)).toThrow(/cannot be taken back any more/)
  })

  it('of several is taken back in any order', () => {
    const list = listOf()
    const ids = add(list, 'A', 'B', 'C', 'D')
    const [a, b, c] = ids as [ProfileId, ProfileId, ProfileId]
    for (const id of [b, c, a]) list.remove(id)
    for (const id of [b, a, c]) list.restore(id)
    expect(names(list)).toEqual(['A', 'B', 'C', 'D'])
  })

  it('does not take the choice from another one, or a place that is full', () => {
    const list = listOf()
    const [one, two] = add(list, 'One', 'Two') as [ProfileId, ProfileId]
    list.choose(one)
    list.remove(one)
    list.choose(two)
    list.restore(one)
    expect(list.list().chosenId).toBe(two)
    list.remove(one)
    for (let count = 1; count < 500; count += 1) list.save(text())
    expect(() => list.restore(one)).toThrow(/500 profiles already/)
    list.remove(two)
    list.restore(one)
    expect(names(list)).toHaveLength(500)
  })

  it('is remembered for the last 20, as long as Parley runs', () => {
    const store = memoryStore()
    const list = listOf(store)
    const ids = add(list, ...Array.from({ length: 21 }, (_, at) => `P${at}`))
    for (const id of ids) list.remove(id)
    expect(() => list.restore(ids[0]!)).toThrow(expect.objectContaining({ code: 'not-found' }) as Error)
    list.restore(ids[1]!)
    expect(() => listOf(store).restore(ids[2]!)).toThrow(/any more/)
    expect(names(list)).toEqual(['P1'])
  })

  it('gives its id to no other profile', () => {
    const list = new Profiles({ store: memoryStore(), random: () => 0.5, log: silentLog })
    const { id } = list.save(text({ name: 'First' }))
    list.remove(id)
    expect(list.save(text({ name: 'Second' })).id).not.toBe(id)
    list.restore(id)
    expect(names(list)).toEqual(expect.arrayContaining(['First', 'Second']))
  })

  it('and everything else leaves the list whole, whatever is done in which order', () => {
    const steps = fc.array(
      fc.tuple(fc.constantFrom('add', 'copy', 'move', 'remove', 'restore'), fc.nat(9), fc.nat(9)),
      {
        maxLength: 40
      }
    )
    fc.assert(
      fc.property(steps, (done) => {
        const store = memoryStore()
        const list = listOf(store)
        const removed: ProfileId[] = []
        for (const [step, at, to] of done) {
          const own = list.list().profiles.flatMap(({ id, builtIn }) => (builtIn ? [] : [id]))
          const one = own[at % Math.max(1, own.length)]
          if (step === 'add') add(list, `N${at}`)
          else if (step === 'restore' && removed.length > 0) list.restore(removed.pop()!)
          else if (one === undefined) continue
          else if (step === 'copy') list.duplicate(one)
          else if (step === 'move') list.move(one, own[to] ?? null)
          else if (step === 'remove') {
            list.remove(one)
            removed.push(one)
          }
        }
        const ids = list.list().profiles.map(({ id }) => id)
        expect(new Set(ids).size).toBe(ids.length)
        expect(listOf(store).list().profiles).toEqual(list.list().profiles)
      }),
      { numRuns: 60 }
    )
  })
})

describe('profiles that cannot be read', () => {
  it('are told once, when the list is opened', () => {
    const problems: DataProblem[] = []
    const store = memoryStore({ [PROFILES_KEY]: { own: [{ id: 'a', profile: { schemaVersion: 7, name: 'New' } }, 3] } })
    listOf(store, (problem) => problems.push(problem))
    expect(problems.map(({ code }) => code)).toEqual(['newer', 'entry-unreadable'])
  })

  it('are forgotten with all others when the store was cleared', () => {
    const store = memoryStore()
    const list = listOf(store)
    const [one] = add(list, 'One') as [ProfileId]
    list.remove(one)
    add(list, 'Two')
    delete store.values[PROFILES_KEY]
    list.reload()
    expect(names(list)).toEqual([])
    expect(() => list.restore(one)).toThrow(/any more/)
  })
})
