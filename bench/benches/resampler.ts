import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Page } from '@playwright/test'
import type { Bench, BenchContext, Figure, ValueTarget } from '../harness/bench.ts'
import { FLOOR_PAGE } from '../harness/floor.ts'
import { aliasDb, passBandDb, thdPlusNoiseDb, tonesOf, type Probe } from '../harness/resampler-quality.ts'
import type { SpeexResult } from '../harness/speex.worker.ts'
import { openStage } from '../harness/stage.ts'
import { serveFolder } from '../harness/static.ts'

/** The microphone's ways and the agent's. What is above half of an output's rate can only be judged for one of 16 kHz. */
const PAIRS = [
  { inRateHz: 48_000, outRateHz: 16_000 },
  { inRateHz: 44_100, outRateHz: 16_000 },
  { inRateHz: 24_000, outRateHz: 48_000 },
  { inRateHz: 24_000, outRateHz: 44_100 }
]
const ALIAS_RATE_HZ = 16_000
/** In the browser: the first second, and then the best of these seconds, because a busy machine tears what is real time. */
const BROWSER_SECONDS = 3

const TARGETS: Record<keyof SpeexResult, ValueTarget | undefined> = {
  thdPlusNoiseDb: { atMost: -90 },
  passBandDb: { atMost: 0.25 },
  aliasDb: { atMost: -90 },
  delayMs: { atMost: 5 },
  cpuMsPerSecond: undefined
}
const NAMES: Record<keyof SpeexResult, { name: string; unit: 'dB' | 'ms' | 'ms per second' }> = {
  thdPlusNoiseDb: { name: 'THD+N', unit: 'dB' },
  passBandDb: { name: 'deviation 50 Hz to 7 kHz', unit: 'dB' },
  aliasDb: { name: 'alias of 8.5 kHz and above', unit: 'dB' },
  delayMs: { name: 'delay', unit: 'ms' },
  cpuMsPerSecond: { name: 'CPU', unit: 'ms per second' }
}

async function ofSpeex(pair: (typeof PAIRS)[number]): Promise<SpeexResult> {
  const worker = new Worker(new URL('../harness/speex.worker.ts', import.meta.url), { workerData: pair })
  const failed = once(worker, 'error').then(([cause]) => Promise.reject(cause as Error))
  const [result] = (await Promise.race([once(worker, 'message'), failed])) as [SpeexResult]
  return result
}

async function ofBrowser(page: Page, pair: (typeof PAIRS)[number], probe: Probe): Promise<number> {
  const { outRateHz } = pair
  const asked = JSON.stringify({ ...pair, ...tonesOf(probe), seconds: 1 + BROWSER_SECONDS })
  const taken = Float64Array.from(await page.evaluate<number[]>(`window.resample(${asked})`))
  const seconds = Array.from({ length: BROWSER_SECONDS }, (_, i) =>
    taken.slice((i + 1) * outRateHz, (i + 2) * outRateHz)
  )
  const judge = (second: Float64Array): number => {
    if (probe === 'thd') return thdPlusNoiseDb(second, outRateHz)
    return probe === 'pass-band' ? passBandDb(second, outRateHz) : aliasDb(second)
  }
  return Math.min(...seconds.map(judge))
}

async function openBrowser(context: BenchContext): Promise<Page> {
  const { browser } = await openStage(context)
  const server = await serveFolder(FLOOR_PAGE, () => undefined)
  context.defer(() => server.close())
  const page = await browser.newPage()
  await page.goto(server.url)
  await page.waitForFunction('window.resample !== undefined')
  return page
}

export const bench: Bench = {
  name: 'resampler',
  question: "What does resampling do to the sound and what does it cost, beside Chromium's own?",
  async *run(context) {
    const page = await openBrowser(context)
    for (const pair of PAIRS) {
      const runs: SpeexResult[] = []
      for (let run = 0; run < context.runs; run += 1) runs.push(await ofSpeex(pair))
      const aliases = pair.outRateHz === ALIAS_RATE_HZ
      const browser: Partial<Record<keyof SpeexResult, number>> = {
        thdPlusNoiseDb: await ofBrowser(page, pair, 'thd'),
        passBandDb: await ofBrowser(page, pair, 'pass-band'),
        ...(aliases ? { aliasDb: await ofBrowser(page, pair, 'alias') } : {})
      }
      for (const key of Object.keys(NAMES) as (keyof SpeexResult)[]) {
        if (key !== 'aliasDb' || aliases) yield figureOf(key, pair, runs, browser[key])
      }
    }
  }
}

function figureOf(
  key: keyof SpeexResult,
  { inRateHz, outRateHz }: (typeof PAIRS)[number],
  runs: readonly SpeexResult[],
  chromium: number | undefined
): Figure {
  const target = TARGETS[key]
  return {
    kind: 'value',
    figure: `${NAMES[key].name}, ${inRateHz} to ${outRateHz} Hz`,
    unit: NAMES[key].unit,
    values: runs.map((run) => run[key]),
    ...(target === undefined ? {} : { target }),
    ...(chromium === undefined ? {} : { detail: { chromium } })
  }
}
