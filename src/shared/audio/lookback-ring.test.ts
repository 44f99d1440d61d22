import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LookbackRing } from './lookback-ring.ts'

describe('LookbackRing', () => {
  it('is a first-in first-out queue that can go back as far as it says, whatever is done with it', () => {
    const step = fc.record({ kind: fc.constantFrom('push', 'read', 'rewind', 'discard'), count: fc.nat({ max: 9 }) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const ring = new LookbackRing(12, 5)
        let pushed = 0
        let dropped = 0
        /** All that is kept, in order, and the place of the next one. */
        let kept: number[] = []
        let at = 0
        let oldest = 0
        for (const { kind, count } of steps) {
          if (kind === 'push') {
            const given = Array.from({ length: count }, () => (pushed += 1))
            const taken = ring.push(Float32Array.from(given))
            dropped += count - taken
            kept = [...kept, ...given.slice(0, taken)]
          } else if (kind === 'read') {
            const target = new Float32Array(10)
            const most = Math.min(count, ring.length)
            ring.copy(0, target, 1, most)
            ring.advance(most)
            expect([...target.subarray(1, 1 + most)]).toEqual(kept.slice(at, at + most))
            at += most
          } else if (kind === 'rewind') {
            const most = Math.min(count, ring.behind)
            ring.rewind(most)
            at -= most
          } else {
            at += Math.min(count, ring.length)
            ring.discard(count)
            oldest = at
          }
          oldest = Math.max(oldest, at - 5)
          expect(ring.length).toBe(kept.length - at)
          expect(ring.dropped).toBe(dropped)
          expect(ring.behind).toBeLessThanOrEqual(at - oldest)
          const seen = new Float32Array(ring.behind)
          ring.copy(-ring.behind, seen, 0, ring.behind)
          expect([...seen]).toEqual(kept.slice(at - ring.behind, at))
        }
      })
    )
  })

  it('refuses a size that holds nothing', () => {
    expect(() => new LookbackRing(0, 5)).toThrow(RangeError)
  })
})
