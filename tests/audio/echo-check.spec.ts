import { chromium, type Browser } from '@playwright/test'
import type { EchoCheck } from '../../src/renderer/src/audio/api.ts'
import { startRig, type Rig } from '../rig/rig.ts'
import { tone } from '../rig/signal.ts'
import { type AudioPage, expect, openAudioPage, test } from './audio-page.ts'

type Done = Extract<EchoCheck, { kind: 'done' }>

async function check({ page }: AudioPage): Promise<Done> {
  const result = await page.evaluate(() => window.audioEngine.checkEcho())
  if (result.kind !== 'done') throw new Error(`The check failed: ${result.reason}`)
  return result
}

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
  await audio.open()
  await audio.talk('ready')
  const cancelled: Done[] = []
  // Once is enough on a quiet machine, at -45 dB; a busy one tears the echo path, which no room does, and the canceller begins anew.
  while (cancelled.length < 5 && (cancelled.at(-1)?.leakDb ?? 0) > -20) cancelled.push(await check(audio))
  test.info().annotations.push({ type: 'cancelled', description: JSON.stringify(cancelled) })
  expect(cancelled.at(-1)?.leakDb).toBeLessThan(-20)

  audio.main.speak(1, tone({ hz: 600, ms: 1500, sampleRateHz: 24_000 }))
  audio.main.send({ kind: 'reply-end', reply: 1 })
  await audio.main.until('reply', () => audio.main.controls('played').length > 0)
  expect(await audio.page.evaluate(() => window.audioEngine.checkEcho())).toEqual({ kind: 'failed', reason: 'busy' })
  await audio.main.until('end of the reply', () => audio.main.controls('played').some(({ drained }) => drained))

  // Opens what it needs, and closes it again.
  await audio.page.evaluate(() => window.audioEngine.close())
  await audio.configure({ processing: { echoCancellation: false, noiseSuppression: false, autoGainControl: false } })
  const states = await audio.page.evaluate(() => window.states.length)
  const raw = await check(audio)
  test.info().annotations.push({ type: 'not cancelled', description: JSON.stringify(raw) })
  // The rig's loudspeaker is its microphone: what comes back is what was played, after both sides' buffers.
  expect(raw).toMatchObject({ advice: 'half-duplex' })
  expect(raw.leakDb).toBeGreaterThan(-6)
  expect(raw.delayMs).toBeGreaterThan(20)
  expect(raw.delayMs).toBeLessThan(300)
  expect(cancelled.at(-1)?.rawLeakDb).toBeGreaterThan(-6)
  expect(cancelled.at(-1)?.delayMs).toBeLessThan(300)
  expect(await audio.page.evaluate(() => window.tracks.filter(({ readyState }) => readyState === 'live').length)).toBe(
    0
  )
  expect(
    await audio.page.evaluate((seen) => window.states.slice(seen).filter(({ kind }) => kind !== 'off'), states)
  ).toEqual([])
  expect(audio.main.blocks()).toEqual([])
  await audio.close()
})
