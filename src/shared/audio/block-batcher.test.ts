import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BlockBatcher, framesOfCaptureBlock } from './block-batcher.ts'

const quantum = (first: number, length = 128) => Float32Array.from({ length }, (_, i) => first + i)
const NOTHING = new Float32Array(128)

describe('BlockBatcher', () => {
  it.each([44_100, 48_000, 96_000])(
    'cuts quanta of %i Hz into blocks without losing or repeating a sample, and keeps both channels aligned',
    (rateHz) => {
      const batcher = new BlockBatcher(rateHz, 4)
      const seen: number[] = []
      const played: number[] = []
      for (let at = 0; at < 128 * 100; at += 128) {
        const block = batcher.push(quantum(at), quantum(-at - 127).toReversed())
        if (block === null) continue
        const frames = framesOfCaptureBlock(block.length)
        expect(frames).toBe(batcher.blockFrames)
        seen.push(...block.subarray(0, frames))
        played.push(...block.subarray(frames, 2 * frames))
        expect(block[2 * frames]).toBe(0)
        batcher.recycle(block)
      }
      expect(batcher.blockFrames).toBe(rateHz / 100)
      expect(seen).toEqual(Array.from({ length: seen.length }, (_, i) => i))
      expect(played.map((value) => 0 - value)).toEqual(seen)
      expect(seen).toHaveLength(Math.floor(12_800 / batcher.blockFrames) * batcher.blockFrames)
    }
  )

  it('has silence for what was played while nothing is, also in memory that held something', () => {
    const batcher = new BlockBatcher(48_000, 1)
    const next = (played: Float32Array | undefined) => {
      let block: Float32Array | null = null
      while (block === null) block = batcher.push(quantum(1), played)
      const copy = block.slice(480, 960)
      batcher.recycle(block)
      return copy
    }
    expect(Math.max(...next(quantum(1)))).toBeGreaterThan(0)
    next(undefined)
    expect(new Set(next(undefined))).toEqual(new Set([0]))
  })

  it('leaves silence out where it is asked to, and says how much before the next sound', () => {
    const batcher = new BlockBatcher(48_000, 2, true)
    const given: Float32Array[] = []
    const run = (quanta: number, source: Float32Array): void => {
      for (let i = 0; i < quanta; i += 1) {
        const block = batcher.push(source, quantum(1))
        if (block === null) continue
        given.push(block.slice())
        batcher.recycle(block)
      }
    }
    const trailers = (): number[] => given.splice(0).map((block) => block.at(-1) as number)
    run(15, quantum(1))
    expect(trailers()).toEqual([0, 0, 0, 0])
    run(1500, NOTHING)
    expect(trailers()).toEqual([])
    // The sound begins within a block: what of it was silent goes along.
    run(1, NOTHING)
    run(15, quantum(1))
    expect(trailers()).toEqual([400, 0, 0, 0])
    expect(batcher.droppedQuanta).toBe(0)
  })

  it('counts every quantum that finds no block and tells it in the blocks that follow', () => {
    const batcher = new BlockBatcher(48_000, 2)
    const away: Float32Array[] = []
    for (let at = 0; at < 128 * 40; at += 128) {
      const block = batcher.push(quantum(at), undefined)
      if (block !== null) away.push(block)
    }
    expect(away).toHaveLength(2)
    expect(batcher.droppedQuanta).toBeGreaterThan(20)
    batcher.recycle(away[0] ?? new Float32Array(0))
    let next: Float32Array | null = null
    for (let at = 0; next === null; at += 128) next = batcher.push(quantum(at), undefined)
    expect(next.at(-2)).toBe(batcher.droppedQuanta)
  })

  it('never hands out memory that was not given back', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 200 }), (steps) => {
        const batcher = new BlockBatcher(48_000, 3)
        const away: Float32Array[] = []
        for (const giveBack of steps) {
          const first = giveBack ? away.shift() : undefined
          if (first !== undefined) batcher.recycle(first)
          const block = batcher.push(NOTHING, NOTHING)
          expect(away).not.toContain(block)
          if (block !== null) away.push(block)
          expect(away.length).toBeLessThanOrEqual(3)
        }
      })
    )
  })

  it('lets go of memory of a wrong size', () => {
    const batcher = new BlockBatcher(48_000, 1)
    let block: Float32Array | null = null
    while (block === null) block = batcher.push(NOTHING, undefined)
    batcher.recycle(new Float32Array(5))
    expect(batcher.push(NOTHING, undefined)).toBeNull()
    expect(batcher.droppedQuanta).toBeGreaterThan(0)
  })
})
