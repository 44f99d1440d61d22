import { Worker } from 'node:worker_threads'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Played, Task } from './agent-playback.test-support.ts'

let worker: Worker

beforeAll(() => {
  worker = new Worker(new URL('./agent-playback.test-support.ts', import.meta.url))
})

afterAll(async () => {
  await worker.terminate()
})

async function play(task: Task): Promise<Played> {
  const played = new Promise<Played>((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
  })
  worker.postMessage(task)
  return played
}

/** A tone that is loud from its first sample to its last. */
function tone(rateHz: number, samples: number, hz = 440): Int16Array {
  return Int16Array.from({ length: samples }, (_, i) => Math.round(12_000 * Math.cos((2 * Math.PI * hz * i) / rateHz)))
}

describe('a reply on its way to the loudspeaker', () => {
  it.each([
    [24_000, 48_000],
    [24_000, 44_100],
    [16_000, 44_100],
    [48_000, 44_100],
    [48_000, 16_000],
    [8_000, 48_000]
  ])('loses neither its first nor its last sample between %i and %i Hz', async (agentRateHz, contextRateHz) => {
    const samples = Math.round(agentRateHz * 0.3)
    const given = tone(agentRateHz, samples)
    const task = { agentRateHz, contextRateHz, replies: [given, given, given], pieceSamples: 333, cut: [] }
    const { heard, reports } = await play(task)
    expect(reports).toEqual([1, 2, 3].map((reply) => ({ reply, samples, drained: true })))
    const frames = (samples * contextRateHz) / agentRateHz
    for (const output of heard) {
      const last = output.findLastIndex((sample) => Math.abs(sample) > 1e-6)
      expect(Math.abs(last + 1 - frames)).toBeLessThanOrEqual(2)
      // Inside, the filter sees nothing of the edges.
      let worst = 0
      const edge = Math.ceil((70 * contextRateHz) / Math.min(agentRateHz, contextRateHz))
      for (let i = edge; i < frames - edge; i += 1) {
        const ideal = (12_000 / 32_768) * Math.cos((2 * Math.PI * 440 * i) / contextRateHz)
        worst = Math.max(worst, Math.abs((output[i] ?? 0) - ideal))
      }
      // Half a frame of error in the alignment of a tone of 440 Hz, at the most.
      expect(worst).toBeLessThan((0.6 * (12_000 / 32_768) * 2 * Math.PI * 440) / contextRateHz + 2e-4)
      expect(Math.abs(output[0] ?? 0)).toBeGreaterThan(0.15)
    }
  })

  it('is played bit for bit where the rates are equal', async () => {
    const given = tone(48_000, 9_600)
    const { heard } = await play({
      agentRateHz: 48_000,
      contextRateHz: 48_000,
      replies: [given],
      pieceSamples: 961,
      cut: []
    })
    expect(heard[0]?.subarray(0, given.length)).toEqual(Float32Array.from(given, (sample) => sample / 32_768))
  })

  it('has nothing of the one before it that was cut off', async () => {
    const silent = new Int16Array(7_200)
    const task = {
      agentRateHz: 24_000,
      contextRateHz: 48_000,
      replies: [tone(24_000, 24_000), silent],
      pieceSamples: 480
    }
    const { heard, reports } = await play({ ...task, cut: [1] })
    expect(heard[1]?.every((sample) => sample === 0)).toBe(true)
    const [first, second] = reports
    expect(first?.samples).toBeGreaterThan((128 * 40) / 2)
    expect(first?.samples).toBeLessThan((128 * 40) / 2 + 300)
    expect(second).toEqual({ reply: 2, samples: 7_200, drained: true })
  })
})
