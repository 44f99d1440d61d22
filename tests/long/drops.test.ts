import { expect, it } from 'vitest'
import { Drops } from '../../src/core/session/reconnect/drops.test-support.ts'

it('C39 500 drops at random points of random conversations lose no committed turn, no finished result, and run no tool twice', async () => {
  let drops = 0
  let expected = 0
  for (let seed = 1; drops < 500; seed += 1) {
    const outcome = await new Drops(seed).run(10)
    drops += outcome.drops
    expected += outcome.expected
  }
  expect(drops).toBeGreaterThanOrEqual(500)
  expect(expected).toBeGreaterThan(500)
})
