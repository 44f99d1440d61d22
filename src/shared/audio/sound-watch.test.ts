import { describe, expect, it } from 'vitest'
import { isDigitalSilence, SoundWatch, type Sound } from './sound-watch.ts'

const RATE_HZ = 16_000
const BLOCK = 320
const MUTED = new Float32Array(BLOCK)
const HISS = new Float32Array(BLOCK).fill(1e-5)

/** Runs 20 ms blocks and returns what was told, with its time in ms. */
function run(watch: SoundWatch, block: Float32Array, ms: number, levelDbfs: number, gateOpen: boolean) {
  const told: [number, Sound][] = []
  for (let at = 20; at <= ms; at += 20) {
    const change = watch.push(isDigitalSilence(block, BLOCK), BLOCK, at % 100 === 0 ? levelDbfs : null, gateOpen)
    if (change !== null) told.push([at, change])
  }
  return told
}

describe('SoundWatch', () => {
  it('is heard at the first block that is not digital silence', () => {
    const watch = new SoundWatch(RATE_HZ, -60)
    expect(run(watch, MUTED, 1000, -90, false)).toEqual([])
    expect(watch.sound).toBeNull()
    expect(run(watch, HISS, 100, -80, false)).toEqual([[20, 'heard']])
  })

  it('is silent after 2 s of digital silence, also later, and heard again at the first block that is not', () => {
    const watch = new SoundWatch(RATE_HZ, -60)
    expect(run(watch, MUTED, 3000, -90, false)).toEqual([[2000, 'silent']])
    expect(run(watch, HISS, 100, -80, false)).toEqual([[20, 'heard']])
    expect(run(watch, MUTED, 1980, -90, true)).toEqual([])
    expect(run(watch, HISS, 20, -80, true)).toEqual([])
    expect(run(watch, MUTED, 2000, -90, true)).toEqual([[2000, 'silent']])
    expect(run(watch, HISS, 1000, -80, true)).toEqual([[20, 'heard']])
  })

  it('is quiet when nothing was above -60 dBFS in 5 s of an open gate, until something is', () => {
    const watch = new SoundWatch(RATE_HZ, -60)
    expect(run(watch, HISS, 20_000, -70, false)).toEqual([[20, 'heard']])
    expect(run(watch, HISS, 4800, -70, true)).toEqual([])
    expect(run(watch, HISS, 100, -50, true)).toEqual([])
    expect(run(watch, HISS, 6000, -70, true)).toEqual([[5000, 'quiet']])
    // A closed gate does not make it louder.
    expect(run(watch, HISS, 6000, -70, false)).toEqual([])
    expect(run(watch, HISS, 100, -50, true)).toEqual([[100, 'heard']])
  })

  it('needs 5 s of a gate that stays open', () => {
    const watch = new SoundWatch(RATE_HZ, -60)
    run(watch, HISS, 100, -70, false)
    for (let i = 0; i < 5; i += 1) {
      expect(run(watch, HISS, 4000, -70, true)).toEqual([])
      expect(run(watch, HISS, 20, -70, false)).toEqual([])
    }
  })
  it('is silent when nothing comes at all, told once, and heard again with the next block that is not silence', () => {
    const watch = new SoundWatch(RATE_HZ, -60)
    expect(watch.stalled()).toBe('silent')
    expect(watch.stalled()).toBeNull()
    expect(run(watch, MUTED, 1000, -90, true)).toEqual([])
    expect(run(watch, HISS, 100, -80, true)).toEqual([[20, 'heard']])
    expect(watch.stalled()).toBe('silent')
  })
})
