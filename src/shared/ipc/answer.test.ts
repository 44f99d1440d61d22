import { describe, expect, it } from 'vitest'
import { INPUT_CHARACTERS, INPUT_DEPTH, inputProblem, INPUT_VALUES } from './input-limits.ts'
import { ask, CALL_NAMES, sendAnything } from './payloads.test-support.ts'

/** tests/long/ipc-payloads.test.ts sends 10,000. */
const PAYLOADS = 300

const nested = (depth: number): unknown => {
  let value: unknown = []
  for (let level = 1; level < depth; level += 1) value = [value]
  return value
}

describe('what a page sends', () => {
  it.each(CALL_NAMES)(
    '%s: any payload is answered, and what reaches the handler is plain data of its schema',
    async (name) => {
      await expect(sendAnything(name, PAYLOADS)).resolves.toBeUndefined()
    }
  )

  it('a call that is not in the contract is answered so, whatever it is named', async () => {
    for (const name of ['', '__proto__', 'constructor', 'toString', 'electron-store-get-data', 'APP:INFO']) {
      expect(await ask(name, {})).toMatchObject({ ok: false, error: { code: 'unknown-call' } })
    }
  })
})

const command = (provider: unknown) => ask('session:command', { kind: 'configure-listen', provider })

describe('limits of an input', () => {
  it.each([INPUT_DEPTH, 100_000])('an input %d deep is refused before its schema', async (depth) => {
    expect(await command({ a: nested(depth) })).toMatchObject({ ok: false, error: { code: 'invalid-input' } })
  })

  it('a circle is refused', async () => {
    const circle: Record<string, unknown> = {}
    Object.assign(circle, { one: circle, two: circle, three: [circle, circle] })
    expect(await command(circle)).toMatchObject({ ok: false, error: { code: 'invalid-input' } })
  })

  it.each([
    ['gaps', { a: Object.assign([], { length: 4_000_000_000 }) }],
    ['values', { a: Array.from({ length: INPUT_VALUES + 1 }, () => 0) }],
    ['characters', { a: 'x'.repeat(INPUT_CHARACTERS + 1) }],
    ['bytes', { a: new Uint8Array(64) }],
    ['a map', { a: new Map([[1, 2]]) }]
  ])('%s: too many, or no JSON, is refused', async (_what, provider) => {
    expect(await command(provider)).toMatchObject({ ok: false, error: { code: 'invalid-input' } })
  })

  it('what a person may set passes', async () => {
    expect(await command({ a: nested(INPUT_DEPTH - 3) })).toMatchObject({ ok: true })
  })

  it('the longest profile text passes', async () => {
    expect(inputProblem({ text: 'x'.repeat(1_000_000) })).toBeUndefined()
  })
})
