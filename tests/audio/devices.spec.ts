import { chromium } from '@playwright/test'
import type { MicrophoneState } from '../../src/renderer/src/audio/api.ts'
import { levelDbfs, tone } from '../rig/signal.ts'
import { type AudioPage, expect, openAudioPage, test } from './audio-page.ts'

const AGENT_RATE_HZ = 24_000
const agentTone = (ms: number) => tone({ hz: 600, ms, sampleRateHz: AGENT_RATE_HZ, peak: 0.4 })
const microphone = ({ page }: AudioPage): Promise<MicrophoneState> => page.evaluate(() => window.audioEngine.microphone)
const contextState = ({ page }: AudioPage) => page.evaluate(() => window.contexts.at(-1)?.state)
const drained = ({ main }: AudioPage) => main.controls('played').filter((report) => report.drained)

/** Resolves to the first state that passes, with the page's clock at that moment. */
function nextState(audio: AudioPage, expected: Partial<Record<string, unknown>>): Promise<{ atMs: number }> {
  return audio.page.evaluate(
    (wanted) =>
      new Promise((resolve) => {
        const look = (): void => {
          const state: Record<string, unknown> = { ...window.audioEngine.microphone }
          if (!Object.entries(wanted).every(([key, value]) => state[key] === value)) return
          stop()
          resolve({ atMs: performance.timeOrigin + performance.now() })
        }
        const stop = window.audioEngine.onChange(look)
        look()
      }),
    expected
  )
}

async function chosenHeadset(audio: AudioPage): Promise<void> {
  const headset = async () =>
    (await audio.page.evaluate(() => window.audioEngine.devices())).microphones.find(({ label }) => label === 'Headset')
  await expect.poll(headset).toBeDefined()
  const live = nextState(audio, { kind: 'live', label: 'Headset', insteadOf: null })
  await audio.configure({ microphone: (await headset()) ?? null })
  await live
}

test('a chosen microphone that is unplugged: the default takes over within 1 s, and it comes back when it is plugged in', async ({
  audio
}) => {
  await audio.open()
  // Not there yet: the default stands in, and it is told for what.
  const missing = nextState(audio, { kind: 'live', insteadOf: 'Headset' })
  await audio.configure({ microphone: { deviceId: 'gone', label: 'Headset' } })
  await missing
  const unplug = await audio.rig.plugMicrophone('Headset')
  await chosenHeadset(audio)
  await audio.talk(true)
  await audio.main.until('blocks', () => audio.main.blocks().length > 10)
  const standIn = nextState(audio, { kind: 'live', insteadOf: 'Headset' })
  const unpluggedAtMs = Date.now()
  await unplug()
  const tookMs = (await standIn).atMs - unpluggedAtMs
  test.info().annotations.push({ type: 'unplugged to default', description: `${tookMs.toFixed(0)} ms` })
  expect(tookMs).toBeLessThan(1000)
  expect(await microphone(audio)).toMatchObject({ deviceId: 'default' })
  const before = audio.main.blocks().length
  await audio.main.until('blocks of the default', () => audio.main.blocks().length > before + 25)
  const back = nextState(audio, { kind: 'live', label: 'Headset', insteadOf: null })
  const unplugAgain = await audio.rig.plugMicrophone('Headset')
  await back
  await audio.page.evaluate(() => window.audioEngine.close())
  await unplugAgain()
})

test('other processing opens the microphone again, and what was granted is read back', async ({ audio }) => {
  await audio.open()
  await audio.talk(true)
  for (const processing of [
    { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
    { echoCancellation: true, noiseSuppression: false, autoGainControl: false }
  ]) {
    const reopened = audio.page.evaluate(
      (seen) =>
        new Promise<MicrophoneState>((resolve) => {
          window.audioEngine.onChange(() => {
            const state = window.audioEngine.microphone
            if (state.kind === 'live' && window.tracks.length > seen) resolve(state)
          })
        }),
      await audio.page.evaluate(() => window.tracks.length)
    )
    await audio.configure({ processing })
    expect(await reopened).toMatchObject({ granted: processing })
    expect(await audio.page.evaluate(() => window.tracks.filter((track) => track.readyState === 'live').length)).toBe(1)
  }
  const before = audio.main.blocks().length
  await audio.main.until('blocks', () => audio.main.blocks().length > before + 25)
})

test('the default microphone that is unplugged is followed by the next default within 1 s', async ({ audio }) => {
  const unplug = await audio.rig.plugMicrophone('Headset')
  await audio.rig.pactl('set-default-source', 'Headset')
  await audio.open()
  await audio.talk(true)
  await audio.main.until('blocks', () => audio.main.blocks().length > 10)
  const changes = await audio.page.evaluate(() => window.states.length)
  const unpluggedAtMs = Date.now()
  await unplug()
  await audio.rig.pactl('set-default-source', 'virtmic')
  await audio.page.waitForFunction((seen) => window.states.slice(seen).some(({ kind }) => kind === 'live'), changes, {
    polling: 20
  })
  expect(Date.now() - unpluggedAtMs).toBeLessThan(1000)
  const before = audio.main.blocks().length
  await audio.main.until('blocks of the next one', () => audio.main.blocks().length > before + 25)
})

test('a microphone that delivers only digital silence is told after 2 s, and heard once it sounds', async ({
  audio
}) => {
  await audio.open()
  expect(await microphone(audio)).toMatchObject({ sound: 'preparing' })
  await nextState(audio, { sound: 'silent' })
  const heard = nextState(audio, { sound: 'heard' })
  await audio.say(tone({ hz: 1000, ms: 500, sampleRateHz: 48_000 }))
  await heard
})

test('a reply that plays when the microphone is closed is played to its end; then the context rests until it is needed', async ({
  audio
}) => {
  await audio.open()
  const recording = await audio.rig.recordSpeaker()
  audio.main.speak(1, agentTone(3000))
  audio.main.send({ kind: 'reply-end', reply: 1 })
  await recording.until((samples) => levelDbfs(samples.subarray(-4800)) > -20, 8000)
  await audio.page.evaluate(() => window.audioEngine.close())
  await audio.main.until('drained', () => drained(audio).length === 1)
  await recording.stop()
  expect(drained(audio)).toEqual([{ kind: 'played', reply: 1, samples: 3 * AGENT_RATE_HZ, drained: true }])
  expect(await contextState(audio)).toBe('running')
  await expect.poll(() => contextState(audio), { timeout: 10_000 }).toBe('suspended')
  // Words that come now are still played and answered: the context runs for them.
  audio.main.speak(2, agentTone(300))
  audio.main.send({ kind: 'reply-end', reply: 2 })
  await audio.main.until('second answer', () => drained(audio).length === 2)
  expect(drained(audio).at(-1)).toMatchObject({ reply: 2, samples: 0.3 * AGENT_RATE_HZ })
  await expect.poll(() => contextState(audio), { timeout: 10_000 }).toBe('suspended')
  await audio.page.evaluate(() => window.audioEngine.open())
  await expect.poll(() => contextState(audio)).toBe('running')
})

test('in a tab that nobody has touched the loudspeaker is blocked, and the first gesture plays what waited', async ({
  rig
}) => {
  const browser = await chromium.launch(rig.chromium({ grantMicrophone: false, autoplay: 'after-gesture' }))
  try {
    // The prompt for the microphone is not answered: Chromium plays in a page that records.
    const audio = await openAudioPage(rig, browser, '?untouched')
    const told: string[] = []
    audio.page.on('console', (message) => {
      if (message.text().startsWith('loudspeaker ')) told.push(message.text())
    })
    audio.main.send({ kind: 'format', inputSampleRateHz: 16_000, outputSampleRateHz: AGENT_RATE_HZ })
    await audio.main.until('blocked', () => told.at(-1) === 'loudspeaker blocked')
    audio.main.speak(1, agentTone(400))
    audio.main.send({ kind: 'reply-end', reply: 1 })
    await audio.page.mouse.click(40, 40)
    await audio.main.until('ready', () => told.at(-1) === 'loudspeaker ready')
    await audio.main.until('played', () => drained(audio).length === 1)
    expect(drained(audio)[0]).toMatchObject({ reply: 1, samples: 0.4 * AGENT_RATE_HZ })
    await audio.close()
  } finally {
    await browser.close()
  }
})

test('a microphone that the person refuses is told as refused, and the loudspeaker still works', async ({ rig }) => {
  const { args, ...launch } = rig.chromium({ grantMicrophone: false, args: ['--deny-permission-prompts'] })
  const browser = await chromium.launch({ ...launch, args })
  try {
    const audio = await openAudioPage(rig, browser)
    audio.main.send({ kind: 'format', inputSampleRateHz: 16_000, outputSampleRateHz: AGENT_RATE_HZ })
    await audio.page.evaluate(() => window.audioEngine.open())
    expect(await audio.page.evaluate(() => window.audioEngine.microphone)).toMatchObject({
      kind: 'failed',
      code: 'permission-denied'
    })
    await expect.poll(() => contextState(audio)).toBe('running')
    audio.main.speak(1, agentTone(200))
    audio.main.send({ kind: 'reply-end', reply: 1 })
    await audio.main.until('played', () => drained(audio).length === 1)
    expect(drained(audio)[0]).toMatchObject({ reply: 1, samples: 0.2 * AGENT_RATE_HZ })
    await audio.close()
  } finally {
    await browser.close()
  }
})
