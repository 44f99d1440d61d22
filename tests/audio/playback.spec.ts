import { levelDbfs, loudestToneDbfs, soundingSpan, tone } from '../rig/signal.ts'
import { expect, test } from './audio-page.ts'

const AGENT_RATE_HZ = 24_000
const RECORDED_PER_MS = 48

/** How long a recording sounds, in steps of 5 ms. */
function soundingMs(samples: Int16Array): number {
  const size = 5 * RECORDED_PER_MS
  const windows = Array.from({ length: Math.floor(samples.length / size) }, (_, i) =>
    levelDbfs(samples.subarray(i * size, (i + 1) * size))
  )
  return windows.filter((level) => level > -40).length * 5
}

const agentTone = (ms: number, hz = 600) => tone({ hz, ms, sampleRateHz: AGENT_RATE_HZ, peak: 0.4 })

test('agent audio comes out of the loudspeaker whole, and the played position follows it to its last sample', async ({
  audio
}) => {
  await audio.open()
  const recording = await audio.rig.recordSpeaker()
  audio.main.speak(1, agentTone(1500))
  audio.main.send({ kind: 'reply-end', reply: 1 })
  await audio.main.until('drained', () => audio.main.controls('played').some(({ drained }) => drained))
  await recording.until((samples) => levelDbfs(samples.subarray(-4800)) < -90, 5000)
  const heard = await recording.stop()
  // What sounds, not the time from its first to its last sample: a busy machine makes the browser stutter.
  expect(soundingMs(heard)).toBeGreaterThan(1450)
  expect(soundingMs(heard)).toBeLessThan(1550)
  expect(loudestToneDbfs(heard, 600, 48_000)).toBeGreaterThan(-13)
  const played = audio.main.controls('played')
  expect(played.at(-1)).toEqual({ kind: 'played', reply: 1, samples: 1.5 * AGENT_RATE_HZ, drained: true })
  expect(played.filter(({ drained }) => drained)).toHaveLength(1)
  const positions = played.map(({ samples }) => samples)
  expect(positions).toEqual(positions.toSorted((a, b) => a - b))
  const steps = positions.slice(1).map((position, i) => ((position - (positions[i] ?? 0)) * 1000) / AGENT_RATE_HZ)
  expect(Math.max(...steps)).toBeLessThanOrEqual(100)
})

test('a reply that comes unevenly at real time is heard to its last sample, which is when it is drained', async ({
  audio
}) => {
  await audio.open()
  const recording = await audio.rig.recordSpeaker()
  const samples = agentTone(1200)
  const startMs = performance.now()
  for (let piece = 0; piece < 60; piece += 1) {
    // Every fourth piece comes with the three behind it, 60 ms late.
    const atMs = 20 * (piece - (piece % 4)) + (piece % 4 === 0 ? 0 : 80)
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, startMs + atMs - performance.now())))
    audio.main.speak(1, samples.subarray(480 * piece, 480 * (piece + 1)))
  }
  audio.main.send({ kind: 'reply-end', reply: 1 })
  await audio.main.until('drained', () => audio.main.controls('played').some(({ drained }) => drained))
  await recording.until((heard) => levelDbfs(heard.subarray(-4800)) < -90, 5000)
  const heard = await recording.stop()
  expect(loudestToneDbfs(heard, 600, 48_000)).toBeGreaterThan(-13)
  expect(soundingMs(heard)).toBeGreaterThan(1150)
  const played = audio.main.controls('played')
  expect(played.at(-1)).toEqual({ kind: 'played', reply: 1, samples: 1.2 * AGENT_RATE_HZ, drained: true })
  const positions = played.map((report) => report.samples)
  expect(positions).toEqual(positions.toSorted((a, b) => a - b))
})

test('a flush silences the loudspeaker at once, fades, drops late audio, and reports what was heard', async ({
  audio
}) => {
  await audio.open()
  const recording = await audio.rig.recordSpeaker()
  audio.main.speak(1, agentTone(5000))
  await recording.until((samples) => (soundingSpan(samples, -40)?.first ?? Infinity) < samples.length - 48 * 500, 8000)
  const flushedAtMs = performance.now()
  audio.main.send({ kind: 'flush', reply: 1 })
  audio.main.speak(1, agentTone(1000, 900))
  await audio.main.until('answer', () => audio.main.controls('played').some(({ drained }) => drained))
  await recording.until((samples) => levelDbfs(samples.subarray(-9600)) < -90, 5000)
  const heard = await recording.stop()
  const span = soundingSpan(heard, -60) ?? { first: 0, last: 0 }
  const silentAfterMs = recording.timeMs(span.last) - flushedAtMs
  test.info().annotations.push({ type: 'flush to silence', description: `${silentAfterMs.toFixed(1)} ms` })
  // Without the flush it would sound for seconds; how fast it is, `npm run bench -- barge-in` says.
  expect(silentAfterMs).toBeLessThan(250)
  expect(loudestToneDbfs(heard, 900, 48_000)).toBeLessThan(-30)
  const level = (beforeEndMs: number) => {
    const end = span.last - beforeEndMs * RECORDED_PER_MS
    return levelDbfs(heard.subarray(end - 2 * RECORDED_PER_MS, end))
  }
  expect(level(14)).toBeGreaterThan(-14)
  expect(level(2)).toBeLessThan(level(14) - 3)
  expect(level(0)).toBeLessThan(level(14) - 15)
  const answers = audio.main.controls('played').filter(({ drained }) => drained)
  expect(answers).toHaveLength(1)
  const heardMs = soundingMs(heard)
  const reportedMs = ((answers[0]?.samples ?? 0) * 1000) / AGENT_RATE_HZ
  test.info().annotations.push({ type: 'reported minus heard', description: `${(reportedMs - heardMs).toFixed(1)} ms` })
  expect(Math.abs(reportedMs - heardMs)).toBeLessThan(60)
})

test('the reply after a flushed one is heard, and a reply that never had audio is answered', async ({ audio }) => {
  await audio.open()
  audio.main.speak(1, agentTone(3000))
  audio.main.send({ kind: 'flush', reply: 1 })
  audio.main.send({ kind: 'reply-end', reply: 2 })
  const recording = await audio.rig.recordSpeaker()
  audio.main.speak(3, agentTone(400, 900))
  audio.main.send({ kind: 'reply-end', reply: 3 })
  await audio.main.until(
    'all answers',
    () => audio.main.controls('played').filter(({ drained }) => drained).length === 3
  )
  const heard = await recording.stop()
  expect(loudestToneDbfs(heard, 900, 48_000)).toBeGreaterThan(-13)
  expect(audio.main.controls('played').at(-1)).toMatchObject({ reply: 3, samples: 0.4 * AGENT_RATE_HZ })
})

test('without a loudspeaker every reply is answered as not heard', async ({ audio }) => {
  audio.main.send({ kind: 'format', inputSampleRateHz: 16_000, outputSampleRateHz: AGENT_RATE_HZ })
  audio.main.speak(1, agentTone(300))
  audio.main.send({ kind: 'reply-end', reply: 1 })
  audio.main.speak(2, agentTone(300))
  audio.main.send({ kind: 'flush', reply: 2 })
  await audio.main.until('two answers', () => audio.main.controls('played').length === 2)
  expect(audio.main.controls('played')).toEqual([
    { kind: 'played', reply: 1, samples: 0, drained: true },
    { kind: 'played', reply: 2, samples: 0, drained: true }
  ])
  await audio.main.until('stats', () =>
    audio.main.controls('stats').some(({ droppedPlaybackMs }) => droppedPlaybackMs === 600)
  )
})
