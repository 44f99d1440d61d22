import { describe, expect, it } from 'vitest'
import type { Figure, LatencyFigure } from './bench.ts'
import { lineOf } from './report.ts'

const latency = (runs: LatencyFigure['runs'], target?: LatencyFigure['target']): Figure => ({
  kind: 'latency',
  figure: 'onset to socket',
  runs,
  ...(target === undefined ? {} : { target })
})

describe('a latency figure', () => {
  it('is the median over the runs of each percentile, beside the floor of the same run', () => {
    const line = lineOf(
      'mic',
      latency([
        { valuesMs: [50, 50, 50], floorMs: [40, 40] },
        { valuesMs: [60, 60, 60], floorMs: [30, 30] },
        { valuesMs: [90, 90, 90], floorMs: [85, 85] }
      ]),
      1.234
    )
    expect(line).toEqual({
      bench: 'mic',
      figure: 'onset to socket',
      p50Ms: 60,
      p95Ms: 60,
      floor: { p50Ms: 40, p95Ms: 40 },
      beyondFloor: { p50Ms: 10, p95Ms: 10 },
      runs: 3,
      samples: 9,
      load: 1.23
    })
  })

  it('interpolates percentiles inside a run', () => {
    const valuesMs = Array.from({ length: 21 }, (_, i) => i)
    expect(lineOf('mic', latency([{ valuesMs }]), 0)).toMatchObject({ p50Ms: 10, p95Ms: 19 })
  })

  it.each([
    [{ beyond: 'floor', p50Ms: 10, p95Ms: 10 }, true],
    [{ beyond: 'floor', p50Ms: 9.9 }, false],
    [{ beyond: 'floor', p95Ms: 9.9 }, false],
    [{ beyond: 'nothing', p50Ms: 50, p95Ms: 50 }, true],
    [{ beyond: 'nothing', p50Ms: 49 }, false]
  ] as const)('judges %j as %s where 50 ms are 10 beyond the floor', (target, met) => {
    const figure = latency([{ valuesMs: [50], floorMs: [40] }], target)
    expect(lineOf('mic', figure, 0)).toMatchObject({ target, met })
  })

  it('fails where a target beyond the floor has a run without one', () => {
    const figure = latency([{ valuesMs: [50], floorMs: [40] }, { valuesMs: [50] }], { beyond: 'floor', p50Ms: 1 })
    expect(() => lineOf('mic', figure, 0)).toThrow('onset to socket: a run has no floor')
  })

  it.each([
    ['no run', []],
    ['a run without a value', [{ valuesMs: [] }]],
    ['a run with an empty floor', [{ valuesMs: [1], floorMs: [] }]]
  ])('fails on %s', (_, runs) => {
    expect(() => lineOf('mic', latency(runs), 0)).toThrow('holds no measurement')
  })
})

describe('a value figure', () => {
  it.each([
    [{ atMost: 3 }, true],
    [{ atMost: 2.9 }, false]
  ] as const)('judges the median of the runs, 3, against %j as %s', (target, met) => {
    const figure: Figure = { kind: 'value', figure: 'CPU', unit: '%', values: [2, 3, 9], floor: [1, 1, 1], target }
    expect(lineOf('cpu', figure, 0)).toEqual({
      bench: 'cpu',
      figure: 'CPU',
      value: 3,
      unit: '%',
      floor: 1,
      beyondFloor: 2,
      target,
      met,
      runs: 3,
      load: 0
    })
  })

  it('without a target is not judged', () => {
    expect(lineOf('cpu', { kind: 'value', figure: 'CPU', unit: '%', values: [2] }, 0)).not.toHaveProperty('met')
  })

  it.each([
    [{ atLeast: 3 }, true],
    [{ atLeast: 3.1 }, false]
  ] as const)('judges the median of the runs, 3, against %j as %s', (target, met) => {
    const figure: Figure = { kind: 'value', figure: 'ERLE', unit: 'dB', values: [2, 3, 9], target }
    expect(lineOf('echo', figure, 0)).toMatchObject({ value: 3, target, met })
  })

  it.each([
    [[0, 1, 0], 1, false],
    [[0, 0, 0], 0, true]
  ])('of what must not be is the worst of the runs: %j', (values, value, met) => {
    const figure: Figure = { kind: 'value', figure: 'gaps', unit: 'count', values, target: { atMost: 0 } }
    expect(lineOf('jitter', figure, 0)).toMatchObject({ value, met })
  })

  it('is refused where more is better and a floor is given: less than the floor would pass', () => {
    const figure: Figure = {
      kind: 'value',
      figure: 'ERLE',
      unit: 'dB',
      values: [2],
      floor: [1],
      target: { atLeast: 25 }
    }
    expect(() => lineOf('echo', figure, 0)).toThrow('ERLE: there is no floor')
  })

  it('fails without a value', () => {
    expect(() => lineOf('cpu', { kind: 'value', figure: 'CPU', unit: '%', values: [] }, 0)).toThrow(
      'CPU holds no measurement'
    )
  })
})
