import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ManualClock } from '../manual-clock.test-support.ts'
import { ask, item } from './think-rig.test-support.ts'
import { httpThinker } from './http-thinker.ts'

const delta = (value: object, more: object = {}): string =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta: value, ...more }] })}\n\n`
const events = [
  delta({ role: 'assistant', content: 'Hello ' }),
  delta({ content: 'Zoë 👍.' }),
  delta({ reasoning_content: 'Hm' }),
  delta({ tool_calls: [{ index: 0, id: 'a', function: { name: 'book', arguments: '{"t' } }] }),
  delta({ tool_calls: [{ index: 0, function: { arguments: '":4}' } }] }),
  delta({}, { finish_reason: 'stop' }),
  ': comment\n\n',
  'data: [DONE]\n\n'
]

/** Well-formed events in any order with bytes of them changed, left out, doubled or put in, cut anywhere. */
const answer = fc
  .tuple(
    fc.array(fc.constantFrom(...events), { maxLength: 12 }),
    fc.array(fc.tuple(fc.nat(2000), fc.constantFrom('change', 'drop', 'double', 'insert'), fc.nat(255)), {
      maxLength: 6
    }),
    fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 8 })
  )
  .map(([parts, faults, sizes]) => {
    const bytes = [...Buffer.from(parts.join(''))]
    for (const [place, fault, byte] of faults) {
      const at = place % (bytes.length + 1)
      if (fault === 'change' && at < bytes.length) bytes[at] = byte
      if (fault === 'drop') bytes.splice(at, 1 + (byte % 40))
      if (fault === 'double') bytes.splice(at, 0, ...bytes.slice(at, at + (byte % 60)))
      if (fault === 'insert') bytes.splice(at, 0, byte)
    }
    return { bytes: Uint8Array.from(bytes), sizes }
  })

it('500 damaged answers end in one way or another, without an error, a hang or a timer that stays', async () => {
  const ends = { done: 0, failed: 0 }
  await fc.assert(
    fc.asyncProperty(answer, async ({ bytes, sizes }) => {
      const clock = new ManualClock()
      const body = (): ReadableStream<Uint8Array> => {
        let at = 0
        let n = 0
        return new ReadableStream({
          pull: (controller) => {
            if (at >= bytes.length) {
              controller.close()
              return
            }
            const size = sizes[n % sizes.length] ?? 1
            controller.enqueue(bytes.slice(at, at + size))
            at += size
            n += 1
          }
        })
      }
      const thinker = httpThinker({ clock, fetch: () => Promise.resolve(new Response(body())) })
      const thought = await ask(thinker, [item('http://127.0.0.1:9/')]).ended
      for (const call of thought.calls) expect(call.id).not.toBe('')
      if (thought.end === 'done') ends.done += 1
      else ends.failed += 1
      // What is read behind the end of an answer.
      await new Promise(setImmediate)
      expect(clock.pending).toBeLessThanOrEqual(1)
      clock.advance(2000)
      expect(clock.pending).toBe(0)
    }),
    { numRuns: 500 }
  )
  expect(Math.min(ends.done, ends.failed)).toBeGreaterThan(20)
})
