import { describe, expect, it } from 'vitest'
import { jsonFault } from './json-fault.ts'
import { readBlock } from './whole-block.ts'

describe('a text that is not JSON', () => {
  it.each([
    ['{\n  "a": 1,\n}', 3, 1, /a comma too many/],
    ['[1, 2,]', 1, 7, /a comma too many/],
    ['{"a": 1\n "b": 2}', 2, 2, /^"," or "}" must stand here/],
    ['{"a" 1}', 1, 6, /^":" must stand here/],
    ['{"a": }', 1, 7, /^a value must stand here/],
    ["{'a': 1}", 1, 2, /straight double quotes/],
    ['{“a”: 1}', 1, 2, /straight double quotes/],
    ['{a: 1}', 1, 2, /^a must stand in double quotes/],
    ['{"a": yes}', 1, 7, /^yes must stand in double quotes/],
    ['{"a": "open\n}', 1, 7, /no end in its line/],
    ['{"a": "\\x"}', 1, 8, /after \\ may stand/],
    ['{"a": "\\u12"}', 1, 8, /after \\ may stand/],
    ['{"a": 1} // why', 1, 10, /no comments/],
    ['{"a": {{secret:KEY}}}', 1, 8, /"\{\{secret:NAME}}"/],
    ['{} {}', 1, 4, /^nothing more must stand here/],
    ['{"a": [1, 2}', 1, 12, /^"," or "]" must stand here/],
    ['{\n  "a": {\n', 3, 1, /The text ends here, but a name in double quotes or "}" must follow/],
    ['  ', 1, 3, /The text ends here, but a value must follow/],
    ['01', 1, 2, /^nothing more must stand here/]
  ])('%j names line %i and column %i', (typed, line, column, problem) => {
    expect(parses(typed)).toBe(false)
    expect(jsonFault(typed)).toMatchObject({ line, column, problem: expect.stringMatching(problem) as string })
  })

  it('is what the engine takes for none, and nothing else', () => {
    const whole = '{"a": [1, -2.5e3, {"b": "\\u00e9\\n\\"", "c": []}], "d": {}, "e": true, "f": null}'
    expect(jsonFault(whole)).toBeNull()
    const wrong: string[] = []
    for (let at = 0; at < whole.length; at += 1) {
      for (const sign of ['', '"', '{', ']', ',', ':', '\\', '0', '-', 'e', '\n', '.']) {
        const changed = whole.slice(0, at) + sign + whole.slice(at + 1)
        if ((jsonFault(changed) === null) !== parses(changed)) wrong.push(changed)
      }
    }
    expect(wrong).toEqual([])
  })

  it('may be as deep as it likes', () => {
    expect(jsonFault('['.repeat(50_000))).toMatchObject({ at: 50_000 })
  })
})

function parses(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

describe('a whole block', () => {
  const provider = { type: 'deepgram', model: 'aura-2-apollo-en' }

  it('is sent as it is typed, one or a list', () => {
    expect(readBlock('speak', JSON.stringify({ provider }))).toEqual({
      kind: 'command',
      command: { kind: 'configure-speak', speak: { provider } }
    })
    expect(readBlock('think', JSON.stringify([{ provider }, { provider }]))).toEqual({
      kind: 'command',
      command: { kind: 'configure-think', think: [{ provider }, { provider }] }
    })
    expect(readBlock('listen', '{"provider": {"eot_threshold": 0.8}}')).toEqual({
      kind: 'command',
      command: { kind: 'configure-listen', provider: { eot_threshold: 0.8 } }
    })
  })

  it('that is not JSON is refused with its place', () => {
    expect(readBlock('think', '{\n  "prompt": hello\n}')).toEqual({
      kind: 'wrong',
      problem: 'Line 2, column 13: hello must stand in double quotes.',
      at: 14
    })
  })

  it.each([
    ['think', '[]', /A think block is an object/],
    ['think', '[1]', /A think block is an object/],
    ['speak', '"aura"', /A speak block is an object/],
    ['speak', '{"type":"UpdateSpeak","speak":{}}', /Write only what stands behind "speak"/],
    ['listen', '{"model":"nova-3"}', /A listen block is/],
    ['listen', '{"provider":{},"language":"en"}', /A listen block is/],
    ['listen', '[{"provider":{}}]', /A listen block is/]
  ] as const)('of kind %s cannot be %s', (block, typed, problem) => {
    expect(readBlock(block, typed)).toEqual({ kind: 'wrong', problem: expect.stringMatching(problem) as string })
  })
})
