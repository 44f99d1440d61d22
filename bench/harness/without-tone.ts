/**
 * A part without a tone of `hz`, whose phase and level are found in the part itself, and so is their slope: its pitch and its level may change
 * slowly. Anything else loses four of its degrees of freedom.
 */
export function withoutTone(part: Int16Array, hz: number, sampleRateHz: number): Int16Array {
  const rest = Float64Array.from(part)
  for (const direction of directions(part.length, (2 * Math.PI * hz) / sampleRateHz)) takeOff(rest, direction)
  return Int16Array.from(rest, Math.round)
}

/** Orthogonal, of length 1: the tone in and out of phase, and the same growing. */
function directions(length: number, step: number): Float64Array[] {
  const shapes = [Math.sin, Math.cos].flatMap((wave) => [
    Float64Array.from({ length }, (_, i) => wave(step * i)),
    Float64Array.from({ length }, (_, i) => wave(step * i) * (i / length - 0.5))
  ])
  const found: Float64Array[] = []
  for (const shape of shapes) {
    for (const other of found) takeOff(shape, other)
    const norm = Math.hypot(...shape)
    found.push(shape.map((value) => value / norm))
  }
  return found
}

function takeOff(signal: Float64Array, direction: Float64Array): void {
  const share = signal.reduce((sum, value, i) => sum + value * (direction[i] as number), 0)
  for (const [i, value] of direction.entries()) signal[i] = (signal[i] as number) - share * value
}
