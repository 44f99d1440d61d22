import fc from 'fast-check'
import { expect } from 'vitest'
import { answerCall } from './answer.ts'
import { calls, type CallName, type Handlers } from './contract.ts'
import { inputProblem } from './input-limits.ts'

export const CALL_NAMES = Object.keys(calls) as CallName[]

/** Handlers that write down what reached them. */
function listening(reached: unknown[]): Handlers {
  return Object.fromEntries(CALL_NAMES.map((name) => [name, (input: unknown) => void reached.push(input)])) as never
}

/** Asks as a page does; what reached the handler is added to `reached`. A fault inside is thrown. */
export const ask = (name: string, input: unknown, reached: unknown[] = []) =>
  answerCall(listening(reached), name, input, (_name, cause) => {
    throw cause
  })

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

/** Sends `payloads` to one call: all are answered, and what reaches the handler is plain data of the call's schema. */
export async function sendAnything(name: CallName, payloads: number): Promise<void> {
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
    { numRuns: payloads }
  )
}
