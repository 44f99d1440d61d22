import { describe, expect, it } from 'vitest'
import { keyLiteralWarnings } from './key-literals.ts'
import { fillPlaceholders, hasBrokenPlaceholder, mapStrings, secretNames } from './placeholders.ts'
import { addressWarnings, foreignHost } from './address-warnings.ts'
import { isTooShort, redactor } from './redactor.ts'

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
    const clean = redactor([
      ['abcdef', '[short]'],
      ['abcdefgh', '[long]']
    ])
    expect(clean.text('abcdefgh abcdef abcdefabcdef')).toBe('[long] [short] [short][short]')
    expect(clean.json({ abcdef: ['xabcdef', 5, null, true] })).toEqual({ '[short]': ['x[short]', 5, null, true] })
  })

  it('finds a value as it stands in JSON, and in JSON inside JSON', () => {
    const value = 'a"b\\c\nd!'
    const clean = redactor([[value, '[gone]']])
    const once = JSON.stringify({ echo: value })
    for (const text of [value, once, JSON.stringify({ said: once })]) {
      expect(clean.text(text)).toContain('[gone]')
      expect(clean.text(text)).not.toMatch(/a\\*"b/)
    }
    expect(JSON.parse(clean.text(once))).toEqual({ echo: '[gone]' })
  })

  it('puts the name in as it is, also where it looks like a pattern', () => {
    expect(redactor([['secret', '$&$1']]).text('a secret')).toBe('a $&$1')
  })

  it('does not look for what is too short, and not at white space around a value', () => {
    const clean = redactor([
      ['a', '[a]'],
      ['', '[none]'],
      ['     ', '[space]'],
      [' hidden ', '[hidden]']
    ])
    expect(clean.text('a banana was      hidden')).toBe('a banana was      [hidden]')
    expect([isTooShort('12345'), isTooShort(' 12345 '), isTooShort('123456')]).toEqual([true, true, false])
  })
})

describe('an address that gets key or secrets', () => {
  const both = { key: true, secrets: true }
  it.each([
    'wss://agent.deepgram.com',
    'wss://AGENT.deepgram.com:8443/x',
    'ws://127.0.0.1:8080',
    'ws://127.9.9.9',
    'ws://localhost:1',
    'http://dev.localhost',
    'ws://[::1]:9',
    'not a url'
  ])('%s is silent', (url) => expect(addressWarnings(url, both)).toEqual([]))

  it.each([
    ['ws://agent.deepgram.com', both, [/agent\.deepgram\.com is not encrypted.*key and the secrets/]],
    [
      'http://host.test:81',
      { key: true, secrets: false },
      [/host\.test:81 is not encrypted: your Deepgram key can/, /goes to host\.test:81/]
    ],
    ['wss://deepgram.com.evil.test', both, [/not Deepgram's/]],
    ['wss://notdeepgram.com', both, [/not Deepgram's/]],
    ['ws://127.0.0.1.evil.test', { key: false, secrets: true }, [/not encrypted: the secrets of the profile can/]],
    ['ws://192.168.1.5', { key: false, secrets: false }, []]
  ])('%s has a sentence for each danger', (url, sent, sentences) => {
    const warnings = addressWarnings(url, sent)
    expect(warnings).toHaveLength(sentences.length)
    for (const [at, sentence] of sentences.entries()) expect(warnings[at]).toMatch(sentence)
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

describe('where a conversation goes', () => {
  it.each([
    ['deepgram', undefined, undefined],
    ['deepgram', 'wss://api.eu.deepgram.com', undefined],
    ['deepgram', 'wss://deepgram.com.test/v1', 'deepgram.com.test'],
    ['napster', 'https://companion-api.napster.com/', undefined],
    ['napster', 'http://127.0.0.1:47616', '127.0.0.1:47616'],
    ['napster', 'https://{{secret:HOST}}/a', ''],
    ['builtin', undefined, undefined],
    ['builtin', 'ws://127.0.0.1:8080', undefined],
    ['builtin', 'wss://far.test', 'far.test']
  ] as const)('%s %s', (service, url, host) => {
    expect(foreignHost(service, url)).toBe(host)
  })
})
