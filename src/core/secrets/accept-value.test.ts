import { describe, expect, it } from 'vitest'
import { acceptValue } from './accept-value.ts'

const deepgram = { kind: 'service-key', service: 'deepgram' } as const
const napster = { kind: 'service-key', service: 'napster' } as const
const named = { kind: 'named', name: 'LLM' } as const
const KEY = '0123456789abcdef0123456789abcdef01234567'
const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJwIn0.c2lnbmF0dXJl'

describe('a key that is entered', () => {
  it('loses the white space around it and nothing else', () => {
    expect(acceptValue(deepgram, `\n  ${KEY}\t\r\n`)).toEqual({ ok: true, value: KEY })
    expect(acceptValue(napster, 'np_abc=DEF/+==')).toEqual({ ok: true, value: 'np_abc=DEF/+==' })
  })

  it.each([
    ['', /Nothing was entered/],
    ['   \n', /Nothing was entered/],
    ['12345', /shorter than 6/],
    ['{{secret:LLM}}', /name of a secret/],
    [`"${KEY}"`, /quotation marks/],
    [`\u201c${KEY}\u201d`, /quotation marks/],
    [`DEEPGRAM_API_KEY=${KEY}`, /whole line/],
    [`export DEEPGRAM_API_KEY=${KEY}`, /whole line/],
    [`DEEPGRAM_API_KEY: ${KEY}`, /whole line/],
    [`Token ${KEY}`, /word of a header/],
    [`Authorization: Token ${KEY}`, /word of a header/],
    [`${KEY}\n${KEY}`, /white space inside/],
    [`${KEY.slice(0, 20)}\u200b${KEY.slice(20)}`, /characters that no key has/],
    [`${KEY.slice(0, 6)}****${KEY.slice(-4)}`, /dots or stars/],
    [`${KEY.slice(0, 6)}...`, /dots or stars/],
    ['k'.repeat(2001), /longer than 2000/],
    ['https://console.deepgram.com/project', /an address/],
    [JWT, /short-lived token/]
  ])('%j is refused with what to do, and without the value', (entered, problem) => {
    const result = acceptValue(deepgram, entered)
    expect(result).toEqual({ ok: false, problem: expect.stringMatching(problem) as string })
    expect(JSON.stringify(result)).not.toContain(KEY.slice(0, 6))
  })

  it('may be a token of any form for Napster, which says nothing of how its keys look', () => {
    expect(acceptValue(napster, JWT)).toEqual({ ok: true, value: JWT })
    expect(acceptValue(napster, KEY)).toEqual({ ok: true, value: KEY })
  })
})

describe('a named secret', () => {
  it('may have several lines, spaces and quotation marks', () => {
    const value = '{"type": "service_account",\n "key": "a b"}'
    expect(acceptValue(named, ` ${value}\n`)).toEqual({ ok: true, value })
  })

  it('holds no characters that cannot be seen', () => {
    for (const hidden of ['\u0000', '\u0008', '\u000B', '\u001B', '\u007F', '\u0085', '\u009B']) {
      expect(acceptValue(named, `abc${hidden}defgh`)).toMatchObject({ ok: false })
    }
  })
})
