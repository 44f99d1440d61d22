/**
 * Makes NaN and infinities among the first `count` samples silence, in place: one of them would stay in every running average for good.
 * Costs one addition a sample where there are none.
 */
export function silenceNonFinite(samples: Float32Array, count: number): void {
  let sum = 0
  for (let i = 0; i < count; i += 1) sum += samples[i] as number
  // No sum of so many finite ones leaves the range of a double.
  if (Number.isFinite(sum)) return
  for (let i = 0; i < count; i += 1) if (!Number.isFinite(samples[i])) samples[i] = 0
}
