import { expect, it } from 'vitest'
import { LONGEST_PREFIX_PADDING_MS } from '../contract.ts'
import { LONGEST_DECISION_MS, LONGEST_TURN_MS, PREFIX_MS, SUFFIX_MS, TurnRecorder } from './turn-recorder.ts'

const MS = 16
/** Sample N of the stream is N modulo 30000. */
const ramp = (from: number, count: number) => Int16Array.from({ length: count }, (_, i) => (from + i) % 30_000)
const span = (audio: Int16Array) => [audio[0], audio[audio.length - 1]]

function fed(seconds: number): TurnRecorder {
  const recorder = new TurnRecorder()
  for (let at = 0; at < seconds * 1000 * MS; at += 320) recorder.push(ramp(at, 320))
  return recorder
}

it('a turn has the prefix before its onset and the suffix after its end', () => {
  const recorder = fed(1)
  recorder.start(800 * MS)
  recorder.push(ramp(16_000, 8000))
  expect(span(recorder.copy(1100 * MS))).toEqual([(800 - PREFIX_MS) * MS, (1100 + SUFFIX_MS) * MS - 1])
  // A copy changes nothing: the turn goes on.
  recorder.push(ramp(24_000, 4000))
  const { audio, droppedSamples } = recorder.end(1400 * MS)
  expect(span(audio)).toEqual([(800 - PREFIX_MS) * MS, (1400 + SUFFIX_MS) * MS - 1])
  expect(droppedSamples).toBe(0)
})

it('a turn that follows at once gets nothing of the one before', () => {
  const recorder = fed(1)
  recorder.start(500 * MS)
  const { audio } = recorder.end(1000 * MS)
  expect(span(audio)).toEqual([(500 - PREFIX_MS) * MS, 1000 * MS - 1])
  recorder.push(ramp(16_000, 1600))
  recorder.start(1050 * MS)
  expect(span(recorder.copy(1100 * MS))).toEqual([1000 * MS, 1100 * MS - 1])
})

it('N18 the prefix is what is asked for, up to the longest, also asked for within the turn', () => {
  const recorder = fed(14)
  recorder.start(13_500 * MS)
  for (const prefixMs of [0, 500, LONGEST_PREFIX_PADDING_MS]) {
    recorder.prefixMs = prefixMs
    expect(span(recorder.copy(13_800 * MS))).toEqual([
      ((13_500 - prefixMs) * MS) % 30_000,
      ((13_800 + SUFFIX_MS) * MS - 1) % 30_000
    ])
  }
})

it('an onset long before the decision counts as the longest before it', () => {
  const recorder = fed(8)
  recorder.start(2000 * MS)
  const [from] = span(recorder.copy(8000 * MS))
  expect(from).toBe(((8000 - 20 - LONGEST_DECISION_MS - PREFIX_MS) * MS) % 30_000)
})

it('a turn longer than is kept has its beginning, counts the rest, and leaves nothing stale to the next', () => {
  const recorder = fed(1)
  recorder.start(800 * MS)
  for (let at = 1000 * MS; at < 70_000 * MS; at += 320) recorder.push(ramp(at, 320))
  const { audio, droppedSamples } = recorder.end(69_000 * MS)
  expect(audio[0]).toBe(500 * MS)
  expect(audio).toHaveLength(LONGEST_TURN_MS * MS)
  expect(droppedSamples).toBe((70_000 - 500) * MS - audio.length)
  for (let at = 70_000 * MS; at < 71_000 * MS; at += 320) recorder.push(ramp(at, 320))
  recorder.start(70_100 * MS)
  expect(span(recorder.copy(70_500 * MS))).toEqual([(70_000 * MS) % 30_000, ((70_500 + SUFFIX_MS) * MS - 1) % 30_000])
})
