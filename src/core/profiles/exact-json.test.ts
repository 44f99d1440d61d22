import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { jsonLoss } from './exact-json.ts'

describe('a JSON text', () => {
  it.each([
    ['{"a":1,"a":2}', { kind: 'duplicate', path: 'a' }],
    ['{"a":{"b":[{},{"c":1,"d":2,"c":3}]}}', { kind: 'duplicate', path: 'a.b.1.c' }],
    ['{"a":1,"\\u0061":2}', { kind: 'duplicate', path: 'a' }],
    ['{"a":12345678901234567890}', { kind: 'number', path: 'a' }],
    ['{"a":[0, {"b":1e400}]}', { kind: 'number', path: 'a.1.b' }],
    ['{"a":1e-400}', { kind: 'number', path: 'a' }],
    ['{"a":0.12345678901234567890}', { kind: 'number', path: 'a' }],
    ['9007199254740993', { kind: 'number', path: '' }]
  ])('%s would lose something', (text, loss) => expect(jsonLoss(text)).toEqual(loss))

  it.each([
    '{"a":{"x":1},"b":{"x":1},"x":[{"x":1},{"x":1}]}',
    '{"a":"a","b":["a","a","{","}",",",":"]}',
    '{"a":"\\"b\\":1,\\"b\\":2 \\\\","b":1}',
    '[0, -0, 0.0, 1.0, 1.50, 1e5, 1E+5, 100000, 0.1, 5e-324, 1.7976931348623157e308, 9007199254740992, 1e0000001]',
    '"text"',
    'null',
    '{ }',
    '[ [ ] , true , false ]'
  ])('%s loses nothing', (text) => expect(jsonLoss(text)).toBeUndefined())

  it('that was made from a value loses nothing, whatever it is', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(jsonLoss(JSON.stringify(JSON.parse(text)))).toBeUndefined()
      })
    )
  })

  it('may be as deep and as long as it likes', () => {
    const deep = 50_000
    expect(jsonLoss(`${'['.repeat(deep)}${']'.repeat(deep)}`)).toBeUndefined()
    expect(jsonLoss(JSON.stringify('\\"x'.repeat(1_000_000)))).toBeUndefined()
    expect(jsonLoss(`[${'1'.repeat(100_000)}]`)).toEqual({ kind: 'number', path: '0' })
    expect(jsonLoss(`[1e${'9'.repeat(30)}]`)).toEqual({ kind: 'number', path: '0' })
  })
})
