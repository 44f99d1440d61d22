import { expect, it } from 'vitest'
import { Drops } from './drops.test-support.ts'

/** A conversation stays within what a reconnect takes along, so that every turn of it can be asked for. */
const DROPS_EACH = 10
const CONVERSATIONS = 50

it('500 drops at random points of random conversations lose no committed turn and no finished result, and run no tool twice', async () => {
  const sum = { drops: 0, expected: 0, toolRuns: 0, failed: 0 }
  for (let seed = 1; seed <= CONVERSATIONS; seed += 1) {
    const outcome = await new Drops(seed).run(DROPS_EACH).catch((cause: unknown) => {
      throw new Error(`conversation ${seed}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
    })
    for (const key of ['drops', 'expected', 'toolRuns', 'failed'] as const) sum[key] += outcome[key]
  }
  expect(sum.drops).toBe(CONVERSATIONS * DROPS_EACH)
  // The properties would hold of conversations in which nothing happens.
  expect(sum.expected).toBeGreaterThan(5_000)
  expect(sum.toolRuns).toBeGreaterThan(200)
  expect(sum.failed).toBeGreaterThan(100)
}, 60_000)
