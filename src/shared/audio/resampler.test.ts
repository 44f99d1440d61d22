import { Worker } from 'node:worker_threads'
import { beforeAll, describe, expect, it } from 'vitest'
import type { ResamplerCase, ResamplerResult } from './resampler.test-support.ts'

const IN_RATES_HZ = [44_100, 48_000, 96_000]
const OUT_RATES_HZ = [8000, 16_000, 24_000]
const BLOCKS: ResamplerCase['blocks'][] = [64, 128, 441, 480, 882, 960, 1024].map((frames) => ({ frames }))
BLOCKS.push({ seed: 20_261_121 })
/** `PARLEY_LONG=1` converts the whole minute for every block size; else two sizes take it, the others its first 3 s. */
const LONG = process.env['PARLEY_LONG'] === '1'

async function inWorker<T>(workerData: unknown): Promise<T> {
  const worker = new Worker(new URL('./resampler.test-support.ts', import.meta.url), { workerData })
  try {
    return await new Promise<T>((resolve, reject) => {
      worker.once('message', resolve)
      worker.once('error', reject)
    })
  } finally {
    await worker.terminate()
  }
}

const pairs = IN_RATES_HZ.flatMap((inRateHz) =>
  OUT_RATES_HZ.flatMap((outRateHz) => [1, 2].map((channels) => ({ inRateHz, outRateHz, channels })))
)

/** Every pair meets every block size; over the pairs every block size also converts a whole minute. */
const cases: ResamplerCase[] = pairs.flatMap((pair, index) =>
  BLOCKS.map((blocks, b) => {
    const whole = LONG || b === index % BLOCKS.length || b === (index + 3) % BLOCKS.length
    return { ...pair, blocks, seconds: whole ? 60 : 3, prefixFrames: Math.floor(2.9 * pair.outRateHz) }
  }).toSorted((a, b) => b.seconds - a.seconds)
)

const isSpeex = (listener: unknown) => /abort|ExitStatus/.test(String(listener))

describe('Resampler', () => {
  let results: ResamplerResult[]
  beforeAll(async () => {
    results = await inWorker<ResamplerResult[]>({ cases })
  }, 300_000)

  it.each(pairs)(
    'converts $inRateHz Hz to $outRateHz Hz, $channels channels: exact counts, the same samples for every block size, clean',
    (pair) => {
      const mine = cases.flatMap((test, i) => {
        const result = results[i]
        const same = test.inRateHz === pair.inRateHz && test.outRateHz === pair.outRateHz
        return result !== undefined && same && test.channels === pair.channels ? [{ test, result }] : []
      })
      expect(mine).toHaveLength(BLOCKS.length)
      for (const { test, result } of mine) {
        expect(result.framesOut).toBe(Math.ceil((result.framesIn * test.outRateHz) / test.inRateHz))
        expect(result.wrongCounts).toBe(0)
        expect(result.prefixDigest).toBe(mine[0]?.result.prefixDigest)
        expect(result.thdPlusNoiseDb).toBeLessThanOrEqual(-90)
      }
      const whole = mine.filter(({ test }) => test.seconds === 60)
      expect(whole.length).toBeGreaterThanOrEqual(2)
      expect(new Set(whole.map(({ result }) => result.digest)).size).toBe(1)
    }
  )

  it('converts a whole minute at every block size', () => {
    const whole = cases.filter((test) => test.seconds === 60).map((test) => JSON.stringify(test.blocks))
    expect(new Set(whole).size).toBe(BLOCKS.length)
  })

  it('frees what it allocates, refuses bad options and use after close, copies at equal rates', async () => {
    const result = await inWorker<{ movedBytes: number; grew: number; failures: string[]; copied: number[] }>({
      lifecycle: true
    })
    expect(result.grew).toBe(0)
    expect(result.movedBytes).toBe(0)
    expect(result.copied).toEqual([1, -2, 3])
    expect(result.failures).toHaveLength(5)
    for (const failure of result.failures) expect(failure).toMatch(/^ResamplerError: /)
  })

  it('leaves this process without the abort handlers of the speex package', () => {
    expect(process.listeners('uncaughtException').some(isSpeex)).toBe(false)
    expect(process.listeners('unhandledRejection').some(isSpeex)).toBe(false)
  })
})
