import { describe, expect, it } from 'vitest'
import { ArrivedAudio, burstTrain, delaysMs, onsets } from './signal.ts'

const RATE_HZ = 48_000

/** A generator that is the same every time. */
function seeded(): () => number {
  let state = 7
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

describe('bursts', () => {
  it('are found where they begin, within a millisecond, at any level', () => {
    const train = burstTrain(8, RATE_HZ, seeded())
    const found = onsets(train, RATE_HZ)
    expect(found).toHaveLength(8)
    expect(found[0]! / RATE_HZ).toBeCloseTo(0.301, 2)
    expect(
      onsets(
        Float32Array.from(train, (sample) => sample / 1e6),
        RATE_HZ
      )
    ).toEqual(found)
  })

  it('are not found in silence', () => {
    expect(onsets(new Int16Array(1000), RATE_HZ)).toEqual([])
  })

  it('have pauses that differ', () => {
    const found = onsets(burstTrain(8, RATE_HZ, seeded()), RATE_HZ)
    const distances = found.slice(1).map((at, i) => at - found[i]!)
    expect(new Set(distances).size).toBe(7)
    expect(Math.min(...distances)).toBeGreaterThan(0.32 * RATE_HZ)
  })
})

describe('audio that arrived', () => {
  /** A train that arrives in blocks, each at the time of its last sample plus `lateMs`. */
  function arrive(train: Int16Array, blockFrames: number, lateMs: number): ArrivedAudio {
    const arrived = new ArrivedAudio(RATE_HZ)
    for (let at = 0; at < train.length; at += blockFrames) {
      const block = train.subarray(at, at + blockFrames)
      arrived.push(block, ((at + block.length) / RATE_HZ) * 1000 + lateMs)
    }
    return arrived
  }
  const train = burstTrain(10, RATE_HZ, seeded())
  const began = onsets(train, RATE_HZ).map((at) => (at / RATE_HZ) * 1000)

  it('tells when the block with the beginning of each burst came: what the block itself waits is part of the delay', () => {
    for (const blockFrames of [128, 480, 960]) {
      const delays = delaysMs(began, arrive(train, blockFrames, 30).onsetsMs())
      expect(delays).toHaveLength(10)
      expect(Math.min(...delays)).toBeGreaterThanOrEqual(30)
      expect(Math.max(...delays)).toBeLessThanOrEqual(30 + (blockFrames / RATE_HZ) * 1000 + 0.1)
    }
  })

  it('looks only at what came after a time', () => {
    const arrived = arrive(train, 960, 30)
    const fromMs = began[4]! - 100
    expect(arrived.onsetsMs(fromMs)).toEqual(arrived.onsetsMs().slice(4))
    expect(arrived.samples(Number.POSITIVE_INFINITY)).toHaveLength(0)
  })

  it('hands on the next piece that passes', async () => {
    const arrived = new ArrivedAudio(RATE_HZ)
    const loud = arrived.next('a loud piece', ({ samples }) => samples[0] === 9)
    arrived.push(Int16Array.of(1), 1)
    arrived.push(Int16Array.of(9), 2)
    await expect(loud).resolves.toMatchObject({ from: 1, atMs: 2 })
    await expect(arrived.next('another', () => true, 1)).rejects.toThrow('another: not seen in 1 ms')
  })
})

describe('delays', () => {
  it('leave a burst out that never arrived', () => {
    expect(delaysMs([0, 400, 800, 1200, 1600], [50, 450, 1250, 1650])).toEqual([50, 50, 50, 50])
  })

  it('fail where more than a quarter of the bursts never arrived', () => {
    expect(() => delaysMs([0, 400, 800, 1200], [50, 450])).toThrow('of 4 bursts only 2 arrived')
    expect(() => delaysMs([], [])).toThrow('of 0 bursts only 0 arrived')
  })
})
