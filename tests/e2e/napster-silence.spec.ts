import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { chromium, type Page } from '@playwright/test'
import { decodeWav, encodeWav } from '../../src/shared/audio/wav.ts'
import type { SessionEvent } from '../../src/shared/events.ts'
import { Launched } from '../protocol/start.test-support.ts'
import { findChromium } from '../rig/browser.ts'
import { expect, test } from './web-host.ts'

// What the silence of turn detection does to a person who speaks: Chromium's microphone is a recording that comes again and again.

const AGENT_READY = /ws:\/\/127\.0\.0\.1:(\d+)/
const RATE_HZ = 16_000
/** Its turns end by time alone. */
const FLUX = {
  type: 'deepgram',
  version: 'v2',
  model: 'flux-general-en',
  eot_threshold: 1,
  eot_timeout_ms: 3_000
}

/** What is set in the window, and how much longer (ms) a turn is then. */
const CASES = {
  deepgram: { silenceMs: 600, from: -5_000, to: -1_400 },
  napster: { silenceMs: 3_000, from: 1_400, to: 5_000 }
}

const SETTINGS = {
  audio: {
    input: { encoding: 'linear16', sample_rate: RATE_HZ },
    output: { encoding: 'linear16', sample_rate: 24_000, container: 'none' }
  },
  agent: {
    listen: { provider: FLUX },
    think: { provider: { type: 'open_ai', model: 'm' }, prompt: 'Be brief.' }
  }
}

declare global {
  interface Window {
    /** Who did what, and when that was told. */
    activities: { atMs: number; activity: string }[]
  }
}

/** A sentence and five seconds of silence, as a file that Chromium plays into its microphone. */
function recording(dir: string): string {
  const { samples } = decodeWav(readFileSync(path.join(import.meta.dirname, '../fixtures/speech/espeak-1.wav')))
  const all = new Int16Array(RATE_HZ + samples.length + 5 * RATE_HZ)
  all.set(samples, RATE_HZ)
  const file = path.join(dir, 'microphone.wav')
  writeFileSync(file, encodeWav(all, RATE_HZ))
  return file
}

/** A second listener on the host's own contract. */
async function listen(page: Page): Promise<void> {
  await page.evaluate(async () => {
    window.activities = []
    const socket = new WebSocket(`${window.origin.replace('http', 'ws')}/ipc`)
    socket.addEventListener('message', ({ data }: MessageEvent<string>) => {
      const { payload } = JSON.parse(data) as { payload?: SessionEvent }
      if (payload?.kind !== 'state' || payload.state.phase !== 'live') return
      window.activities.push({ atMs: performance.now(), activity: payload.state.activity })
    })
    await new Promise((resolve) => socket.addEventListener('open', resolve))
  })
}

/** How long each turn of the user was, from its onset to its end; milliseconds. */
async function turns(page: Page): Promise<number[]> {
  const states = await page.evaluate(() => window.activities)
  return states.flatMap(({ atMs, activity }, at) => {
    const end = states.slice(at + 1).find((one) => one.activity !== 'userSpeaking')
    const begins = activity === 'userSpeaking' && states[at - 1]?.activity !== 'userSpeaking'
    return begins && end !== undefined ? [end.atMs - atMs] : []
  })
}

async function nextTurn(page: Page): Promise<number> {
  const before = (await turns(page)).length
  await expect.poll(async () => (await turns(page)).length, { timeout: 30_000 }).toBeGreaterThan(before)
  return (await turns(page))[before] ?? NaN
}

// Each waits for turns for half a minute.
test.describe.configure({ mode: 'parallel' })

for (const service of ['deepgram', 'napster'] as const) {
  test(`N18 on ${service}: silence_duration_ms, set in the window, decides how long the agent waits for the rest of a sentence`, async ({
    start,
    dataDir
  }) => {
    const { silenceMs, from, to } = CASES[service]
    const transcriber = `"${process.execPath}" -e "console.log('what is two plus three')"`
    const agent = new Launched(['agent', '--port', '0'], {
      script: 'bin/parley.mjs',
      env: { PARLEY_TRANSCRIBER: transcriber }
    })
    await expect.poll(() => AGENT_READY.test(agent.stdout), { timeout: 30_000 }).toBe(true)
    const port = AGENT_READY.exec(agent.stdout)?.[1] ?? ''
    const reached =
      service === 'deepgram'
        ? { url: `ws://127.0.0.1:${port}`, settings: SETTINGS }
        : { url: `http://127.0.0.1:${port}`, settings: { agentId: 'agent_builtin' } }
    const file = path.join(dataDir, 'profile.json')
    writeFileSync(file, JSON.stringify({ schemaVersion: 1, name: 'Ada', service, ...reached }))
    const args = [
      '--no-sandbox',
      '--disable-background-networking',
      '--disable-component-update',
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-audio-capture=${recording(dataDir)}`
    ]
    const browser = await chromium.launch({ executablePath: findChromium(), args })
    try {
      const host = await start(0, ['--profile', file])
      const page = await browser.newPage()
      await page.goto(host.link)
      await page.getByRole('radio', { name: 'Open mic' }).click()
      await listen(page)
      await page.getByRole('button', { name: 'Start talking' }).click()
      const usual = await nextTurn(page)
      await expect(page.getByRole('log')).toContainText('5', { timeout: 30_000 })

      await page.getByRole('button', { name: /^Tune the agent/ }).click()
      await page.getByRole('button', { name: /^Turn detection/ }).click()
      const silence = page.getByRole('textbox', { name: 'silence_duration_ms' })
      await silence.fill(String(silenceMs))
      await silence.press('Enter')
      await expect(page.getByText(new RegExp(`(Applied|Sent, not confirmed): ${silenceMs}`))).toBeVisible()
      // The sentence that came while the change was made may have had both.
      await nextTurn(page)
      const changed = await nextTurn(page)
      test.info().annotations.push({ type: 'measured', description: `turns of ${usual} and ${changed} ms` })
      expect(changed - usual).toBeGreaterThan(from)
      expect(changed - usual).toBeLessThan(to)
    } finally {
      await browser.close()
      await agent.end()
    }
  })
}
