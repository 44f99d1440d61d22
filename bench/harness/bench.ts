/** What a bench is and what it says. A bench is one file `bench/benches/NAME.ts` that exports `bench: Bench`. */

export interface Bench {
  /** The file's own name without `.ts`. */
  name: string
  /** The question it answers, one sentence. */
  question: string
  /** Yields its figures as they are there. What it opens goes to `context.defer` in the line that opens it. */
  run(context: BenchContext): AsyncIterable<Figure>
}

export interface BenchContext {
  /** How many times each figure shall be measured; its medians are printed. */
  runs: number
  /** The built Parley, a folder of this bench run's own: `main/web.js`, `main/cli.js`, `renderer/`. */
  buildDir: string
  /** Called when the bench is over, however it ends; the last one first. */
  defer: (end: () => Promise<void>) => void
  /** A line for the person who waits, on stderr. */
  say: (text: string) => void
}

export type Figure = LatencyFigure | ValueFigure

/** Times of one kind, each run's beside the floor probe's of the same run. */
export interface LatencyFigure {
  kind: 'latency'
  figure: string
  /** One per run. */
  runs: readonly LatencyRun[]
  /** Limits of p50 and p95; `beyond: 'floor'` subtracts the floor's. */
  target?: { beyond: 'floor' | 'nothing'; p50Ms?: number; p95Ms?: number }
  /** What else a reader needs, plain numbers and texts. */
  detail?: Readonly<Record<string, unknown>>
}

export interface LatencyRun {
  valuesMs: readonly number[]
  floorMs?: readonly number[]
}

/** One number of one kind per run. */
export interface ValueFigure {
  kind: 'value'
  figure: string
  unit: 'ms' | 'dB' | 'dBFS' | '%' | 'count' | 'ms per second' | '1'
  /** One per run. The median is printed; the largest where `target` is `{ atMost: 0 }`, because what must not be may not be in any run. */
  values: readonly number[]
  /** The same of the floor probe; not where more is better, which has no such floor. */
  floor?: readonly number[]
  target?: ValueTarget
  detail?: Readonly<Record<string, unknown>>
}

export type ValueTarget = { atMost: number } | { atLeast: number }
