import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { accept, type Accepted, complaints, parseAccepted } from './accepted.ts'
import type { LatencyLine, Line, ValueLine } from './report.ts'

const latency = (p50Ms: number, floorMs = 40, met = true): LatencyLine => ({
  bench: 'mic-to-socket',
  figure: 'idle',
  p50Ms,
  p95Ms: 80,
  floor: { p50Ms: floorMs, p95Ms: floorMs },
  beyondFloor: { p50Ms: p50Ms - floorMs, p95Ms: 80 - floorMs },
  target: { beyond: 'floor', p50Ms: 15 },
  met,
  runs: 3,
  samples: 30,
  load: 0.5
})
const value = (share: number, met = true): ValueLine => ({
  bench: 'capture-cpu',
  figure: 'share',
  value: share,
  unit: '%',
  target: { atMost: 3 },
  met,
  runs: 3,
  load: 0.5
})
const accepted = accept(undefined, [latency(50), value(2)], '2026-11-21')

const texts = (file: Accepted, lines: readonly Line[]) => complaints(file, lines).map(({ text }) => text)

describe('--check', () => {
  it('is content with what was accepted, and with better', () => {
    expect(texts(accepted, [latency(50), value(2)])).toEqual([])
    expect(texts(accepted, [latency(41), value(1)])).toEqual([])
  })

  it('allows a ratio to the floor that is 10 % worse, and no more', () => {
    expect(texts(accepted, [latency(54.9)])).toEqual([])
    expect(texts(accepted, [latency(55.2)])).toEqual([
      'mic-to-socket: idle: p50Ms is 1.38 times the floor, accepted 1.25'
    ])
  })

  it('judges the ratio and not the time: a slower machine is slower for the floor too', () => {
    const slower = { ...latency(100, 80), p95Ms: 160 }
    expect(texts(accepted, [slower])).toEqual([])
  })

  it('tells a target that was met and is missed', () => {
    expect(texts(accepted, [value(3.2, false)])).toEqual(['capture-cpu: share: its target was met and is not any more'])
  })

  it('does not tell again of a target that was missed when it was accepted', () => {
    expect(texts(accept(undefined, [value(4, false)], '2026-11-21'), [value(4, false)])).toEqual([])
  })

  it.each([
    ['at most 3, was 4', { atMost: 3 }, 4, 4.4, 4.5],
    ['at most 0, was 3', { atMost: 0 }, 3, 3, 4],
    ['at most -30, was -25', { atMost: -30 }, -25, -22, -21.9],
    ['at least 25, was 20', { atLeast: 25 }, 20, 17.5, 17.4],
    ['at least 25, was 0', { atLeast: 25 }, 0, -2.5, -2.6]
  ])('lets no missed target get more than 10 %% worse: %s', (_, target, was, passes, fails) => {
    const missed = (is: number): ValueLine => ({ ...value(is, false), target })
    const before = accept(undefined, [missed(was)], '2026-11-21')
    expect(texts(before, [missed(passes)])).toEqual([])
    expect(texts(before, [missed(fails)])).toEqual([expect.stringContaining(`value is ${fails}, accepted ${was}`)])
    const better = 'atLeast' in target ? 24 : -29
    expect(texts(before, [missed(better)])).toEqual([])
  })

  it('tells a missed target that gets worse together with its floor', () => {
    const before = accept(undefined, [{ ...value(6, false), floor: 4 }], '2026-11-21')
    expect(texts(before, [{ ...value(12, false), floor: 8 }])).toEqual([
      'capture-cpu: share: value is 12, accepted 6, worst allowed 6.6'
    ])
  })

  it.each([
    [1000, 1500, 1501],
    [5, 25, 25.1]
  ])('allows a time without a floor, %i ms, half as much again and one block', (was, passes, fails) => {
    const { floor: _, beyondFloor: __, target: ___, met: ____, ...rest } = latency(was)
    const bare = (ms: number): LatencyLine => ({ ...rest, p50Ms: ms, p95Ms: ms })
    const before = accept(undefined, [bare(was)], '2026-11-21')
    expect(texts(before, [bare(passes)])).toEqual([])
    expect(texts(before, [bare(fails)])).toEqual([
      `mic-to-socket: idle: p50Ms is ${fails}, accepted ${was}, worst allowed ${passes}`,
      `mic-to-socket: idle: p95Ms is ${fails}, accepted ${was}, worst allowed ${passes}`
    ])
  })

  it('allows a time without a floor that misses its target only 10 %', () => {
    const { floor: _, beyondFloor: __, ...rest } = latency(1000, 0, false)
    const bare = (ms: number): LatencyLine => ({ ...rest, p50Ms: ms, target: { beyond: 'nothing', p50Ms: 300 } })
    const before = accept(undefined, [bare(1000)], '2026-11-21')
    expect(texts(before, [bare(1100)])).toEqual([])
    expect(texts(before, [bare(1101)])).toHaveLength(1)
  })

  it('allows a cost without floor and target half as much again; a count without a target is not judged', () => {
    const { target: _, met: __, ...rest } = value(4)
    const bare = (is: number, unit: ValueLine['unit']): ValueLine => ({ ...rest, value: is, unit })
    const cost = accept(undefined, [bare(4, 'ms per second')], '2026-11-21')
    expect(texts(cost, [bare(6, 'ms per second')])).toEqual([])
    expect(texts(cost, [bare(6.1, 'ms per second')])).toHaveLength(1)
    const count = accept(undefined, [bare(4, 'count')], '2026-11-21')
    expect(texts(count, [bare(9, 'count')])).toEqual([])
  })

  it('tells a figure that has no floor any more, one that is gone, and one that is new', () => {
    const { floor: _, beyondFloor: __, ...bare } = latency(50)
    expect(texts(accepted, [bare])).toEqual([
      'mic-to-socket: idle: has no ratio to the floor any more (p50Ms)',
      'mic-to-socket: idle: has no ratio to the floor any more (p95Ms)'
    ])
    expect(texts(accepted, [{ ...latency(50), figure: 'blocked' }])).toEqual([
      'mic-to-socket: blocked: not accepted yet (npm run bench -- --accept)',
      'mic-to-socket: idle: was accepted and is not measured any more'
    ])
  })
})

it('a complaint names its bench and figure', () => {
  expect(complaints(accepted, [latency(90)])[0]).toMatchObject({ bench: 'mic-to-socket', figure: 'idle' })
})

describe('--accept', () => {
  it('renews the figures of the benches that ran and keeps the others', () => {
    const next = accept(accepted, [latency(60)], '2026-11-22')
    expect(next.acceptedAt).toBe('2026-11-22')
    expect(next.figures).toEqual([
      { bench: 'capture-cpu', figure: 'share', measured: { value: 2 }, met: true },
      {
        bench: 'mic-to-socket',
        figure: 'idle',
        ratioToFloor: { p50Ms: 1.5, p95Ms: 2 },
        measured: { p50Ms: 60, p95Ms: 80 },
        met: true
      }
    ])
  })

  it('writes no ratio to a floor of nothing', () => {
    const figures = accept(undefined, [{ ...value(2), floor: 0 }], '2026-11-21').figures
    expect(figures[0]).not.toHaveProperty('ratioToFloor')
  })

  it('writes what it reads', () => {
    expect(parseAccepted(JSON.stringify(accepted))).toEqual(accepted)
  })
})

describe('the file', () => {
  it('of the repository can be read, each figure once', () => {
    const { figures } = parseAccepted(readFileSync(new URL('../accepted.json', import.meta.url), 'utf8'))
    const names = figures.map(({ bench, figure }) => `${bench}: ${figure}`)
    expect(names.length).toBeGreaterThan(0)
    expect(new Set(names).size).toBe(names.length)
  })

  it.each([
    ['no JSON', '{', 'JSON'],
    ['another version', JSON.stringify({ ...accepted, schemaVersion: 2 }), 'schemaVersion'],
    ['an unknown key', JSON.stringify({ ...accepted, extra: 1 }), 'extra'],
    ['a ratio that is no number', JSON.stringify(accepted).replace('1.25', '"1.25"'), 'ratioToFloor'],
    ['no date', JSON.stringify({ ...accepted, acceptedAt: 'yesterday' }), 'acceptedAt']
  ])('is refused with %s, and why', (_, text, why) => {
    expect(() => parseAccepted(text)).toThrow(why)
  })
})
