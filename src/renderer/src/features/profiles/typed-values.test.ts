import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NapsterSettings } from '../../../../shared/protocol/napster.ts'
import { wrongValue } from './check-profile.ts'
import type { Control, Field } from './field.ts'
import { fields, fieldsOf } from './field-table.ts'
import { edited, valueAt, withPath } from './json-fields.ts'
import { shown, typedValue } from './typed-values.ts'

const settings = { agentId: 'agent_1' }
const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T
const word = fc.oneof(fc.string(), fc.constantFrom('{', 'a: b', 'a\nb', ' a', '', '7', '[1]', '__proto__'))

/** Values that a control is for. */
function fitting(control: Control): fc.Arbitrary<unknown> {
  switch (control.kind) {
    case 'number':
      return fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }).map(plain))
    case 'check':
      return fc.boolean()
    case 'lines':
    case 'texts':
      return fc.array(word, { minLength: 1 })
    case 'pairs':
      return fc.dictionary(word, word, { minKeys: 1 }).map(plain)
    case 'json':
      return control.list === true
        ? fc.array(fc.jsonValue()).map(plain)
        : fc.dictionary(word, fc.jsonValue()).map(plain)
    default:
      return fc.string({ minLength: 1 })
  }
}

describe('what a control shows', () => {
  const typed = fields.filter(({ control }) => !['own', 'check', 'texts'].includes(control.kind))

  it('of a value that fits, read again, is the same value', () => {
    const anyField = fc
      .constantFrom(...typed)
      .chain((field) => fitting(field.control).map((value) => ({ field, value })))
    fc.assert(
      fc.property(anyField, ({ field: { control }, value }) => {
        // Lines show what is between line breaks; other texts are shown as JSON, which a person sees and can correct.
        fc.pre(
          control.kind !== 'lines' ||
            (value as string[]).every((line) => line !== '' && line === line.trim() && !line.includes('\n'))
        )
        fc.pre(control.kind !== 'pairs' || !Object.keys(value as object).includes('__proto__'))
        const back = typedValue(control, shown(control, value))
        expect(back === undefined ? shown(control, value) : back).toEqual(back === undefined ? '' : value)
      })
    )
  })

  it('that does not fit is kept as it was typed, and told', () => {
    for (const [control, wrong] of [
      [{ kind: 'number' }, 'warm'],
      [{ kind: 'json' }, '{ "name": '],
      [{ kind: 'json', list: true }, '{}'],
      [{ kind: 'pairs' }, 'no colon here']
    ] as [Control, string][]) {
      expect(typedValue(control, wrong)).toBe(wrong)
      expect(shown(control, typedValue(control, wrong))).toBe(wrong)
      expect(wrongValue(typedValue(control, wrong), control)?.kind).toBe('type')
    }
  })

  it('that is emptied is nothing', () => {
    for (const { control } of typed) expect(typedValue(control, '')).toBeUndefined()
  })

  it('as a number may have a comma or spaces', () => {
    expect(typedValue({ kind: 'number' }, ' 0,7 ')).toBe(0.7)
    expect(typedValue({ kind: 'number', orWord: 'max' }, 'max')).toBe('max')
  })
})

describe('the form and the text of the file', () => {
  const profile = fc.record({
    schemaVersion: fc.constant(1),
    name: fc.string({ minLength: 1 }),
    unknown: fc.jsonValue(),
    settings: fc.record({
      odd: fc.jsonValue(),
      agent: fc.record({ think: fc.record({ prompt: fc.string(), odd: fc.jsonValue() }) })
    })
  })
  const bases: Partial<Record<Field['scope'], readonly string[]>> = {
    profile: [],
    settings: ['settings'],
    listen: ['settings', 'agent', 'listen', 'provider'],
    think: ['settings', 'agent', 'think'],
    speak: ['settings', 'agent', 'speak'],
    tuning: ['tuning']
  }
  const edit = fc
    .constantFrom(
      ...(Object.keys(bases) as Field['scope'][]).flatMap(fieldsOf).filter(({ control }) => control.kind !== 'own')
    )
    .chain((field) =>
      fitting(field.control).map((value) => ({ path: [...(bases[field.scope] ?? []), ...field.path], value }))
    )

  it('what is set in the form is in the file, whatever is beside it stays, and taken out it is gone', () => {
    fc.assert(
      fc.property(profile, edit, fc.constantFrom(undefined, 2), (value, { path, value: next }, indent) => {
        const text = JSON.stringify(value, null, indent)
        const before: unknown = JSON.parse(text)
        const after = edited(text, path, next)
        const parsed = JSON.parse(after) as Record<string, unknown>
        expect(valueAt(parsed, path)).toEqual(plain(next))
        expect(parsed['unknown']).toEqual(valueAt(before, ['unknown']))
        expect(valueAt(parsed, ['settings', 'odd'])).toEqual(valueAt(before, ['settings', 'odd']))
        const known = valueAt(before, path)
        const back = known === undefined ? edited(after, path, undefined) : withPath(after, path, known)
        expect(JSON.parse(back)).toEqual(before)
      })
    )
  })

  it('any number of changes one after the other come out as the last of each', () => {
    fc.assert(
      fc.property(profile, fc.array(edit, { maxLength: 12 }), (value, edits) => {
        const text = edits.reduce(
          (draft, { path, value: next }) => edited(draft, path, next),
          JSON.stringify(value, null, 2)
        )
        const parsed: unknown = JSON.parse(text)
        for (const [at, { path, value: next }] of edits.entries()) {
          const covered = edits.slice(at + 1).some((later) => overlaps(later.path, path))
          if (!covered) expect(valueAt(parsed, path)).toEqual(plain(next))
        }
        expect(valueAt(parsed, ['settings', 'odd'])).toEqual(plain(value.settings.odd))
      })
    )
  })
})

function overlaps(a: readonly string[], b: readonly string[]): boolean {
  const length = Math.min(a.length, b.length)
  return a.slice(0, length).join('.') === b.slice(0, length).join('.')
}

const field = (path: string): Control =>
  fieldsOf('napster').find((candidate) => candidate.path.join('.') === path)?.control as Control

describe('what Napster is told of a client', () => {
  it('the id is judged as the service judges it', () => {
    const control = field('externalClientId')
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[A-Za-z0-9_-]{0,34}$/)), (externalClientId) => {
        expect(wrongValue(externalClientId, control) === null).toBe(
          NapsterSettings.safeParse({ ...settings, externalClientId }).success
        )
      })
    )
  })

  it('tags are lines of name and value; a value may hold a colon', () => {
    const control = field('tags')
    expect(typedValue(control, 'team: night\n\n url : http://a:80 ')).toEqual({ team: 'night', url: 'http://a:80' })
    expect(typedValue(control, '\n')).toBeUndefined()
    expect(shown(control, { team: 'night', url: 'http://a:80' })).toBe('team: night\nurl: http://a:80')
    expect(typedValue(control, shown(control, { floor: 3 }))).toEqual({ floor: 3 })
  })
})
