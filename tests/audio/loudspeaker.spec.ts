import { record } from '../rig/recording.ts'
import { levelDbfs, tone } from '../rig/signal.ts'
import { type AudioPage, expect, test } from './audio-page.ts'

const AGENT_RATE_HZ = 24_000
const agentTone = (ms: number) => tone({ hz: 600, ms, sampleRateHz: AGENT_RATE_HZ, peak: 0.4 })
const level = (samples: Int16Array) => levelDbfs(samples.subarray(-4800))
const sounds = (samples: Int16Array) => level(samples) > -25
const loudspeaker = ({ page }: AudioPage) => page.evaluate(() => window.audioEngine.loudspeaker)

/** Another loudspeaker on the rig; resolves to its removal. */
async function plugLoudspeaker({ rig }: AudioPage): Promise<() => Promise<void>> {
  const named = ['sink_name=second', 'rate=48000', 'sink_properties=device.description=Second']
  const id = await rig.pactl('load-module', 'module-null-sink', ...named)
  return async () => void (await rig.pactl('unload-module', id))
}

test('a chosen loudspeaker plays; unplugged under a reply, the default takes over within 1 s, until it is back', async ({
  audio
}) => {
  const unplug = await plugLoudspeaker(audio)
  await audio.open()
  await audio.configure({ loudspeaker: { deviceId: 'of another day', label: 'Second' } })
  await expect.poll(() => loudspeaker(audio)).toEqual({ blocked: false, label: 'Second', insteadOf: null })
  const second = await record('second.monitor', audio.rig.env)
  const standard = await audio.rig.recordSpeaker()
  audio.main.speak(1, agentTone(6000))
  await second.until(sounds, 8000)
  expect(sounds(standard.samples())).toBe(false)
  const before = standard.samples().length
  const unpluggedAtMs = performance.now()
  await unplug()
  await standard.until(sounds, 8000)
  const first = standard.samples().findIndex((sample, i) => i > before && Math.abs(sample) > 1000)
  const tookMs = standard.timeMs(first) - unpluggedAtMs
  test.info().annotations.push({ type: 'unplugged to default', description: `${tookMs.toFixed(0)} ms` })
  expect(tookMs).toBeLessThan(1000)
  await expect.poll(() => loudspeaker(audio)).toEqual({ blocked: false, label: null, insteadOf: 'Second' })
  await second.stop()

  // Chromium keeps the stream of the one that went for some seconds, and the sound server has moved it: where it plays now is not judged.
  const unplugAgain = await plugLoudspeaker(audio)
  await expect.poll(() => loudspeaker(audio)).toMatchObject({ label: 'Second', insteadOf: null })
  expect(await audio.page.evaluate(() => window.contexts.at(-1)?.sinkId)).not.toBe('')
  await standard.stop()
  await audio.page.evaluate(() => window.audioEngine.close())
  await unplugAgain()
})

test('the volume is the loudness of what is heard, also while it plays', async ({ audio }) => {
  await audio.open()
  const recording = await audio.rig.recordSpeaker()
  audio.main.speak(1, agentTone(4000))
  await recording.until((samples) => sounds(samples.subarray(0, -9600)), 8000)
  const loud = level(recording.samples())
  await audio.configure({ volume: 0.1 })
  await recording.until((samples) => Math.abs(level(samples) - (loud - 20)) < 3, 3000)
  await recording.stop()
})
