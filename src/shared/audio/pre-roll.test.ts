import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PreRoll, releasePreRolls } from './pre-roll.ts'

const numbered = (first: number, count: number) => Float32Array.from({ length: count }, (_, i) => first + i)

describe('PreRoll', () => {
  it('gives out the last 300 ms, in order, once, and what was not there yet as silence', () => {
    const blocks = fc.array(fc.integer({ min: 1, max: 700 }), { maxLength: 30 })
    fc.assert(
      fc.property(blocks, blocks, fc.constantFrom(8000, 11_025, 16_000), (mine, other, otherRateHz) => {
        const rolls = new Map([
          ['a', new PreRoll(16_000)],
          ['b', new PreRoll(otherRateHz)]
        ])
        const all: Record<string, number[]> = { a: [], b: [] }
        const keep = (id: string, sizes: number[]) => {
          let next = 1
          for (const size of sizes) {
            // More than is kept, so that the count is what counts.
            rolls.get(id)!.keep(numbered(next, size + 5), size)
            for (let i = 0; i < size; i += 1) all[id]!.push(next + i)
            next += size
          }
        }
        keep('a', mine)
        keep('b', other)
        const longestMs = Math.max(rolls.get('a')!.length / 16, (rolls.get('b')!.length / otherRateHz) * 1000)
        const given: Record<string, number[]> = { a: [], b: [] }
        releasePreRolls(rolls, (id, samples, count) => given[id]!.push(...samples.subarray(0, count)))
        for (const [id, rateHz] of [['a', 16_000] as const, ['b', otherRateHz] as const]) {
          const expected = all[id]!.slice(-Math.round(rateHz * 0.3))
          const length = Math.round((longestMs * rateHz) / 1000)
          expect(given[id]).toEqual([...Array.from({ length: length - expected.length }, () => 0), ...expected])
        }
        releasePreRolls(rolls, () => expect.unreachable())
      })
    )
  })

  it('keeps nothing of what was before it was cleared', () => {
    const roll = new PreRoll(16_000)
    roll.keep(numbered(1, 320), 320)
    roll.clear()
    roll.keep(numbered(1000, 320), 320)
    const given: number[] = []
    releasePreRolls(new Map([['a', roll]]), (_, samples) => given.push(...samples))
    expect(given).toEqual([...numbered(1000, 320)])
  })
})
