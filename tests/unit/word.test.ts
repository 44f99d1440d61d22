import { describe, expect, it } from 'vitest'
import { findWord, word } from '../rig/word.ts'

const RATE_HZ = 16_000
const PER_MS = RATE_HZ / 1000
const SAID = word(RATE_HZ)

/** 100 ms of nothing, the parts, and nothing again. */
const heard = (...parts: Int16Array[]) => {
  const silence = Array.from({ length: 100 * PER_MS }, () => 0)
  return Int16Array.from([...silence, ...parts.flatMap((part) => [...part]), ...silence])
}

describe('findWord', () => {
  it('finds a whole word where it is, whatever its level', () => {
    const quiet = heard(SAID.map((sample) => Math.round(sample / 10)))
    expect(findWord(quiet, SAID, RATE_HZ)).toMatchObject({ at: 100 * PER_MS, torn: [] })
  })

  it('tells where a word is torn and by how much, from half a millisecond on', () => {
    const torn = heard(SAID.subarray(0, 200 * PER_MS), SAID.subarray(200.5 * PER_MS))
    const { torn: pieces, likeness } = findWord(torn, SAID, RATE_HZ)
    expect(likeness).toBeLessThan(0.9)
    // The longer part is in its place.
    expect(pieces.slice(0, 10).map(({ ms }) => ms)).toEqual([0, 20, 40, 60, 80, 100, 120, 140, 160, 180])
    expect(pieces.slice(0, 10).every(({ byMs }) => byMs === 0.5)).toBe(true)
    expect(pieces.length).toBeLessThan(12)
  })

  it('tells what is silent, and of silence that it holds no word', () => {
    const holed = heard(SAID.subarray(0, 300 * PER_MS), new Int16Array(10 * PER_MS), SAID.subarray(310 * PER_MS))
    expect(findWord(holed, SAID, RATE_HZ).torn).toEqual([{ ms: 300, byMs: null }])
    expect(findWord(heard(), SAID, RATE_HZ)).toMatchObject({ likeness: 0, torn: { length: 25 } })
  })
})
