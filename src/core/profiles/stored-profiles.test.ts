import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatStored, ownOf, parseStored, storedProblems } from './stored-profiles.ts'

const profile = (change: object = {}) => ({ schemaVersion: 1, name: 'Mine', service: 'builtin', ...change })
const RESERVED = ['builtin']

const anything = fc.oneof(
  fc.jsonValue(),
  fc.record(
    {
      own: fc.oneof(
        fc.jsonValue(),
        fc.array(
          fc.oneof(
            fc.jsonValue(),
            fc.record(
              {
                id: fc.oneof(fc.jsonValue(), fc.constantFrom('a', 'b', 'builtin')),
                profile: fc.oneof(fc.jsonValue(), fc.constant(profile()), fc.constant(profile({ schemaVersion: 9 }))),
                held: fc.oneof(fc.jsonValue(), fc.boolean()),
                future: fc.jsonValue()
              },
              { requiredKeys: [] }
            )
          )
        )
      ),
      chosenId: fc.jsonValue(),
      future: fc.jsonValue()
    },
    { requiredKeys: [] }
  )
)
const copy = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null))

describe('the stored list', () => {
  it('an entry with thousands of levels is kept and not listed, and the others are there', () => {
    const deep = JSON.parse(`${'['.repeat(3_000)}${']'.repeat(3_000)}`) as unknown
    const own = [
      { id: 'deep', profile: profile({ service: 'deepgram', settings: { a: deep } }) },
      { id: 'fine', profile: profile() }
    ]
    const stored = parseStored({ own }, RESERVED)
    expect(ownOf(stored).map(({ id }) => id)).toEqual(['fine'])
    expect(storedProblems(stored)).toMatchObject([{ code: 'entry-unreadable' }])
    expect(formatStored(stored)).toMatchObject({ own: [own[0], { id: 'fine' }] })
  })

  it('can be anything: it is read without a throw, and read again as it was written', () => {
    fc.assert(
      fc.property(anything, (value) => {
        const stored = parseStored(copy(value), RESERVED)
        storedProblems(stored)
        expect(parseStored(copy(formatStored(stored)), RESERVED)).toEqual(stored)
      })
    )
  })

  it('keeps every entry in its place, and every field that it does not know', () => {
    const value = {
      future: { x: [1] },
      own: [
        { id: 'a', profile: profile({ future: 1 }), color: 'red' },
        'broken',
        { id: 'b', profile: { schemaVersion: 2, name: 'Newer' }, x: 1 },
        { id: 'c', profile: profile(), held: true }
      ],
      chosenId: 'a'
    }
    const stored = parseStored(value, RESERVED)
    expect(ownOf(stored).map(({ id, held }) => [id, held])).toEqual([
      ['a', false],
      ['c', true]
    ])
    expect(formatStored(stored)).toEqual(value)
  })

  it.each([
    [5, { unreadable: 5, own: [] }],
    [['x'], { unreadable: ['x'], own: [] }],
    [{ own: { a: 1 } }, { unreadable: { a: 1 }, own: [] }],
    [null, { own: [] }],
    [undefined, { own: [] }]
  ])('that is none (%j) is kept beside the new one', (value, kept) => {
    expect(formatStored(parseStored(value, RESERVED))).toEqual(kept)
  })

  it('does not let an entry take the id of another, or of one that comes with Parley', () => {
    const entries = [
      { id: 'a', profile: profile({ name: 'First' }) },
      { id: 'a', profile: profile({ name: 'Second' }) },
      { id: 'builtin', profile: profile({ name: 'Third' }) }
    ]
    const stored = parseStored({ own: entries }, RESERVED)
    expect(ownOf(stored).map(({ profile: { name } }) => name)).toEqual(['First'])
    expect(formatStored(stored)).toEqual({ own: entries })
  })

  it.each([true, 1, 'yes', null, {}])(
    'takes %j as the mark of a held profile: what nobody knows allows nothing',
    (held) => {
      expect(ownOf(parseStored({ own: [{ id: 'a', profile: profile(), held }] }, RESERVED))).toMatchObject([
        { held: true }
      ])
    }
  )
})

describe('what is told of it', () => {
  it('is nothing while all can be read', () => {
    expect(storedProblems(parseStored({ own: [{ id: 'a', profile: profile() }] }, RESERVED))).toEqual([])
  })

  it('names what a newer Parley made and what is broken, apart', () => {
    const own = [
      { id: 'a', profile: profile({ schemaVersion: 2, name: 'From tomorrow' }) },
      { id: 'b', profile: profile({ service: 'other', name: 'Odd' }) },
      null
    ]
    expect(storedProblems(parseStored({ own }, RESERVED))).toEqual([
      { code: 'newer', message: expect.stringMatching(/“From tomorrow”.*schemaVersion 1.*Update Parley/) as string },
      {
        code: 'entry-unreadable',
        message: expect.stringMatching(/“Odd”, one without a name.*kept in the file/) as string
      }
    ])
  })

  it('stays short however many there are', () => {
    const own = Array.from({ length: 40 }, (_, at) => ({ id: `${at}`, profile: { name: `N${at} ${'x'.repeat(500)}` } }))
    const [problem] = storedProblems(parseStored({ own }, RESERVED))
    expect(problem?.message).toContain('and 35 more')
    expect(problem?.message.length).toBeLessThan(700)
  })
})
