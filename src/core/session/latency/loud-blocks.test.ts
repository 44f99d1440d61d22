import { describe, expect, it } from 'vitest'
import { LoudBlocks } from './loud-blocks.ts'

const BLOCK_BYTES = 640

/** 20 ms at 16 kHz of a square wave, `dbfs` loud. */
function block(dbfs: number): Uint8Array {
  const sample = Math.round(32_768 * 10 ** (dbfs / 20))
  const samples = Int16Array.from({ length: BLOCK_BYTES / 2 }, (_, at) => (at % 2 === 0 ? sample : -sample))
  return new Uint8Array(samples.buffer)
}

function listen(loud: LoudBlocks, dbfs: number, seconds: number): boolean[] {
  return Array.from({ length: seconds * 50 }, () => loud.learn(block(dbfs)))
}

function joined(...blocks: Uint8Array[]): Uint8Array {
  return new Uint8Array(blocks.flatMap((one) => [...one]))
}

describe('a block', () => {
  it('is loud above -45 dBFS in a quiet room, from the first one', () => {
    const loud = new LoudBlocks(BLOCK_BYTES)
    expect([-44, -46, -20, -90].map((dbfs) => loud.learn(block(dbfs)))).toEqual([true, false, true, false])
  })

  it('is loud 10 dB above the noise of a loud room, once that has been heard for a while', () => {
    const loud = new LoudBlocks(BLOCK_BYTES)
    const noise = listen(loud, -38, 12)
    expect(noise[0]).toBe(true)
    expect(noise.at(-1)).toBe(false)
    expect(loud.learn(block(-27))).toBe(true)
    expect(loud.learn(block(-29))).toBe(false)
  })

  it('of speech does not become silence by speaking on, and after it the room is quiet again', () => {
    const loud = new LoudBlocks(BLOCK_BYTES)
    listen(loud, -60, 1)
    expect(listen(loud, -18, 10).every(Boolean)).toBe(true)
    expect(loud.learn(block(-60))).toBe(false)
    expect(loud.learn(block(-40))).toBe(true)
  })

  it('in a longer message makes that loud', () => {
    const loud = new LoudBlocks(BLOCK_BYTES)
    const quiet = block(-60)
    expect(loud.anyIn(joined(quiet, quiet, block(-44), quiet))).toBe(true)
    expect(loud.anyIn(joined(quiet, quiet, quiet, quiet))).toBe(false)
    expect(loud.anyIn(new Uint8Array(0))).toBe(false)
  })
})
