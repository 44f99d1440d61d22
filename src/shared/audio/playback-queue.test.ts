import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import type { PlaybackStatus } from './graph-messages.ts'
import { PlaybackQueue } from './playback-queue.ts'

const RATE_HZ = 48_000
const ms = (value: number) => (value * RATE_HZ) / 1000

let statuses: PlaybackStatus[]
let queue: PlaybackQueue

beforeEach(() => {
  statuses = []
  queue = new PlaybackQueue(RATE_HZ, (status) => statuses.push({ ...status }), 2)
})

function constant(durationMs: number, value = 0.5): Float32Array {
  return new Float32Array(ms(durationMs)).fill(value)
}

/** Renders whole quanta up to at least `durationMs`. */
function render(durationMs: number): Float32Array {
  const out = new Float32Array(Math.ceil(ms(durationMs) / 128) * 128)
  for (let at = 0; at < out.length; at += 128) queue.render(out.subarray(at, at + 128))
  return out
}

const drained = () => statuses.filter((status) => status.drained).map(({ reply, frames }) => ({ reply, frames }))
const energy = (samples: Float32Array) => samples.reduce((sum, sample) => sum + sample ** 2, 0)
const largestStep = (samples: Float32Array) =>
  samples.reduce((most, sample, i) => Math.max(most, i === 0 ? 0 : Math.abs(sample - (samples[i - 1] ?? 0))), 0)

describe('PlaybackQueue', () => {
  it('lets the first audio on an unknown link wait for 60 ms where nothing tells more of it, then plays every sample once', () => {
    queue.write(1, constant(80))
    expect(energy(render(58))).toBe(0)
    queue.end(1)
    const heard = render(100)
    expect(heard.filter((sample) => sample === 0.5)).toHaveLength(ms(80))
    expect(heard[0]).toBe(0.5)
  })

  it('starts at once what comes faster than it is heard, in one piece or in many', () => {
    queue.write(1, constant(200))
    expect(render(3)[0]).toBe(0.5)
    queue.flush(1)
    render(20)
    for (let piece = 0; piece < 5; piece += 1) queue.write(2, constant(20))
    expect(render(3)[0]).toBe(0.5)
  })

  it('starts a short reply as soon as its end is known and reports all of it as played', () => {
    queue.write(1, constant(20))
    queue.end(1)
    render(30)
    expect(drained()).toEqual([{ reply: 1, frames: ms(20) }])
  })

  it('starts after 300 ms whatever is missing', () => {
    queue.write(1, constant(20))
    expect(energy(render(295))).toBe(0)
    expect(energy(render(20))).toBeGreaterThan(0)
  })

  it('drains a reply without audio at once', () => {
    queue.end(1)
    render(3)
    expect(drained()).toEqual([{ reply: 1, frames: 0 }])
  })

  it('reports the played position at least every 100 ms and takes the way to the loudspeaker off it', () => {
    queue.setLatency(0.04)
    queue.write(1, constant(500))
    queue.end(1)
    render(500)
    const positions = statuses.map(({ frames }) => frames / ms(1))
    expect(positions.length).toBeGreaterThanOrEqual(9)
    // A window is whole quanta: 19 of them here.
    for (const [i, position] of positions.entries()) expect(position).toBeCloseTo(((i + 1) * 19 * 128) / ms(1) - 40, 3)
    expect(drained()).toEqual([])
    render(45)
    expect(drained()).toEqual([{ reply: 1, frames: ms(500) }])
  })

  it('fades a flushed reply out within 10 ms, without a click, and plays nothing of it afterwards', () => {
    queue.write(1, constant(1000))
    render(100)
    queue.flush(1)
    queue.write(1, constant(100))
    const after = render(200)
    const last = after.findLastIndex((sample) => sample !== 0)
    expect(last).toBeGreaterThan(ms(9))
    expect(last).toBeLessThan(ms(10))
    expect(largestStep(after)).toBeLessThan(0.01)
    expect(drained()).toHaveLength(1)
    const position = (drained()[0]?.frames ?? 0) / ms(1)
    expect(position).toBeGreaterThan(109)
    expect(position).toBeLessThan(114)
  })

  it('plays the reply after a flushed one, and only that', () => {
    queue.write(1, constant(500, 0.25))
    queue.write(2, constant(500, 0.25))
    queue.write(3, constant(100, 0.75))
    queue.end(3)
    render(50)
    queue.flush(2)
    const after = render(200)
    expect(after.filter((sample) => sample === 0.75)).toHaveLength(ms(100))
    expect(after.slice(ms(10)).some((sample) => sample === 0.25)).toBe(false)
    expect(
      drained()
        .map(({ reply }) => reply)
        .toSorted((a, b) => a - b)
    ).toEqual([1, 2, 3])
  })

  it('joins queued replies without a gap', () => {
    queue.write(1, constant(100, 0.5))
    queue.end(1)
    queue.write(2, constant(100, 0.5))
    queue.end(2)
    const heard = render(200)
    expect(heard.filter((sample) => sample === 0.5)).toHaveLength(ms(200))
    expect(largestStep(heard.slice(0, ms(199)))).toBe(0)
  })

  it('stretches by the delay, holds the last sound, dies away, counts the gap, and comes back softly', () => {
    queue.write(1, constant(200))
    const first = render(400)
    const end = first.findLastIndex((sample) => sample !== 0)
    // 60 ms of delay, what is missing while the next piece is overdue, and 80 ms held, each to a splice of 15 ms.
    expect(end).toBeGreaterThan(ms(240))
    expect(end).toBeLessThan(ms(380))
    expect(largestStep(first)).toBeLessThan(0.01)
    expect(statuses.at(-1)?.underruns).toBe(0)
    queue.write(1, constant(30))
    expect(energy(render(18))).toBe(0)
    queue.write(1, constant(200))
    queue.end(1)
    const second = render(300)
    expect(second[0]).toBeLessThan(0.001)
    expect(largestStep(second.subarray(0, ms(220)))).toBeLessThan(0.01)
    expect(statuses.at(-1)?.underruns).toBe(1)
    expect(drained()).toEqual([{ reply: 1, frames: ms(430) }])
  })

  it('counts no underrun where only the end of a reply comes late', () => {
    queue.write(1, constant(200))
    render(400)
    queue.end(1)
    render(50)
    expect(statuses.at(-1)?.underruns).toBe(0)
    expect(drained()).toEqual([{ reply: 1, frames: ms(200) }])
  })

  it('takes a fade back when audio comes in the last moment', () => {
    queue.write(1, constant(200))
    const before = render(200)
    let quiet = before
    while ((quiet.at(-1) ?? 0) > 0.3) {
      quiet = new Float32Array(128)
      queue.render(quiet)
    }
    queue.write(1, constant(200))
    const after = render(100)
    const joined = new Float32Array([quiet.at(-1) ?? 0, ...after])
    expect(largestStep(joined)).toBeLessThan(0.01)
    expect(after.at(-1)).toBe(0.5)
  })

  it('flushes in the very next quantum while a reply comes back after an underrun, without a click', () => {
    queue.write(1, constant(200))
    render(400)
    queue.write(1, constant(500))
    const rising = new Float32Array(128)
    queue.render(rising)
    expect(rising[0]).toBeLessThan(0.01)
    expect(rising.at(-1)).toBeLessThan(0.4)
    queue.flush(1)
    const after = render(30)
    expect(largestStep(new Float32Array([...rising, ...after]))).toBeLessThan(0.02)
    expect(after.findLastIndex((sample) => sample !== 0)).toBeLessThan(ms(10))
    expect(drained()).toHaveLength(1)
  })

  it('renders everything with the gain it is told, reaches it smoothly, and flushes meanwhile', () => {
    queue.write(1, constant(1000))
    render(50)
    queue.setGain(0.25, 40)
    const down = render(50)
    expect(largestStep(down)).toBeLessThan(0.001)
    expect(down.at(-1)).toBe(0.125)
    queue.setGain(1, 80)
    const up = render(40)
    expect(up.at(-1)).toBeGreaterThan(0.2)
    expect(up.at(-1)).toBeLessThan(0.4)
    queue.flush(1)
    const after = render(30)
    expect(largestStep(after)).toBeLessThan(0.01)
    expect(after.findLastIndex((sample) => sample !== 0)).toBeLessThan(ms(10))
    queue.write(2, constant(200))
    queue.end(2)
    expect(render(100).at(-1)).toBe(0.5)
  })

  it('starts sooner after a reply that came in time, and keeps what it learnt of a link over a reset', () => {
    /** 400 ms in pieces of 20 ms at the pace at which they are heard; returns how long it was silent first. */
    const start = (reply: number): number => {
      const heard: number[] = []
      for (let quantum = 0, sent = 0; quantum < 300; quantum += 1) {
        if (quantum * 128 >= sent * ms(20) && sent < 20) {
          queue.write(reply, constant(20))
          sent += 1
          if (sent === 20) queue.end(reply)
        }
        heard.push(...render(1))
      }
      return heard.findIndex((sample) => sample !== 0) / ms(1)
    }
    const first = start(1)
    const second = start(2)
    queue.reset(1)
    expect(first).toBeGreaterThan(35)
    expect(first).toBeLessThan(50)
    expect(second).toBeLessThan(10)
    expect(start(1)).toBeLessThan(10)
    expect(queue.delayMs).toBeLessThan(10)
  })

  it('drops the newest of what does not fit and counts it', () => {
    queue.write(1, constant(1500))
    queue.write(1, constant(1500))
    queue.end(1)
    render(2010)
    expect(statuses.at(-1)?.droppedFrames).toBe(ms(1000))
    expect(drained()).toEqual([{ reply: 1, frames: ms(2000) }])
  })

  it('forgets everything at a reset, and takes replies from 1 again', () => {
    queue.write(1, constant(500))
    queue.end(1)
    render(100)
    queue.reset(7)
    queue.write(1, constant(70, 0.75))
    queue.end(1)
    const heard = render(150)
    expect(heard.filter((sample) => sample === 0.75)).toHaveLength(ms(70))
    expect(statuses.at(-1)?.epoch).toBe(7)
    expect(drained()).toEqual([{ reply: 1, frames: ms(70) }])
  })

  it('answers every ended or flushed reply exactly once, never beyond what it was given', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('write' as const), next: fc.boolean(), value: fc.integer({ min: 1, max: 300 }) }),
      fc.record({ kind: fc.constant('end' as const), next: fc.boolean(), value: fc.constant(0) }),
      fc.record({ kind: fc.constant('flush' as const), next: fc.boolean(), value: fc.constant(0) }),
      fc.record({
        kind: fc.constant('render' as const),
        next: fc.constant(false),
        value: fc.integer({ min: 1, max: 120 })
      })
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        statuses = []
        queue = new PlaybackQueue(RATE_HZ, (status) => statuses.push({ ...status }), 10)
        queue.setLatency(0.03)
        const given = new Map<number, number>()
        const closed = new Set<number>()
        let reply = 1
        for (const { kind, next, value } of steps) {
          if (next) reply += 1
          if (kind === 'write') {
            queue.write(reply, constant(value))
            if (!closed.has(reply)) given.set(reply, (given.get(reply) ?? 0) + ms(value))
          } else if (kind === 'end') {
            queue.end(reply)
            if (!closed.has(reply)) given.set(reply, given.get(reply) ?? 0)
            closed.add(reply)
          } else if (kind === 'flush') {
            queue.flush(reply)
            for (let cut = 1; cut <= reply; cut += 1) closed.add(cut)
          } else render(value)
        }
        queue.flush(reply)
        render(100)
        const ends = drained()
        expect(ends.map((end) => end.reply).toSorted((a, b) => a - b)).toEqual(
          [...given.keys()].toSorted((a, b) => a - b)
        )
        for (const end of ends) expect(end.frames).toBeLessThanOrEqual(given.get(end.reply) ?? -1)
        expect(energy(render(20))).toBe(0)
      }),
      { numRuns: 60 }
    )
  })
})
