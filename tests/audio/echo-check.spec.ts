import { chromium, type Browser } from '@playwright/test'
import type { EchoCheck } from '../../src/renderer/src/audio/api.ts'
import { startRig, type Rig } from '../rig/rig.ts'
import { tone } from '../rig/signal.ts'
import { type AudioPage, expect, openAudioPage, test } from './audio-page.ts'

const RAW = { echoCancellation: false, noiseSuppression: false, autoGainControl: false }
const check = ({ page }: AudioPage): Promise<EchoCheck> => page.evaluate(() => window.audioEngine.checkEcho())

/** A rig of its own: its microphone hears the loudspeaker. */
let room: Rig
let browser: Browser
test.beforeAll(async () => {
  room = await startRig()
  await room.plugEcho()
  browser = await chromium.launch(room.chromium())
})
test.afterAll(async () => {
  await browser.close()
  await room.close()
})

test('the echo check finds the echo path, and whether the canceller takes it out; nothing of it reaches the service', async () => {
  const audio = await openAudioPage(room, browser)
  audio.main.send({ kind: 'format', inputSampleRateHz: 16_000, outputSampleRateHz: 24_000 })
  await audio.talk('ready')
  const cancelled = await check(audio)
  test.info().annotations.push({ type: 'cancelled', description: JSON.stringify(cancelled) })
  await audio.configure({ processing: RAW })
  const raw = await check(audio)
  test.info().annotations.push({ type: 'not cancelled', description: JSON.stringify(raw) })
  expect(raw).toMatchObject({ kind: 'done', advice: 'half-duplex' })
  if (raw.kind !== 'done' || cancelled.kind !== 'done') throw new Error(`the first check: ${JSON.stringify(cancelled)}`)
  // -45 and less on a quiet machine; a busy one tears the echo path, which no room does.
  expect(cancelled.leakDb).toBeLessThan(-20)
  expect(['fine', 'headphones', 'push-to-talk']).toContain(cancelled.advice)
  // The rig's loudspeaker is its microphone: what comes back is what was played, after both sides' buffers.
  expect(raw.leakDb).toBeGreaterThan(-6)
  expect(raw.leakDb).toBeLessThanOrEqual(3)
  expect(raw.delayMs).toBeGreaterThan(20)
  expect(raw.delayMs).toBeLessThan(300)
  expect(Math.abs((cancelled.rawLeakDb ?? -90) - raw.leakDb)).toBeLessThan(3)
  expect(Math.abs((cancelled.delayMs ?? 0) - (raw.delayMs ?? 0))).toBeLessThan(80)
  // What was opened for it is closed, and the page says so all the time.
  expect(await audio.page.evaluate(() => window.tracks.filter(({ readyState }) => readyState === 'live').length)).toBe(
    0
  )
  expect(new Set(await audio.page.evaluate(() => window.states.map(({ kind }) => kind)))).toEqual(new Set(['off']))
  expect(audio.main.blocks()).toEqual([])

  await audio.open()
  audio.main.speak(1, tone({ hz: 600, ms: 2000, sampleRateHz: 24_000 }))
  await audio.main.until('reply', () => audio.main.controls('played').length > 0)
  expect(await check(audio)).toEqual({ kind: 'failed', reason: 'busy' })
  await audio.close()
})
