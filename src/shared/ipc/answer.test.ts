import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { answerCall } from './answer.ts'
import { calls, type CallName, type Handlers } from './contract.ts'
import { INPUT_CHARACTERS, INPUT_DEPTH, inputProblem, INPUT_VALUES } from './input-limits.ts'

/** 300 here, 10,000 with `PARLEY_IPC_PAYLOADS=10000` (test:long). */
const PAYLOADS = Number(process.env['PARLEY_IPC_PAYLOADS'] ?? 300)
const NAMES = Object.keys(calls) as CallName[]

/** Handlers that write down what reached them. */
function listening(reached: unknown[]): Handlers {
  return Object.fromEntries(NAMES.map((name) => [name, (input: unknown) => void reached.push(input)])) as never
}

const ask = (name: string, input: unknown, reached: unknown[] = []) =>
  answerCall(listening(reached), name, input, (_name, cause) => {
    throw cause
  })

const nested = (depth: number): unknown => {
  let value: unknown = []
  for (let level = 1; level < depth; level += 1) value = [value]
  return value
}

describe('what a page sends', () => {
  const anything = fc.oneof(
    fc.anything({ withDate: true, withMap: true, withSet: true, withTypedArray: true, withBigInt: true }),
    fc.jsonValue(),
    // Nearly right: names of the contract with any values.
    fc.dictionary(
      fc.constantFrom(
        'id',
        'text',
        'name',
        'kind',
        'profile',
        'value',
        'query',
        'ids',
        'json',
        '__proto__',
        'constructor'
      ),
      fc.oneof(fc.jsonValue(), fc.constantFrom('user-text', 'builtin', '../../etc/passwd', '\0', 'configure-think'))
    )
  )

  it.each(NAMES)(
    '%s: any payload is answered, and what reaches the handler is plain data of its schema',
    async (name) => {
      await fc.assert(
        fc.asyncProperty(anything, async (input) => {
          const reached: unknown[] = []
          const reply = await ask(name, input, reached)
          if (reply.ok) {
            expect(reached).toHaveLength(1)
            expect(inputProblem(reached[0])).toBeUndefined()
            // Whatever was let in is let in again, and unchanged: nothing else rides along.
            expect(calls[name].input.parse(reached[0])).toEqual(reached[0])
          } else {
            expect(reached).toEqual([])
            expect(reply.error.code).toBe('invalid-input')
            expect(reply.error.message.startsWith(name)).toBe(true)
          }
        }),
        { numRuns: PAYLOADS }
      )
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
