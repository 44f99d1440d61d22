import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Page } from '@playwright/test'
import type { SessionEvent } from '../../src/shared/events.ts'
import { decodeWav } from '../../src/shared/audio/wav.ts'
import { soundingSpan } from '../rig/signal.ts'
import { expect, securityReports, test, type Desktop } from './desktop.ts'

declare global {
  interface Window {
    heard: SessionEvent[]
  }
}

const run = promisify(execFile)
const WORDS = ['garden', 'seven', 'orange', 'window', 'thunder', 'paper', 'silver', 'mountain', 'yellow', 'basket']
/** Comparing at this rate keeps speech and is quick. */
const COMPARE_RATE_HZ = 8000

/** Four random words, spoken: a new conversation each run. */
async function randomSpeech(folder: string): Promise<{ wav: string; samples: Int16Array }> {
  const words = Array.from({ length: 4 }, () => WORDS[Math.floor(Math.random() * WORDS.length)])
  const spoken = join(folder, 'spoken.wav')
  const compared = join(folder, 'compared.wav')
  await run('espeak-ng', ['-s', '150', '-w', spoken, words.join(' ')])
  await run('sox', [spoken, '-r', String(COMPARE_RATE_HZ), '-c', '1', compared])
  return { wav: spoken, samples: decodeWav(new Uint8Array(await readFile(compared))).samples }
}

/** Every sixth sample after a moving average over six: 48 kHz to 8 kHz. */
function toCompareRate(samples: Int16Array): Int16Array {
  return Int16Array.from({ length: Math.floor(samples.length / 6) }, (_, i) => {
    let sum = 0
    for (let k = 0; k < 6; k++) sum += samples[i * 6 + k] ?? 0
    return sum / 6
  })
}

/** Loudness every 20 ms. */
function envelope(samples: Int16Array): number[] {
  const length = COMPARE_RATE_HZ * 0.02
  return Array.from({ length: Math.floor(samples.length / length) }, (_, i) => {
    let sum = 0
    for (const sample of samples.subarray(i * length, (i + 1) * length)) sum += sample * sample
    return Math.sqrt(sum / length)
  })
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

function pearson(a: readonly number[], b: readonly number[]): number {
  const [meanA, meanB] = [mean(a), mean(b)]
  let product = 0
  let squaresA = 0
  let squaresB = 0
  for (const [i, value] of a.entries()) {
    const [x, y] = [value - meanA, (b[i] ?? 0) - meanB]
    product += x * y
    squaresA += x * x
    squaresB += y * y
  }
  return product === 0 ? 0 : product / Math.sqrt(squaresA * squaresB)
}

/**
 * How well the loudness of `said` follows some part of `heard` (1: exactly). Loudness, because the browser's noise suppression
 * and gain control change the waveform itself; that the waveform survives the rest of the path is tested elsewhere.
 */
function likeness(heard: Int16Array, said: Int16Array): number {
  const [there, here] = [envelope(heard), envelope(said)]
  const places = Array.from({ length: Math.max(0, there.length - here.length) }, (_, at) => at)
  return Math.max(0, ...places.map((at) => pearson(there.slice(at, at + here.length), here)))
}

async function listen(page: Page): Promise<void> {
  await page.evaluate(() => {
    window.heard = []
    window.parley!.on('session:event', (event) => window.heard.push(event as SessionEvent))
  })
}

/** Waits until the session has been in `activity` since the last call and resolves to the events up to there. */
async function untilActivity(page: Page, activity: string): Promise<void> {
  await expect
    .poll(
      () =>
        page.evaluate((wanted) => {
          const at = window.heard.findIndex(
            (event) => event.kind === 'state' && event.state.phase === 'live' && event.state.activity === wanted
          )
          if (at < 0) return false
          window.heard.splice(0, at + 1)
          return true
        }, activity),
      { timeout: 30_000, message: `the session becomes ${activity}` }
    )
    .toBe(true)
}

async function connect({ page }: Desktop): Promise<void> {
  await listen(page)
  await page.getByRole('button', { name: 'Start talking' }).click()
  await untilActivity(page, 'agentSpeaking')
  await untilActivity(page, 'listening')
}

async function type({ page }: Desktop, message: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Message to the agent' }).fill(message)
  await page.keyboard.press('Enter')
}

test('a typed question is answered in writing and aloud', async ({ desktop, rig }) => {
  await connect(desktop)
  const recording = await rig.recordSpeaker()
  await type(desktop, 'What is 17 plus 25?')
  await untilActivity(desktop.page, 'agentSpeaking')
  await untilActivity(desktop.page, 'listening')
  await expect(desktop.page.getByRole('log')).toContainText('42')
  const span = soundingSpan(await recording.stop())
  expect(span).not.toBeNull()
  expect((span!.last - span!.first) / recording.sampleRateHz).toBeGreaterThan(0.5)
  expect(await securityReports(desktop.app)).toEqual([])
})

test('spoken words go to the agent and come back: microphone, worker, port, main and all the way back', async ({
  desktop,
  rig
}) => {
  const { page } = desktop
  const speech = await randomSpeech(desktop.dataDir)
  await connect(desktop)
  const recording = await rig.recordSpeaker()
  await page.locator('body').click({ position: { x: 2, y: 2 } })
  await page.keyboard.down('Space')
  await rig.say(speech.wav)
  await page.keyboard.up('Space')
  await untilActivity(page, 'userSpeaking')
  await untilActivity(page, 'agentSpeaking')
  await untilActivity(page, 'listening')
  const played = toCompareRate(await recording.stop())
  expect(likeness(played, speech.samples)).toBeGreaterThan(0.75)
})

test('a page that is loaded again in mid-session keeps the conversation and its sound', async ({ desktop, rig }) => {
  const { app, page } = desktop
  await connect(desktop)
  await type(desktop, 'What is 6 plus 6?')
  await untilActivity(page, 'agentSpeaking')
  await untilActivity(page, 'listening')
  const loaded = page.waitForEvent('load')
  await app.evaluate(({ webContents }) => webContents.getAllWebContents().forEach((it) => it.reload()))
  await loaded
  await page.waitForFunction(() => 'parley' in window)
  await listen(page)
  await expect(page.getByRole('log')).toContainText('12')
  await expect(page.getByRole('button', { name: 'Hang up' })).toBeVisible()
  const recording = await rig.recordSpeaker()
  await type(desktop, 'What is 20 plus 3?')
  await untilActivity(page, 'agentSpeaking')
  await untilActivity(page, 'listening')
  await expect(page.getByRole('log')).toContainText('23')
  expect(soundingSpan(await recording.stop())).not.toBeNull()
})

test('quitting in the middle of an answer leaves no process', async ({ desktop }) => {
  await connect(desktop)
  await type(desktop, 'help')
  await untilActivity(desktop.page, 'agentSpeaking')
  await desktop.quit()
  expect(desktop.process.exitCode).toBe(0)
})
