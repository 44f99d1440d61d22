import { describe, expect, it } from 'vitest'
import { GlitchWatch } from './glitches.ts'

/** Looks once a second from 0 s; `underruns[i]` is the count at second i. */
function firstBad(underruns: readonly number[], watch = new GlitchWatch(), fromMs = 0): number {
  return underruns.findIndex((count, second) => watch.look(fromMs + second * 1000, count))
}
const counting = (seconds: number, isBad: (second: number) => boolean): number[] => {
  let count = 0
  return Array.from({ length: seconds }, (_, second) => (isBad(second) ? (count += 3) : count))
}

describe('a context that glitches again and again', () => {
  it('is told in the fourth bad second of half a minute', () => {
    expect(firstBad(counting(60, (s) => s % 7 === 6))).toBe(27)
    expect(firstBad(counting(60, (s) => s >= 10))).toBe(13)
  })

  it('is not told for one bad moment, rare ones, or a bad start', () => {
    expect(firstBad(counting(60, (s) => s === 20))).toBe(-1)
    expect(firstBad(counting(600, (s) => s % 11 === 10))).toBe(-1)
    expect(firstBad(counting(60, (s) => s < 3))).toBe(-1)
    expect(firstBad(counting(60, () => false))).toBe(-1)
  })

  it('a rest gives it another start, and what was bad before stays remembered', () => {
    const watch = new GlitchWatch()
    expect(
      firstBad(
        counting(13, (s) => s >= 10),
        watch
      )
    ).toBe(-1)
    watch.rest()
    expect(firstBad([10, 11, 12, 13], watch, 15_000)).toBe(3)
  })
})
