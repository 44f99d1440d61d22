import { chromium } from '@playwright/test'
import { loudestToneDbfs, tone } from '../rig/signal.ts'
import { type AudioPage, expect, openAudioPage, test } from './audio-page.ts'

const AGENT_RATE_HZ = 24_000
const agentTone = (ms: number) => tone({ hz: 600, ms, sampleRateHz: AGENT_RATE_HZ, peak: 0.4 })
// The last one: a busy machine may have got another one for its glitches.
const contextState = ({ page }: AudioPage) => page.evaluate(() => window.contexts.at(-1)?.state)
const drained = ({ main }: AudioPage) => main.controls('played').filter((report) => report.drained)

test('a context that stops or is closed behind our back: the conversation goes on', async ({ audio }) => {
  await audio.open()
  await audio.talk(true)
  await audio.main.until('blocks', () => audio.main.blocks().length > 10)
  await audio.page.evaluate(() => window.contexts.at(-1)?.suspend())
  await expect.poll(() => contextState(audio)).toBe('running')
  const before = audio.main.blocks().length
  await audio.main.until('blocks after the pause', () => audio.main.blocks().length > before + 25)

  audio.main.speak(1, agentTone(5000))
  await audio.main.until('reply under way', () => audio.main.controls('played').some(({ samples }) => samples > 4800))
  await audio.page.evaluate(() => window.contexts.at(-1)?.close())
  await expect.poll(() => contextState(audio)).toBe('running')
  // The reply that was under way is answered, so that no session waits for it, and the next one is heard.
  audio.main.send({ kind: 'reply-end', reply: 1 })
  await audio.main.until('answer', () => drained(audio).length > 0)
  const recording = await audio.rig.recordSpeaker()
  let reply = 1
  // One that comes before the new graph is there is answered as not heard.
  await expect(async () => {
    reply += 1
    audio.main.speak(reply, agentTone(500))
    audio.main.send({ kind: 'reply-end', reply })
    await audio.main.until('its answer', () => drained(audio).some((answer) => answer.reply === reply))
    expect(drained(audio).at(-1)).toMatchObject({ reply, samples: 0.5 * AGENT_RATE_HZ })
  }).toPass({ timeout: 10_000 })
  expect(loudestToneDbfs(await recording.stop(), 600, 48_000)).toBeGreaterThan(-13)
  const rebuilt = audio.main.blocks().length
  await audio.main.until('blocks of the new graph', () => audio.main.blocks().length > rebuilt + 25)
  expect(await audio.page.evaluate(() => window.audioEngine.microphone.kind)).toBe('live')
  expect(await audio.page.evaluate(() => window.tracks.length)).toBe(1)
})

test('a talk key that is no gesture starts the context: a page that records may play', async ({ rig }) => {
  const browser = await chromium.launch(rig.chromium({ autoplay: 'after-gesture' }))
  try {
    const audio = await openAudioPage(rig, browser)
    audio.main.send({ kind: 'format', inputSampleRateHz: 16_000, outputSampleRateHz: AGENT_RATE_HZ })
    // As main sends it for a global key: Playwright's own evaluate would count as a gesture.
    const devtools = await audio.page.context().newCDPSession(audio.page)
    const inject = async (expression: string): Promise<unknown> => {
      const { result } = await devtools.send('Runtime.evaluate', { expression, userGesture: false, awaitPromise: true })
      return result.value
    }
    await inject('audioEngine.open()')
    await inject(`audioEngine.talk('open', 'push-to-talk')`)
    await audio.main.until('blocks', () => audio.main.blocks().length > 25)
    audio.main.speak(1, agentTone(300))
    audio.main.send({ kind: 'reply-end', reply: 1 })
    await audio.main.until('played', () => drained(audio).length === 1)
    expect(drained(audio)[0]).toMatchObject({ samples: 0.3 * AGENT_RATE_HZ })
    expect(await inject('navigator.userActivation.hasBeenActive')).toBe(false)
    expect(await inject('audioEngine.loudspeaker.blocked')).toBe(false)
    await audio.close()
  } finally {
    await browser.close()
  }
})
