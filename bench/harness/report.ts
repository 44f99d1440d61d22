import { percentile } from '../../tests/rig/signal.ts'
import type { Figure, LatencyFigure, ValueFigure, ValueTarget } from './bench.ts'

export interface Percentiles {
  p50Ms: number
  p95Ms: number
}

interface CommonLine {
  bench: string
  figure: string
  /** Absent where there is no target. */
  met?: boolean
  runs: number
  /** One-minute load average of the machine when the figure was there. */
  load: number
  detail?: Readonly<Record<string, unknown>>
}

export interface LatencyLine extends CommonLine, Percentiles {
  floor?: Percentiles
  beyondFloor?: Percentiles
  target?: LatencyFigure['target']
  /** Times in all runs together. */
  samples: number
}

export interface ValueLine extends CommonLine {
  value: number
  unit: ValueFigure['unit']
  floor?: number
  beyondFloor?: number
  target?: ValueFigure['target']
}

/** One printed line of JSON. */
export type Line = LatencyLine | ValueLine

export function lineOf(bench: string, figure: Figure, load: number): Line {
  return figure.kind === 'latency' ? latencyLine(bench, figure, load) : valueLine(bench, figure, load)
}

/** A bench that measured nothing says nothing: that is a mistake, not a figure. */
function atLeastOne<T>(values: readonly T[], what: string): readonly T[] {
  if (values.length === 0) throw new Error(`${what} holds no measurement`)
  return values
}

function latencyLine(bench: string, { figure, runs, target, detail }: LatencyFigure, load: number): LatencyLine {
  const measured = atLeastOne(runs, figure).map(({ valuesMs, floorMs }) => {
    const value = percentilesOf(atLeastOne(valuesMs, figure))
    return { value, floor: floorMs === undefined ? undefined : percentilesOf(atLeastOne(floorMs, `${figure}: floor`)) }
  })
  const floors = measured.flatMap(({ floor }) => (floor === undefined ? [] : [floor]))
  const beyond = measured.flatMap(({ value, floor }) =>
    floor === undefined ? [] : [{ p50Ms: value.p50Ms - floor.p50Ms, p95Ms: value.p95Ms - floor.p95Ms }]
  )
  const value = medianOf(measured.map((run) => run.value))
  const beyondFloor = beyond.length === runs.length ? medianOf(beyond) : undefined
  if (target?.beyond === 'floor' && beyondFloor === undefined) throw new Error(`${figure}: a run has no floor`)
  const judged = target?.beyond === 'floor' ? beyondFloor : value
  return {
    bench,
    figure,
    ...value,
    ...(beyondFloor === undefined ? {} : { floor: medianOf(floors), beyondFloor }),
    ...(target === undefined || judged === undefined ? {} : { target, met: within(judged, target) }),
    runs: runs.length,
    samples: runs.reduce((sum, { valuesMs }) => sum + valuesMs.length, 0),
    load: rounded(load),
    ...(detail === undefined ? {} : { detail })
  }
}

function valueLine(
  bench: string,
  { figure, unit, values, floor, target, detail }: ValueFigure,
  load: number
): ValueLine {
  if (floor !== undefined && target !== undefined && 'atLeast' in target) {
    throw new Error(`${figure}: there is no floor for what shall be much`)
  }
  const one = target !== undefined && 'atMost' in target && target.atMost === 0 ? largest : median
  const value = rounded(one(atLeastOne(values, figure)))
  const floorValue = floor === undefined ? undefined : rounded(one(atLeastOne(floor, `${figure}: floor`)))
  return {
    bench,
    figure,
    value,
    unit,
    ...(floorValue === undefined ? {} : { floor: floorValue, beyondFloor: rounded(value - floorValue) }),
    ...(target === undefined ? {} : { target, met: isMet(value, target) }),
    runs: values.length,
    load: rounded(load),
    ...(detail === undefined ? {} : { detail })
  }
}

function isMet(value: number, target: ValueTarget): boolean {
  return 'atLeast' in target ? value >= target.atLeast : value <= target.atMost
}

const median = (values: readonly number[]): number => percentile(values, 0.5)
const largest = (values: readonly number[]): number => Math.max(...values)

/** Medians over the runs of each percentile, for a figure's detail. */
export function medians(runs: readonly { valuesMs: readonly number[] }[]): Percentiles {
  return medianOf(runs.map(({ valuesMs }) => percentilesOf(atLeastOne(valuesMs, 'a run'))))
}

function within(value: Percentiles, { p50Ms, p95Ms }: { p50Ms?: number; p95Ms?: number }): boolean {
  return value.p50Ms <= (p50Ms ?? Number.POSITIVE_INFINITY) && value.p95Ms <= (p95Ms ?? Number.POSITIVE_INFINITY)
}

function percentilesOf(values: readonly number[]): Percentiles {
  return { p50Ms: percentile(values, 0.5), p95Ms: percentile(values, 0.95) }
}

function medianOf(runs: readonly Percentiles[]): Percentiles {
  return {
    p50Ms: rounded(median(runs.map(({ p50Ms }) => p50Ms))),
    p95Ms: rounded(median(runs.map(({ p95Ms }) => p95Ms)))
  }
}

/** Two digits are more than any of these measurements knows. */
function rounded(value: number): number {
  return Math.round(value * 100) / 100
}
