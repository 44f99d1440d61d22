import { noise } from '../../src/shared/audio/echo.test-support.ts'
import { record, type Recording } from '../rig/recording.ts'
import { correlate, levelDbfs, percentile, soundingSpan, tone } from '../rig/signal.ts'
import { type AudioPage, expect, test } from './audio-page.ts'

const AGENT_RATE_HZ = 24_000
const MIC_RATE_HZ = 16_000
const RECORDED_PER_MS = 48
/** A canceller and a noise suppressor would make another sound of what is said. */
const processing = { echoCancellation: false, noiseSuppression: false, autoGainControl: false }

/** Steady, and like nothing else: a tone in the microphone can pass for the echo of another one. */
function steadyNoise(ms: number, sampleRateHz: number, rms: number, seed: number): Int16Array {
  return Int16Array.from(noise(ms / 1000, sampleRateHz, rms, seed), (sample) => Math.round(32_767 * sample))
}
const agentNoise = (ms: number) => steadyNoise(ms, AGENT_RATE_HZ, 0.1, 5)
const voice = (ms: number) => steadyNoise(ms, 48_000, 0.2, 9)
/** What is said into the microphone, as the sound server has it. */
const whatIsSaid = ({ rig }: AudioPage) => record('micsink.monitor', rig.env)
const joined = (blocks: { samples: Int16Array }[]) => Int16Array.from(blocks.flatMap(({ samples }) => [...samples]))
const isSilent = ({ samples }: { samples: Int16Array }) => samples.every((sample) => sample === 0)
const isLoud = ({ samples }: { samples: Int16Array }) => levelDbfs(samples) > -30
/** The newest 100 ms that came up the link are somebody speaking. */
const isHeard = ({ main }: AudioPage) => main.blocks().slice(-5).filter(isLoud).length === 5

/** A busy machine tears short holes into what is said, too. `ends`: the first block behind it. */
function longestSilence(blocks: { samples: Int16Array }[]): { begins: number; ends: number } {
  let longest = { begins: 0, ends: 0 }
  let begins = 0
  for (const [i, block] of blocks.entries()) {
    if (!isSilent(block)) begins = i + 1
    else if (i + 1 - begins > longest.ends - longest.begins) longest = { begins, ends: i + 1 }
  }
  return longest
}

/** Level of each 10 ms. */
function course(samples: Int16Array, fromMs = 0): number[] {
  const size = 10 * RECORDED_PER_MS
  const levels: number[] = []
  for (let at = fromMs * RECORDED_PER_MS; at + size <= samples.length; at += size)
    levels.push(levelDbfs(samples.subarray(at, at + size)))
  return levels
}

/** The first 10 ms from which on 50 ms are near `dbfs`; a busy machine's stutter is no level. */
function settled(levels: readonly number[], dbfs: number): number {
  return levels.findIndex(
    (_, i) => i + 5 <= levels.length && levels.slice(i, i + 5).every((db) => Math.abs(db - dbfs) < 3)
  )
}

/** Waits until the newest 50 ms are near `dbfs`. */
const becomes = (speaker: Recording, dbfs: number, withinMs = 5000) =>
  speaker.until((samples) => settled(course(samples.subarray(-60 * RECORDED_PER_MS)), dbfs) >= 0, withinMs)

test('who speaks over the agent turns it down by 12 dB; the flush cuts it off, and without one it is up again', async ({
  audio
}) => {
  const { main } = audio
  await audio.configure({ duck: true, halfDuplex: 'off', processing })
  await audio.open(MIC_RATE_HZ, AGENT_RATE_HZ)
  await audio.talk('open', 'open')
  const speaker = await audio.rig.recordSpeaker()
  const microphone = await whatIsSaid(audio)
  main.speak(1, agentNoise(8000))
  await speaker.until((samples) => course(samples).filter((db) => db > -25).length > 40, 8000)
  const fullDbfs = percentile(course(speaker.samples()).slice(-30), 0.5)

  let said = audio.say(voice(600))
  await becomes(speaker, fullDbfs - 12)
  main.send({ kind: 'flush', reply: 1 })
  await speaker.until((samples) => levelDbfs(samples.subarray(-50 * RECORDED_PER_MS)) < -90, 5000)
  await said
  const onsetMs = microphone.timeMs(soundingSpan(microphone.samples(), -40)?.first ?? Number.NaN)
  const fromMs = onsetMs - speaker.startedAtMs
  const downMs = settled(course(speaker.samples(), Math.round(fromMs)), fullDbfs - 12) * 10
  test.info().annotations.push({ type: 'first sound to 12 dB down', description: `${downMs} ms` })
  // 80 ms of evidence and 30 ms of ramp, and the way through the sound server twice.
  expect(downMs).toBeGreaterThan(60)
  expect(downMs).toBeLessThan(450)

  main.speak(2, agentNoise(8000))
  await becomes(speaker, fullDbfs)
  said = audio.say(voice(250))
  await becomes(speaker, fullDbfs - 12)
  await becomes(speaker, fullDbfs)
  await said
  main.send({ kind: 'flush', reply: 2 })
  await Promise.all([speaker.stop(), microphone.stop()])
})

test('half-duplex sends silence at the same pace while the agent is heard, and then what is said again', async ({
  audio
}) => {
  const { main } = audio
  await audio.configure({ halfDuplex: 'on', processing })
  await audio.open(MIC_RATE_HZ, AGENT_RATE_HZ)
  await audio.talk('open', 'open')
  const speaker = await audio.rig.recordSpeaker()
  const said = audio.say(voice(4000))
  await main.until('what is said', () => isHeard(audio))
  main.speak(1, agentNoise(1200))
  main.send({ kind: 'reply-end', reply: 1 })
  await main.until('the end of the reply', () => main.controls('played').some(({ drained }) => drained))
  await main.until('what is said again', () => isHeard(audio))
  await said
  const blocks = main.blocks()
  const heard = soundingSpan(await speaker.stop(), -50) ?? { first: Number.NaN, last: Number.NaN }
  const { begins, ends } = longestSilence(blocks)
  const silentMs = (ends - begins) * 20
  test.info().annotations.push({ type: 'silent', description: `${silentMs} ms for a reply of 1200 ms` })
  // The reply, what it may take to come back, and a little more.
  expect(silentMs).toBeGreaterThan(1400)
  expect(silentMs).toBeLessThan(2200)
  expect(blocks[begins]?.atMs).toBeLessThan(speaker.timeMs(heard.first) + 250)
  expect(blocks[ends]?.atMs).toBeGreaterThan(speaker.timeMs(heard.last) + 150)
  expect(blocks.map(({ sequence }) => sequence)).toEqual(blocks.map((_, i) => i))
  expect(blocks.slice(0, begins).filter(isLoud).length).toBeGreaterThan(4)
  expect(blocks.slice(ends).filter(isLoud).length).toBeGreaterThan(4)
})

/** Half a second whose parts can be told from each other. */
const word = (sampleRateHz: number) =>
  Int16Array.from([700, 1100, 1600, 2300, 900].flatMap((hz) => [...tone({ hz, ms: 100, sampleRateHz, peak: 0.4 })]))

test('a word that begins 200 ms before the talk key arrives whole from a microphone that is kept ready', async ({
  audio
}) => {
  const { main, page } = audio
  await audio.configure({ keepWarm: true, processing })
  main.send({ kind: 'format', inputSampleRateHz: MIC_RATE_HZ, outputSampleRateHz: AGENT_RATE_HZ })
  await page.evaluate(() => window.audioEngine.open('microphone'))
  const microphone = await whatIsSaid(audio)
  /** Says the word and presses the key while it is said; resolves to how long after its beginning that was, and what was sent. */
  const attempt = async () => {
    await audio.talk('ready')
    const sent = main.blocks().length
    const from = microphone.samples().length
    const onset = (samples: Int16Array) => soundingSpan(samples.subarray(from), -40)?.first ?? Number.POSITIVE_INFINITY
    const said = audio.say(word(48_000))
    await microphone.until((samples) => samples.length - from - onset(samples) > 180 * RECORDED_PER_MS, 5000)
    expect(main.blocks()).toHaveLength(sent)
    await page.evaluate(() => {
      void window.audioEngine.open()
      window.audioEngine.talk('open', 'push-to-talk')
    })
    const keyMs = performance.now() - microphone.timeMs(from + onset(microphone.samples()))
    await said
    await main.until('the rest of the word', () => main.blocks().length > sent + 45)
    await audio.talk('closed')
    return { keyMs, heard: joined(main.blocks().slice(sent)) }
  }
  const judged = async () => {
    const { keyMs, heard } = await attempt()
    const whole = correlate(heard, word(MIC_RATE_HZ))
    const beginning = correlate(heard, word(MIC_RATE_HZ).subarray(0, (MIC_RATE_HZ * 180) / 1000))
    const likeness = `${whole.value.toFixed(3)}, of its first 180 ms ${beginning.value.toFixed(3)}`
    const description = `${keyMs.toFixed(0)} ms; likeness ${likeness}`
    test.info().annotations.push({ type: 'word before the key', description })
    return { keyMs, whole, beginning }
  }
  let { keyMs, whole, beginning } = await judged()
  // A busy machine presses the key late, or tears what is said.
  for (let again = 0; again < 4 && (keyMs > 270 || whole.value < 0.95); again += 1) {
    ;({ keyMs, whole, beginning } = await judged())
  }
  expect(keyMs).toBeGreaterThan(170)
  expect(keyMs).toBeLessThan(270)
  expect(beginning.value).toBeGreaterThan(0.9)
  expect(whole.value).toBeGreaterThan(0.9)
  expect(Math.abs(beginning.at - whole.at)).toBeLessThan(MIC_RATE_HZ / 1000)
  // What is kept is no more than was said just before: the beginning stands within the first 300 ms.
  expect(whole.at).toBeLessThan((MIC_RATE_HZ * 300) / 1000)
  expect(await page.evaluate(() => window.tracks.length)).toBe(1)
  await microphone.stop()
})
