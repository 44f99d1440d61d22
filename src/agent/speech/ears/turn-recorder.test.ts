import { expect, it } from 'vitest'
import { PREFIX_MS, SUFFIX_MS, TurnRecorder } from './turn-recorder.ts'

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
