import { Worker } from 'node:worker_threads'
import { describe, expect, it } from 'vitest'
import type { PlayedReport } from './agent-playback.ts'

async function scenario<T>(name: string): Promise<T> {
  const worker = new Worker(new URL('./streams.test-support.ts', import.meta.url), { workerData: name })
  try {
    return await new Promise<T>((resolve, reject) => {
      worker.once('message', resolve)
      worker.once('error', reject)
    })
  } finally {
    await worker.terminate()
  }
}

describe('CaptureMixer', () => {
  it('makes exact 20 ms blocks at the session rate', async () => {
    const { sizes, settled } = await scenario<{ sizes: number[]; settled: number }>('one')
    expect(sizes).toEqual(Array.from({ length: 10 }, () => 320))
    expect(settled).toBeGreaterThan(8100)
    expect(settled).toBeLessThan(8280)
  })

  it.each(['preRoll48', 'preRoll441'])(
    'sends what was kept before first, and what follows sample-exact behind it (%s)',
    async (name) => {
      const result = await scenario<{ early: number; left: number; gated: number[]; straight: number[] }>(name)
      expect(result.early).toBe(15 * 320)
      expect(result.left).toBe(0)
      expect(result.gated).toHaveLength(35 * 320)
      expect(result.gated).toEqual(result.straight)
    }
  )
})

describe('CaptureMixer, an input that changes its rate and ends', () => {
  it('gives out all of both rates and of the last word, in whole blocks', async () => {
    const result = await scenario<{ length: number; loudMs: number; droppedSamples: number }>('change')
    expect(result.length % 320).toBe(0)
    expect(Math.abs(result.loudMs - 225)).toBeLessThan(1)
    expect(result.droppedSamples).toBe(0)
  })
})

describe('AgentPlayback', () => {
  it.each([
    ['agent48', 48_000],
    ['agent441', 44_100],
    ['agent24', 24_000]
  ])('maps positions back to the samples of the agent (%s)', async (name, contextRateHz) => {
    const result = await scenario<{ kinds: string[]; frames: number; played: PlayedReport[] }>(name)
    expect(result.kinds[0]).toBe('reset')
    expect(result.frames).toBeGreaterThanOrEqual(contextRateHz)
    expect(result.frames).toBeLessThan(contextRateHz * 1.01)
    const [half, all, ...others] = result.played
    expect(half?.samples).toBeGreaterThanOrEqual(11_900)
    expect(half?.samples).toBeLessThanOrEqual(12_000)
    expect(all).toEqual({ reply: 1, samples: 24_000, drained: true })
    expect(others).toEqual([
      { reply: 2, samples: 0, drained: true },
      { reply: 5, samples: 0, drained: true },
      { reply: 6, samples: 0, drained: true }
    ])
  })
})

describe('NoPlayback', () => {
  it('answers every reply once as not heard and counts what was lost', async () => {
    const result = await scenario<{ played: unknown[]; lost: number; cut: number }>('nothing')
    expect(result.played).toEqual([
      [1, 0, true],
      [2, 0, true],
      [3, 0, true],
      [4, 0, true],
      [5, 0, true]
    ])
    expect(result).toMatchObject({ lost: 960, cut: 3 })
  })
})
