/** Time is handed in so that tests own it. `nowMs` is monotonic and has no relation to the date. */
export interface Clock {
  nowMs(): number
  /** Runs `run` once after `ms`; returns its own cancel. */
  after(ms: number, run: () => void): () => void
  /** Runs `run` every `ms`; returns its own cancel. */
  every(ms: number, run: () => void): () => void
}

/** Uniform in [0, 1). */
export type Random = () => number

/** One line per lifecycle transition at `info`; ids and durations only, never audio, text or keys. */
export interface Log {
  debug(message: string, fields?: Readonly<Record<string, unknown>>): void
  info(message: string, fields?: Readonly<Record<string, unknown>>): void
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void
  error(message: string, fields?: Readonly<Record<string, unknown>>): void
}
