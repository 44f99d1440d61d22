import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CaptureMixer } from './capture-mixer.ts'
import type { SpeexModule } from './resampler.ts'

// Equal rates are copied, so no WASM is needed; with it: streams.test.ts.
const NO_SPEEX = {} as SpeexModule
const RATE_HZ = 16_000
const BLOCK = 320

interface Heard {
  mixer: CaptureMixer
  samples: number[]
  clock: { nowMs: number }
}

function start(): Heard {
  const samples: number[] = []
  const clock = { nowMs: 0 }
  const mixer = new CaptureMixer({
    speex: NO_SPEEX,
    outRateHz: RATE_HZ,
    nowMs: () => clock.nowMs,
    onBlock: (pcm) => {
      expect(pcm).toHaveLength(BLOCK)
      for (const sample of pcm) samples.push(sample)
    }
  })
  return { mixer, samples, clock }
}

/** 1 kHz at 8 kHz, one period after the other. */
const TONE = Float32Array.from({ length: 160 }, (_, i) => 0.25 * Math.sin((2 * Math.PI * i) / 8))

interface Arrival {
  atMs: number
  id: string
}

/** Arrivals of 20 ms blocks of each input by its own clock, with jitter, in the order of time. */
function* arrivals(inputs: { id: string; ppm: number }[], ms: number): Generator<Arrival> {
  const next = inputs.map(({ id, ppm }, i) => ({ id, periodMs: 20 / (1 + ppm / 1e6), count: 0, phaseMs: i * 7 }))
  let random = 1
  for (;;) {
    let soonest = next[0]
    for (const one of next) {
      if (one.phaseMs + one.count * one.periodMs < soonest!.phaseMs + soonest!.count * soonest!.periodMs) soonest = one
    }
    const dueMs = soonest!.phaseMs + soonest!.count * soonest!.periodMs
    if (dueMs > ms) return
    soonest!.count += 1
    random = (random * 1_103_515_245 + 12_345) % 2 ** 31
    yield { atMs: dueMs + (random / 2 ** 31) * 3, id: soonest!.id }
  }
}

describe('CaptureMixer', () => {
  it('gives the leader out unchanged and at once, whatever the others do', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ id: fc.constantFrom('mic', 'sys'), count: fc.integer({ min: 1, max: 900 }) }), {
          maxLength: 40
        }),
        (pushes) => {
          const { mixer, samples } = start()
          mixer.addInput('sys', RATE_HZ, false)
          mixer.addInput('mic', RATE_HZ, true)
          let next = 0
          for (const { id, count } of pushes) {
            const values = Float32Array.from({ length: count }, () => (id === 'mic' ? (++next % 30_000) / 32_768 : 0))
            mixer.push(id, values, count)
            // A silent system input that runs far ahead takes the pace over; then there is more than the microphone's.
            if (pushes.every((push) => push.id === 'mic')) expect(samples).toHaveLength(next - (next % BLOCK))
          }
          const spoken = samples.filter((value) => value !== 0)
          expect(spoken).toEqual(Array.from({ length: spoken.length }, (_, i) => (i + 1) % 30_000))
          expect(next - spoken.length).toBeLessThan(BLOCK)
        }
      )
    )
  })

  it('mixes with saturation and goes on when an input is removed', () => {
    const { mixer, samples } = start()
    mixer.addInput('a', RATE_HZ, true)
    mixer.addInput('b', RATE_HZ, false)
    const loud = new Float32Array(BLOCK).fill(0.55)
    for (let i = 0; i < 20; i += 1) {
      mixer.push('a', loud, BLOCK)
      mixer.push('b', loud, BLOCK)
    }
    expect(samples).toHaveLength(20 * BLOCK)
    expect(samples.at(-1)).toBe(32_767)
    mixer.removeInput('b')
    mixer.push('a', loud, BLOCK)
    expect(samples).toHaveLength(21 * BLOCK)
    expect(samples.at(-1)).toBe(18_022)
    mixer.removeInput('a')
    mixer.push('a', loud, BLOCK)
    expect(samples).toHaveLength(21 * BLOCK)
    mixer.close()
  })

  it('goes on with the others when the leader stalls, and gives it back the pace without losing what it says then', () => {
    const { mixer, samples, clock } = start()
    mixer.addInput('mic', RATE_HZ, true)
    mixer.addInput('sys', RATE_HZ, false)
    const mic = new Float32Array(BLOCK).fill(0.5)
    const sys = new Float32Array(BLOCK).fill(0.125)
    const step = (withMic: boolean) => {
      if (withMic) mixer.push('mic', mic, BLOCK)
      mixer.push('sys', sys, BLOCK)
      clock.nowMs += 20
    }
    for (let i = 0; i < 50; i += 1) step(true)
    expect(samples).toHaveLength(50 * BLOCK)
    for (let i = 0; i < 50; i += 1) step(false)
    const inStall = samples.slice(50 * BLOCK)
    // It is waited for three blocks (and the buffer), then caught up with.
    expect(inStall.length / BLOCK).toBeGreaterThanOrEqual(49)
    expect(new Set(inStall)).toEqual(new Set([4096]))
    const before = samples.length
    for (let i = 0; i < 50; i += 1) step(true)
    expect(samples.length - before).toBe(50 * BLOCK)
    expect(samples.slice(before).every((value) => value >= 16_384)).toBe(true)
    expect(samples.at(-1)).toBe(16_384 + 4096)
    expect(mixer.droppedSamples).toBe(0)
    // It is waited for again when it is late by two blocks.
    const returned = samples.length
    for (let i = 0; i < 2; i += 1) step(false)
    expect(samples).toHaveLength(returned)
    for (let i = 0; i < 2; i += 1) mixer.push('mic', mic, BLOCK)
    expect(samples).toHaveLength(returned + 2 * BLOCK)
  })

  it('fades a follower out when it stalls and in again when it is back', () => {
    const { mixer, samples, clock } = start()
    mixer.addInput('mic', RATE_HZ, true)
    mixer.addInput('sys', RATE_HZ, false)
    const silence = new Float32Array(BLOCK)
    const sys = new Float32Array(BLOCK).fill(0.5)
    for (let i = 0; i < 200; i += 1) {
      mixer.push('mic', silence, BLOCK)
      if (i < 50 || i >= 120) mixer.push('sys', sys, BLOCK)
      clock.nowMs += 20
    }
    expect(samples).toHaveLength(200 * BLOCK)
    expect(samples[40 * BLOCK]).toBe(16_384)
    expect(samples[80 * BLOCK]).toBe(0)
    expect(samples.at(-1)).toBe(16_384)
    let steepest = 0
    for (let i = 1; i < samples.length; i += 1) {
      steepest = Math.max(steepest, Math.abs(samples[i]! - samples[i - 1]!))
    }
    // 5 ms of fade are 80 samples.
    expect(steepest).toBeLessThan((16_384 / 80) * 1.5)
  })

  it('cuts a burst of a follower to its own buffer at once, counted, with fades', () => {
    const { mixer, samples, clock } = start()
    mixer.addInput('mic', RATE_HZ, true)
    mixer.addInput('sys', RATE_HZ, false)
    const silence = new Float32Array(BLOCK)
    const sys = new Float32Array(BLOCK).fill(0.5)
    for (let i = 0; i < 100; i += 1) {
      mixer.push('mic', silence, BLOCK)
      for (let burst = 0; burst < (i === 50 ? 4 : 1); burst += 1) {
        // Three blocks at once, but not so many that it would take the pace over.
        if (burst < 3) mixer.push('sys', sys, BLOCK)
      }
      clock.nowMs += 20
    }
    expect(mixer.droppedSamples).toBeGreaterThan(BLOCK)
    expect(mixer.droppedSamples).toBeLessThanOrEqual(2 * BLOCK)
    let steepest = 0
    for (let i = 1; i < samples.length; i += 1) {
      steepest = Math.max(steepest, Math.abs(samples[i]! - samples[i - 1]!))
    }
    expect(steepest).toBeLessThan((16_384 / 80) * 1.5)
  })

  it.each([500, -500])(
    'evens out a second clock that is %i ppm off for ten minutes: nothing dropped, no click, bounded latency',
    (ppm) => {
      const clock = { nowMs: 0 }
      const rateHz = 8000
      const block = 160
      const silence = new Float32Array(block)
      let pushed = 0
      let emitted = 0
      const residue = new ToneResidue(rateHz)
      const mixer = new CaptureMixer({
        speex: NO_SPEEX,
        outRateHz: rateHz,
        nowMs: () => clock.nowMs,
        onBlock: (pcm) => {
          emitted += 1
          if (emitted > 10) residue.push(pcm)
        }
      })
      mixer.addInput('mic', rateHz, true)
      mixer.addInput('sys', rateHz, false)
      let longestMs = 0
      const all = arrivals(
        [
          { id: 'mic', ppm: 0 },
          { id: 'sys', ppm }
        ],
        600_000
      )
      for (const { atMs, id } of all) {
        clock.nowMs = Math.max(clock.nowMs, atMs)
        if (id === 'sys') pushed += block
        mixer.push(id, id === 'sys' ? TONE : silence, block)
        if (id === 'mic' && emitted > 10) longestMs = Math.max(longestMs, mixer.waitingMs('sys'))
      }
      mixer.close()
      expect(emitted).toBeGreaterThanOrEqual(29_999)
      expect(pushed / block).toBeGreaterThan(29_980)
      expect(mixer.droppedSamples).toBe(0)
      expect(mixer.gaps).toBe(0)
      expect(longestMs).toBeLessThan(40)
      // A click of one sample at half the tone's amplitude would stand out by 40 dB.
      expect(residue.worstDb).toBeLessThan(-50)
    }
  )
})

/** What a notch for 1 kHz (and the few ppm around it) leaves, at its loudest sample against the tone. */
class ToneResidue {
  worstDb = -200
  private readonly cos: number
  private seen = 0
  private x1 = 0
  private x2 = 0
  private y1 = 0
  private y2 = 0

  constructor(rateHz: number) {
    this.cos = 2 * Math.cos((2 * Math.PI * 1000) / rateHz)
  }

  push(pcm: Int16Array): void {
    const { cos } = this
    const r = 0.5
    for (const sample of pcm) {
      const x = sample / 32_768
      const y = x - cos * this.x1 + this.x2 + cos * r * this.y1 - r * r * this.y2
      this.x2 = this.x1
      this.x1 = x
      this.y2 = this.y1
      this.y1 = y
      this.seen += 1
      if (this.seen > 4000) this.worstDb = Math.max(this.worstDb, 20 * Math.log10(Math.max(1e-9, Math.abs(y) / 0.25)))
    }
  }
}
