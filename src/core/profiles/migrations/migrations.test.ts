import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PROFILE_SCHEMA_VERSION } from '../../../shared/profile.ts'
import { DOCUMENT_STEPS, DOCUMENT_VERSION, migrateDocument } from './document.ts'
import { migrate, versionOf, type Fields, type Migrated, type Step } from './migrate.ts'
import { migrateProfile, PROFILE_STEPS } from './profile-file.ts'

/** Stands for tables that are longer than today's: one step renames a field, one wraps one. */
const LONGER: readonly Step[] = [
  ({ label, ...rest }) => (label === undefined ? rest : { ...rest, name: label }),
  (document) => ({ ...document, wrapped: [document['name'] ?? null] })
]

const tables: [string, number, (document: Fields) => Migrated][] = [
  ['a profile file', PROFILE_STEPS.length + 1, migrateProfile],
  ['the stored document', DOCUMENT_VERSION, migrateDocument],
  ['a longer table', LONGER.length + 1, (document) => migrate(document, versionOf(document) ?? 1, LONGER)]
]

/** Any object that JSON can hold, with any version or what is none. */
const anything = fc
  .tuple(
    fc.dictionary(fc.string(), fc.jsonValue()),
    fc.oneof(fc.constant(undefined), fc.integer({ min: -1, max: 5 }), fc.jsonValue())
  )
  .map(([fields, schemaVersion]): Fields => {
    const document = schemaVersion === undefined ? fields : { ...fields, schemaVersion }
    return JSON.parse(JSON.stringify(document)) as Fields
  })

describe('the versions', () => {
  it('are those that the schema and the store write', () => {
    expect(PROFILE_STEPS.length + 1).toBe(PROFILE_SCHEMA_VERSION)
    expect(DOCUMENT_STEPS.length + 1).toBe(DOCUMENT_VERSION)
    expect(DOCUMENT_VERSION).toBe(2)
  })

  it.each([1, 2, 77])('%j is one', (schemaVersion) => expect(versionOf({ schemaVersion })).toBe(schemaVersion))

  it.each([0, -1, 1.5, '2', null, [2], {}, Number.MAX_VALUE])('%j is none', (schemaVersion) =>
    expect(versionOf({ schemaVersion })).toBeUndefined()
  )

  it('are no field of the prototype', () => {
    expect(versionOf(Object.create({ schemaVersion: 5 }) as Fields)).toBeUndefined()
  })
})

describe.each(tables)('the migrations of %s', (_name, newest, run) => {
  it('take any document, change none that they were given, and never throw', () => {
    fc.assert(
      fc.property(anything, (document) => {
        const before = JSON.stringify(document)
        run(document)
        expect(JSON.stringify(document)).toBe(before)
      })
    )
  })

  it('done twice are done once', () => {
    fc.assert(
      fc.property(anything, (document) => {
        const once = run(document)
        expect(run(once.value)).toEqual(once)
      })
    )
  })

  it('keep every field that they do not know, at every level', () => {
    fc.assert(
      fc.property(anything, fc.jsonValue(), (document, value) => {
        const unknown = JSON.parse(JSON.stringify({ deep: [{ value }] })) as unknown
        const { value: after } = run({ ...document, 'unknown field': unknown })
        expect(after['unknown field']).toEqual(unknown)
        for (const name of Object.keys(document).filter((one) => !['schemaVersion', 'label', 'name'].includes(one))) {
          if (name !== 'wrapped') expect(after[name]).toEqual(document[name])
        }
      })
    )
  })

  it('lead to the newest version, and leave a newer one alone', () => {
    fc.assert(
      fc.property(anything, (document) => {
        const version = versionOf(document)
        const after = run(document)
        if (version !== undefined && version > newest)
          expect(after).toEqual({ kind: 'newer', value: document, version })
        else if (version !== undefined)
          expect(after).toMatchObject({ kind: 'current', value: { schemaVersion: newest } })
        else expect(after.kind).toBe('current')
      })
    )
  })
})

describe('a document', () => {
  it('without a version is of version 1 and becomes one of version 2', () => {
    const profiles = { own: [{ id: 'a', profile: { name: 'A' } }], chosenId: 'a' }
    expect(migrateDocument({ profiles, other: 1 })).toEqual({
      kind: 'current',
      value: { profiles, other: 1, schemaVersion: 2 }
    })
  })

  it('goes through each step in turn', () => {
    expect(migrate({ schemaVersion: 1, label: 'L' }, 1, LONGER).value).toEqual({
      schemaVersion: 3,
      name: 'L',
      wrapped: ['L']
    })
    expect(migrate({ schemaVersion: 2, label: 'L' }, 2, LONGER).value).toEqual({
      schemaVersion: 3,
      label: 'L',
      wrapped: [null]
    })
  })
})

describe('a profile file', () => {
  it('without a version is left to the check that tells it', () => {
    expect(migrateProfile({ name: 'N' })).toEqual({ kind: 'current', value: { name: 'N' } })
  })
})
