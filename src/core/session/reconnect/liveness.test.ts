import { describe, expect, it } from 'vitest'
import { ManualClock } from '../../testing.test-support.ts'
import { Liveness } from './liveness.ts'

class Rig {
  readonly clock = new ManualClock()
  readonly pingsMs: number[] = []
  bufferedBytes = 0
  owedMs: number | undefined
  dead: { why: string; atMs: number } | undefined
  pongs: boolean
  readonly startMs = this.clock.nowMs()
  readonly liveness: Liveness

  /** `pongs`: the peer answers pings 20 ms later. */
  constructor({ pongs = true } = {}) {
    this.pongs = pongs
    const buffered = (): number => this.bufferedBytes
    this.liveness = new Liveness({
      clock: this.clock,
      bytesPerMs: 32,
      socket: {
        ping: () => this.#ping(),
        get bufferedBytes() {
          return buffered()
        }
      },
      owedSinceMs: () => this.owedMs,
      onDead: (why) => (this.dead = { why, atMs: this.clock.nowMs() - this.startMs })
    })
  }

  #ping(): void {
    this.pingsMs.push(this.clock.nowMs() - this.startMs)
    if (this.pongs) this.clock.after(20, () => this.liveness.pong())
  }

  /** Audio in 20 ms blocks for `ms`. */
  speak(ms: number): void {
    for (let at = 0; at < ms && this.dead === undefined; at += 20) {
      this.liveness.audio()
      this.clock.advance(20)
    }
  }
}

describe('pings', () => {
  it('go out every 4 s while nothing flows', () => {
    const rig = new Rig()
    rig.clock.advance(20_000)
    expect(rig.pingsMs).toEqual([0, 4_000, 8_000, 12_000, 16_000, 20_000])
    expect(rig.dead).toBeUndefined()
  })

  it('go out every second while audio flows', () => {
    const rig = new Rig()
    rig.clock.advance(2_000)
    rig.speak(5_000)
    expect(rig.pingsMs).toEqual([0, 2_000, 3_000, 4_000, 5_000, 6_000, 7_000])
  })

  it('leave no timer after close', () => {
    const rig = new Rig()
    rig.speak(100)
    rig.liveness.close()
    rig.liveness.close()
    rig.liveness.probe()
    rig.liveness.audio()
    rig.clock.advance(20)
    expect(rig.clock.pending).toBe(0)
  })
})

describe('a connection that stopped answering', () => {
  it('is found within 3 s while audio flows', () => {
    const rig = new Rig()
    rig.speak(10_000)
    rig.pongs = false
    const lostMs = rig.clock.nowMs() - rig.startMs
    rig.speak(10_000)
    expect(rig.dead?.why).toBe('silent')
    expect((rig.dead?.atMs ?? 0) - lostMs).toBeLessThanOrEqual(3_000)
    expect(rig.clock.pending).toBe(0)
  })

  it('is found within 10 s while nothing flows', () => {
    const rig = new Rig()
    rig.clock.advance(10_000)
    rig.pongs = false
    rig.clock.advance(60_000)
    expect((rig.dead?.atMs ?? 0) - 10_000).toBeGreaterThan(5_000)
    expect((rig.dead?.atMs ?? 0) - 10_000).toBeLessThanOrEqual(10_000)
  })

  it('is found within 3 s of the last frame of a reply that broke off', () => {
    const rig = new Rig()
    rig.clock.advance(3_900)
    for (let at = 0; at < 100; at += 1) {
      rig.liveness.heard()
      rig.liveness.audio()
      rig.clock.advance(20)
    }
    rig.pongs = false
    const lostMs = rig.clock.nowMs() - rig.startMs
    rig.clock.advance(10_000)
    expect((rig.dead?.atMs ?? 0) - lostMs).toBeLessThanOrEqual(3_000)
  })

  it('is not one that is idle when speech begins', () => {
    const rig = new Rig()
    rig.clock.advance(3_990)
    rig.speak(10_000)
    expect(rig.dead).toBeUndefined()
  })

  it('is not one that sends data but no pong any more', () => {
    const rig = new Rig()
    rig.clock.advance(1_000)
    rig.pongs = false
    for (let at = 0; at < 30; at += 1) {
      rig.liveness.heard()
      rig.speak(1_000)
    }
    expect(rig.dead).toBeUndefined()
  })

  it('is asked at once after a sleep', () => {
    const rig = new Rig()
    rig.clock.advance(4_500)
    rig.pongs = false
    rig.liveness.probe()
    expect(rig.pingsMs.at(-1)).toBe(4_500)
    rig.clock.advance(2_600)
    expect(rig.dead).toEqual({ why: 'silent', atMs: 7_000 })
  })

  it('gets a second to be read when the process was held up', () => {
    const rig = new Rig()
    rig.speak(2_000)
    // The timers fire late, in one go, before anything that came meanwhile is read.
    rig.clock.jump(8_000)
    rig.clock.advance(10)
    expect(rig.dead).toBeUndefined()
    rig.liveness.heard()
    rig.clock.advance(2_000)
    expect(rig.dead).toBeUndefined()
    rig.pongs = false
    rig.clock.jump(20_000)
    rig.clock.advance(1_100)
    expect(rig.dead?.why).toBe('silent')
  })
})

describe('a service that never answers pings', () => {
  it('is dead 20 s after it owed an answer, and not before it owes one', () => {
    const rig = new Rig({ pongs: false })
    rig.clock.advance(600_000)
    rig.speak(60_000)
    expect(rig.dead).toBeUndefined()
    rig.owedMs = rig.clock.nowMs()
    const owedMs = rig.clock.nowMs() - rig.startMs
    rig.clock.advance(60_000)
    expect((rig.dead?.atMs ?? 0) - owedMs).toBeGreaterThanOrEqual(20_000)
    expect((rig.dead?.atMs ?? 0) - owedMs).toBeLessThanOrEqual(24_000)
  })
})

describe('a connection that does not move', () => {
  it('is congested above 250 ms of audio until it is below 100 ms', () => {
    const rig = new Rig()
    const at = (ms: number): boolean => {
      rig.bufferedBytes = ms * 32
      return rig.liveness.congested
    }
    expect([250, 251, 200, 101, 100, 200].map(at)).toEqual([false, true, true, true, false, false])
  })

  it('is given up after 2 s above the high mark', () => {
    const rig = new Rig()
    rig.speak(1_000)
    rig.bufferedBytes = 300 * 32
    expect(rig.liveness.congested).toBe(true)
    rig.speak(1_980)
    expect(rig.dead).toBeUndefined()
    rig.speak(100)
    expect(rig.dead).toEqual({ why: 'stalled', atMs: 3_000 })
  })

  it('is not given up for a burst that goes out', () => {
    const rig = new Rig()
    rig.bufferedBytes = 300 * 32
    expect(rig.liveness.congested).toBe(true)
    rig.speak(1_500)
    rig.bufferedBytes = 120 * 32
    expect(rig.liveness.congested).toBe(true)
    rig.speak(5_000)
    expect(rig.dead).toBeUndefined()
  })
})
