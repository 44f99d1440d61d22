import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SampleRing } from './ring.ts'

describe('SampleRing', () => {
  it('returns samples in order and counts the newest that did not fit', () => {
    const ring = new SampleRing(new Float32Array(4))
    expect(ring.push([1, 2, 3])).toBe(3)
    expect(ring.push([4, 5])).toBe(1)
    expect(ring.dropped).toBe(1)
    const out = new Float32Array(6)
    expect(ring.read(out, 1, 5)).toBe(4)
    expect([...out]).toEqual([0, 1, 2, 3, 4, 0])
  })

  it('makes room by dropping and counting the oldest', () => {
    const ring = new SampleRing(new Int16Array(3))
    ring.push([1, 2])
    expect(ring.pushDroppingOldest([3, 4, 5, 6])).toBe(3)
    const out = new Int16Array(3)
    ring.read(out, 0, 3)
    expect([...out]).toEqual([4, 5, 6])
    expect(ring.dropped).toBe(3)
  })

  it('behaves like an unbounded list cut to its capacity', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('push' as const), count: fc.nat(9) }),
      fc.record({ kind: fc.constant('evict' as const), count: fc.nat(9) }),
      fc.record({ kind: fc.constant('read' as const), count: fc.nat(9) }),
      fc.record({ kind: fc.constant('discard' as const), count: fc.nat(9) })
    )
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.array(step, { maxLength: 60 }), (capacity, steps) => {
        const ring = new SampleRing(new Int16Array(capacity))
        let model: number[] = []
        let dropped = 0
        let next = 1
        for (const { kind, count } of steps) {
          const fresh = kind === 'push' || kind === 'evict' ? Array.from({ length: count }, () => next++) : []
          if (kind === 'push') {
            ring.push(fresh)
            dropped += Math.max(0, model.length + count - capacity)
            model = [...model, ...fresh].slice(0, capacity)
          } else if (kind === 'evict') {
            ring.pushDroppingOldest(fresh)
            dropped += Math.max(0, model.length + count - capacity)
            model = [...model, ...fresh].slice(-capacity)
          } else if (kind === 'read') {
            const out = new Int16Array(count)
            expect([...out.subarray(0, ring.read(out, 0, count))]).toEqual(model.splice(0, count))
          } else {
            ring.discard(count)
            model.splice(0, count)
          }
          expect(ring.length).toBe(model.length)
          expect(ring.dropped).toBe(dropped)
        }
      })
    )
  })

  it('refuses to hold nothing', () => {
    expect(() => new SampleRing(new Int16Array(0))).toThrow(RangeError)
  })
})
