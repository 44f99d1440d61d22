import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import type { GateOutcome, GateScript } from './gate-seams.test-support.ts'

const worker = new Worker(new URL('./gate-seams.test-support.ts', import.meta.url))
afterAll(() => worker.terminate())

async function play(script: GateScript): Promise<{ gated: GateOutcome; straight: Int16Array }> {
  const answer = once(worker, 'message')
  worker.postMessage(script)
  const [outcome] = (await answer) as [{ gated: GateOutcome; straight: Int16Array }]
  return outcome
}

const RUNS = 60

const gate = fc.constantFrom('closed' as const, 'ready' as const, 'open' as const)
/** As the platform gives them, up to 10 ms at 48 kHz or a little more, and as it might. */
const frames = fc.oneof(fc.constant(480), fc.constant(441), fc.integer({ min: 1, max: 1500 }))
const step = fc.oneof(
  { weight: 1, arbitrary: fc.record({ gate }) },
  { weight: 8, arbitrary: fc.record({ frames, waits: fc.constant(false) }) },
  { weight: 2, arbitrary: fc.record({ frames, waits: fc.constant(true) }) }
)
const steps = (maxLength: number) => fc.array(step, { maxLength, size: 'max' })
const script = fc.record({
  rateHz: fc.constantFrom(16_000, 44_100, 48_000),
  outRateHz: fc.constantFrom(16_000, 24_000),
  // The microphone's rate is known. Whatever was before, there is one word that begins before its key, and all of what it has is read.
  steps: fc
    .tuple(steps(30), fc.array(fc.record({ frames, waits: fc.boolean() }), { maxLength: 60, size: 'max' }), steps(30))
    .map(([before, kept, after]) => [
      { frames: 480, waits: false },
      ...before,
      { gate: 'ready' as const },
      ...kept,
      { gate: 'open' as const },
      ...after,
      { frames: 480, waits: false },
      { gate: 'closed' as const }
    ])
})

describe('the gate of a microphone', () => {
  it('sends what was kept and what follows as one that was always open does, to the sample, wherever it opens', async () => {
    let openings = 0
    await fc.assert(
      fc.asyncProperty(script, async (one) => {
        const { gated, straight } = await play(one)
        openings += gated.openings.filter(({ from, to }) => to > from).length
        expect(gated.sent).toHaveLength(straight.length)
        expect(gated.sent.findIndex((sample, i) => sample !== straight[i])).toBe(-1)
        expect(gated.sequences).toEqual(gated.sequences.map((_, i) => i))
        expect(gated.droppedMs).toBe(0)
      }),
      { numRuns: RUNS }
    )
    expect(openings).toBeGreaterThan(RUNS)
  })
})
