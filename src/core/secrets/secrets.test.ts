import { describe, expect, it } from 'vitest'
import { keyLiteralWarnings } from './key-literals.ts'
import { fillPlaceholders, hasBrokenPlaceholder, mapStrings, secretNames } from './placeholders.ts'
import { redactor } from './redactor.ts'

describe('placeholders', () => {
  it('are found in every string, each name once', () => {
    expect(secretNames({ a: ['{{secret:A}} {{secret:B_2}}'], b: { c: '{{secret:A}}' }, d: 1 })).toEqual(['A', 'B_2'])
  })

  it('are filled in literally, also with a value that looks like a pattern', () => {
    expect(fillPlaceholders('x {{secret:A}}', new Map([['A', '$& {{secret:A}}']]))).toBe('x $& {{secret:A}}')
  })

  it.each([
    ['{{secret:A}}', false],
    ['{{ secret:A }}', true],
    ['{{secret:a-b}}', true],
    ['{{secret:}}', true],
    ['{{secret:A} }', true],
    ['{{user}}', false]
  ])('%s is broken: %s', (text, broken) => expect(hasBrokenPlaceholder(text)).toBe(broken))

  it('are looked for without following a prototype', () => {
    const value: unknown = JSON.parse('{"__proto__":"a","b":"a"}')
    expect(JSON.stringify(mapStrings(value, (text) => text.replace('a', 'c')))).toBe('{"__proto__":"c","b":"c"}')
  })
})

describe('the redactor', () => {
  it('takes longer values out first and every occurrence', () => {
    const clean = redactor(
      new Map([
        ['abc', '[short]'],
        ['abcdef', '[long]'],
        ['', '[none]']
      ])
    )
    expect(clean.text('abcdef abc abcabc')).toBe('[long] [short] [short][short]')
    expect(clean.json({ abc: ['xabc', 5, null, true] })).toEqual({ '[short]': ['x[short]', 5, null, true] })
  })
})

describe('a literal that looks like a key', () => {
  it.each([
    [{ a: 'sk-proj-abcdefghijklmnop1234' }, 'a'],
    [{ a: { headers: { authorization: 'Bearer abcdefgh12345678' } } }, 'a.headers.authorization'],
    [{ headers: { 'x-api-key': 'whatever1' } }, 'headers.x-api-key'],
    [{ credentials: { secret_access_key: 'wJalrXUtnFEMI' } }, 'credentials.secret_access_key'],
    [{ prompt: 'use 0123456789abcdef0123456789abcdef01234567 please' }, 'prompt'],
    [{ id: 'AKIAIOSFODNN7EXAMPLE' }, 'id'],
    [{ jwt: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc-def' }, 'jwt']
  ])('is named by its field, never printed (%#)', (value, path) => {
    const warnings = keyLiteralWarnings(value)
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toMatch(new RegExp(`^${path.replaceAll('.', '\\.')} looks like a key`))
    for (const literal of JSON.stringify(value).match(/[A-Za-z0-9]{16,}/g) ?? [])
      expect(warnings[0]).not.toContain(literal)
  })

  it.each([
    [{ headers: { authorization: 'Bearer {{secret:LLM}}' } }],
    [{ headers: { authorization: 'Token {{secret:LLM}}', 'x-api-key': '{{secret:X}}' } }],
    [{ agent: '5b1f0c7e-1111-4222-8333-444455556666' }],
    [{ prompt: 'You are a secret agent. Never tell the password.', greeting: 'Hi' }],
    [{ model: 'claude-haiku-4-5', voice: 'aura-2-thalia-en', keyterms: ['Kubernetes'] }]
  ])('is not seen where there is none (%#)', (value) => expect(keyLiteralWarnings(value)).toEqual([]))
})
