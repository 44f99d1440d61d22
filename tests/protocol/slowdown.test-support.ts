import { percentile } from '../../src/agent/speech/ears/trial.test-support.ts'

// On a machine that others keep busy the limit on a p95 grows with what they take; the median gets nothing.

const MOST_SLOWDOWN = 3
const CHUNKS = 8

/** Milliseconds of a few pieces of fixed work, one after the other: a piece is short enough to go through undisturbed now and then. */
export function workMs(): number[] {
  return Array.from({ length: CHUNKS }, () => {
    const startedAt = performance.now()
    let value = 1
    for (let i = 0; i < 3_000_000; i += 1) value = Math.imul(value ^ i, 0x9e3779b1)
    return value === 0 ? Infinity : performance.now() - startedAt
  })
}

/** How much longer work took here, in the slowest twentieth of the runs, than it takes undisturbed; 1 to 3. */
export function slowdownOf(works: readonly number[][]): number {
  const undisturbedMs = Math.min(...works.flat()) * CHUNKS
  const p95 = percentile(
    works.map((pieces) => pieces.reduce((sum, ms) => sum + ms, 0)),
    0.95
  )
  return Math.min(MOST_SLOWDOWN, p95 / undisturbedMs)
}
