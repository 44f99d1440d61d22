import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Browser, chromium, expect, type Page, test as base } from '@playwright/test'
import type { AudioSetup, Gate, TalkMode } from '../../src/renderer/src/audio/api.ts'
import { startRig, type Rig } from '../rig/rig.ts'
import { writeWav } from '../rig/signal.ts'
import { startScriptedMain, type ScriptedMain } from './scripted-main.ts'

export const PAGE_FOLDER = fileURLToPath(new URL('../../.cache/audio-page', import.meta.url))

export interface AudioPage {
  page: Page
  main: ScriptedMain
  rig: Rig
  /** Begins a session with these rates and opens the microphone. */
  open(inputSampleRateHz?: number, outputSampleRateHz?: number): Promise<void>
  /** What is not named is as nobody had chosen anything. */
  configure(setup: Partial<AudioSetup>): Promise<void>
  /** True is `open`, false `closed`. */
  talk(gate: Gate | boolean, mode?: TalkMode): Promise<void>
  /** Streams that record from a microphone now, as the sound server counts them; the rig's own are left out. */
  recordings(): Promise<number>
  /** Says PCM16 mono at 48 kHz into the microphone; resolves when it has been said. */
  say(samples: Int16Array): Promise<void>
}

/** Opens the page of a scripted main; both end with `close`. */
export async function openAudioPage(
  rig: Rig,
  browser: Browser,
  query = ''
): Promise<AudioPage & { close(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-audio-'))
  const main = await startScriptedMain(PAGE_FOLDER)
  const page = await browser.newPage()
  await page.goto(main.url + query)
  await main.until('hello', () => main.controls('hello').length > 0)
  let said = 0
  return {
    page,
    main,
    rig,
    async open(inputSampleRateHz = 16_000, outputSampleRateHz = 24_000) {
      main.send({ kind: 'format', inputSampleRateHz, outputSampleRateHz })
      await page.evaluate(() => window.audioEngine.open())
      expect(await page.evaluate(() => window.audioEngine.microphone.kind)).toBe('live')
    },
    configure: (setup) =>
      page.evaluate((change) => window.audioEngine.configure({ ...window.defaultSetup, ...change }), setup),
    talk: (gate, mode = 'push-to-talk') =>
      page.evaluate((told) => window.audioEngine.talk(told.gate, told.mode), {
        gate: typeof gate === 'string' ? gate : gate ? ('open' as const) : ('closed' as const),
        mode
      }),
    recordings: () => recordings(rig),
    async say(samples) {
      said += 1
      const path = join(folder, `${said}.wav`)
      await writeWav(path, samples, 48_000)
      await rig.say(path)
    },
    async close() {
      await page.close()
      await main.close()
      await rm(folder, { recursive: true, force: true })
    }
  }
}

/** Streams of browsers that record now, as the sound server counts them. */
export async function recordings(rig: Rig): Promise<number> {
  const listed = await rig.pactl('list', 'source-outputs')
  return listed.split('Source Output #').filter((one) => /application\.name = "Chrom/.test(one)).length
}

export const test = base.extend<{ audio: AudioPage }, { rig: Rig; chromiumOnRig: Browser }>({
  rig: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads the pattern
    async ({}, use) => {
      const rig = await startRig()
      await use(rig)
      await rig.close()
    },
    { scope: 'worker' }
  ],
  chromiumOnRig: [
    async ({ rig }, use) => {
      const browser = await chromium.launch(rig.chromium())
      await use(browser)
      await browser.close()
    },
    { scope: 'worker' }
  ],
  audio: async ({ rig, chromiumOnRig }, use) => {
    const audio = await openAudioPage(rig, chromiumOnRig)
    await use(audio)
    const violations = await audio.page.evaluate(() => window.violations)
    await audio.close()
    expect(violations, 'the page violated its own policy').toEqual([])
  }
})

export { expect } from '@playwright/test'
