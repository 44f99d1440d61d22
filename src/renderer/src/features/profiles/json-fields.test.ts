import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { edited, type Path, placeOf, rawAt, valueAt, withPath } from './json-fields.ts'

const withField = (text: string, name: string, value: unknown): string => withPath(text, [name], value)
const withInnerField = withPath

/** JSON objects as people write them: with and without white space. */
const object = fc.dictionary(
  fc.string().filter((name) => name !== '__proto__'),
  fc.jsonValue()
)
const written = fc
  .tuple(object, fc.constantFrom(undefined, 0, 2, '\t'))
  .map(([value, indent]) => JSON.stringify(value, null, indent))

describe('one field of a profile', () => {
  it('is set, and nothing else changes', () => {
    fc.assert(
      fc.property(
        written,
        fc.string().filter((name) => name !== '__proto__'),
        fc.jsonValue(),
        (text, name, value) => {
          const before = JSON.parse(text) as Record<string, unknown>
          expect(JSON.parse(withField(text, name, value))).toEqual({
            ...before,
            [name]: JSON.parse(JSON.stringify(value))
          })
        }
      )
    )
  })

  it('is removed, and nothing else changes', () => {
    fc.assert(
      fc.property(written, fc.nat(), (text, pick) => {
        const before = JSON.parse(text) as Record<string, unknown>
        const names = Object.keys(before)
        const name = names[pick % Math.max(1, names.length)] ?? 'absent'
        const { [name]: _, ...rest } = before
        expect(JSON.parse(withField(text, name, undefined))).toEqual(rest)
      })
    )
  })

  it('set and removed again leaves the text as it was', () => {
    fc.assert(
      fc.property(object, fc.jsonValue(), (value, extra) => {
        fc.pre(!Object.hasOwn(value, 'nudge') && Object.keys(value).length > 0)
        const text = JSON.stringify(value, null, 2)
        expect(withField(withField(text, 'nudge', extra), 'nudge', undefined)).toBe(text)
      })
    )
  })

  it('keeps numbers and white space that parsing would lose', () => {
    const text = '{ "big": 12345678901234567890,\n\n  "auth" : "key", "e": 1e400 }'
    expect(withField(text, 'auth', 'short-lived-token')).toBe(text.replace('"key"', '"short-lived-token"'))
  })

  it('of several of one name the last one is set, and all are removed', () => {
    expect(withField('{"a":1,"a":2}', 'a', 3)).toBe('{"a":1,"a":3}')
    expect(withField('{"a":1,"b":0,"a":2}', 'a', undefined)).toBe('{"b":0}')
  })

  it.each(['', '[1]', 'null', '{ broken', '"text"'])('is not looked for in %j', (text) => {
    expect(withField(text, 'a', 1)).toBe(text)
  })
})

describe('one field of an object inside a profile', () => {
  const inner = fc.dictionary(
    fc.string().filter((name) => name !== '__proto__'),
    fc.jsonValue()
  )
  const profile = fc
    .tuple(object, inner, fc.constantFrom(undefined, 2, '\t'))
    .map(([value, settings, indent]) => JSON.stringify({ ...value, settings }, null, indent))

  it('is set and removed, and nothing else changes', () => {
    fc.assert(
      fc.property(
        profile,
        fc.string().filter((name) => name !== '__proto__'),
        fc.jsonValue(),
        (text, name, value) => {
          const before = JSON.parse(text) as Record<string, object>
          const plain: unknown = JSON.parse(JSON.stringify(value))
          expect(JSON.parse(withInnerField(text, ['settings', name], value))).toEqual({
            ...before,
            settings: { ...before['settings'], [name]: plain }
          })
          const { [name]: _, ...rest } = before['settings'] as Record<string, unknown>
          expect(JSON.parse(withInnerField(text, ['settings', name], undefined))).toEqual({ ...before, settings: rest })
        }
      )
    )
  })

  it('set and removed again leaves the text as it was', () => {
    const text = '{ "name": "Ada",\n  "settings": { "agentId" : "agent_1", "big": 12345678901234567890 } }'
    const set = withInnerField(text, ['settings', 'modality'], 'text')
    expect(set).toBe(text.replace('890 }', '890,\n    "modality": "text" }'))
    expect(withInnerField(set, ['settings', 'modality'], undefined)).toBe(text)
  })

  it('makes the object that is not there, or is none, and removes nothing from it', () => {
    expect(JSON.parse(withInnerField('{"a":1}', ['settings', 'agentId'], 'x'))).toEqual({
      a: 1,
      settings: { agentId: 'x' }
    })
    expect(JSON.parse(withInnerField('{"settings":7}', ['settings', 'agentId'], 'x'))).toEqual({
      settings: { agentId: 'x' }
    })
    expect(withInnerField('{"settings":7}', ['settings', 'agentId'], undefined)).toBe('{"settings":7}')
    expect(withInnerField('{ broken', ['settings', 'agentId'], 'x')).toBe('{ broken')
  })
})

describe('a value anywhere in a profile', () => {
  /** A JSON object as text, and a path that exists in it. */
  const withExisting = fc
    .tuple(written, fc.array(fc.nat(), { maxLength: 6 }))
    .map(([text, picks]): { text: string; path: Path } => {
      const path: (string | number)[] = []
      let value: unknown = JSON.parse(text)
      for (const pick of picks) {
        if (typeof value !== 'object' || value === null) break
        const names = Array.isArray(value) ? value.map((_, at) => at) : Object.keys(value)
        const name = names[pick % Math.max(1, names.length)]
        if (name === undefined || name === '__proto__') break
        path.push(name)
        value = (value as Record<string | number, unknown>)[name]
      }
      return { text, path }
    })
    .filter(({ path }) => path.length > 0)

  it('is found where it stands', () => {
    fc.assert(
      fc.property(withExisting, ({ text, path }) => {
        expect(JSON.parse(rawAt(text, path) ?? '')).toEqual(valueAt(JSON.parse(text), path))
        const place = placeOf(text, path)
        expect(text.slice(place?.start, place?.end)).toContain(rawAt(text, path) ?? 'nothing')
      })
    )
  })

  it('set to what it is leaves the text as it is, to the letter where it is a scalar', () => {
    fc.assert(
      fc.property(withExisting, ({ text, path }) => {
        const value = valueAt(JSON.parse(text), path)
        const next = withPath(text, path, value)
        expect(JSON.parse(next)).toEqual(JSON.parse(text))
        if (typeof value !== 'object' && JSON.stringify(value) === rawAt(text, path)) expect(next).toBe(text)
      })
    )
  })

  it('set to another value changes nothing else', () => {
    fc.assert(
      fc.property(withExisting, fc.jsonValue(), ({ text, path }, value) => {
        const plain: unknown = JSON.parse(JSON.stringify(value))
        const next = withPath(text, path, plain)
        expect(valueAt(JSON.parse(next), path)).toEqual(plain)
        expect(JSON.parse(withPath(next, path, valueAt(JSON.parse(text), path)))).toEqual(JSON.parse(text))
      })
    )
  })

  it('that is made in a deep place and taken out again leaves the text as it was', () => {
    const text = '{ "name": "Ada", "big": 12345678901234567890 }'
    const path = ['devices', 'microphone', 'deviceId']
    expect(edited(edited(text, path, 'x'), path, undefined)).toBe(text)
    const deep = ['settings', 'agent', 'listen', 'provider', 'eot_threshold']
    expect(JSON.parse(edited('{"settings":{"agent":{}}}', deep, 0.7))).toEqual({
      settings: { agent: { listen: { provider: { eot_threshold: 0.7 } } } }
    })
    expect(edited(edited('{"settings":{"agent":{}}}', deep, 0.7), deep, undefined)).toMatch(
      /^\{"settings":\{"agent":\{\s*\}\}\}$/
    )
  })

  it('is added to a list, and an item is taken out of one', () => {
    const text = '{ "think": [ { "a": 1.0 } ] }'
    expect(withPath(text, ['think', 1], { b: 2 })).toBe('{ "think": [ { "a": 1.0 },\n    {\n      "b": 2\n    } ] }')
    expect(JSON.parse(withPath(text, ['think', 0], undefined))).toEqual({ think: [] })
  })
})
