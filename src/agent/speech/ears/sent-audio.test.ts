import { expect, it } from 'vitest'
import { SentAudio } from './sent-audio.ts'

const SECOND = 16_000
const ones = (count: number, value = 1) => new Int16Array(count).fill(value)

function copied(sent: SentAudio, from: number, count: number): number[] {
  const out = new Float64Array(count).fill(Number.NaN)
  sent.copy(from, out)
  return [...out]
}

it('gives what was sent at the samples at which it should sound, and silence around it', () => {
  const sent = new SentAudio()
  sent.push(Int16Array.of(1, 2, 3), SECOND, SECOND)
  expect(copied(sent, SECOND - 2, 7)).toEqual([0, 0, 1, 2, 3, 0, 0])
  expect(copied(sent, -3, 3)).toEqual([0, 0, 0])
})

it('sound that follows within 50 ms follows at once; later sound has silence before it', () => {
  const sent = new SentAudio()
  sent.push(ones(2), SECOND, SECOND)
  sent.push(ones(2, 2), SECOND + 2 + 800, SECOND)
  expect(copied(sent, SECOND, 5)).toEqual([1, 1, 2, 2, 0])
  sent.push(ones(1, 3), SECOND + 4 + 801, SECOND)
  expect(copied(sent, SECOND + 3, 3)).toEqual([2, 0, 0])
  expect(copied(sent, SECOND + 804, 3)).toEqual([0, 3, 0])
})

it('forgets what was cut, and what comes then does not bring it back', () => {
  const sent = new SentAudio()
  sent.push(ones(2 * SECOND), SECOND, SECOND)
  sent.cut(SECOND + 3)
  expect(copied(sent, SECOND, 5)).toEqual([1, 1, 1, 0, 0])
  sent.push(ones(1, 5), 2 * SECOND, SECOND)
  expect(copied(sent, 2 * SECOND - 2, 4)).toEqual([0, 0, 5, 0])
})

it('keeps 4 s of the past and 78 s of what is to come, and drops what is sent further ahead', () => {
  const sent = new SentAudio()
  const ring = 8192 * 160
  sent.push(ones(ring + SECOND), 0, 0)
  expect(copied(sent, ring - 4 * SECOND - 1, 2)).toEqual([1, 0])
  const now = 10 * SECOND
  sent.push(ones(ring, 2), ring - 4 * SECOND, now)
  expect(copied(sent, now - 4 * SECOND - 1, 2)).toEqual([0, 1])
  expect(copied(sent, now + ring - 4 * SECOND - 1, 2)).toEqual([2, 0])
})
