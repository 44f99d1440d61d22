/** Levels below this are reported as this: digital silence has no level in dB. */
export const FLOOR_DBFS = -90

const INT16_SCALE = 32768

/** The first `count` float samples (-1 to 1, clipped, NaN becomes 0) to signed 16-bit, rounded to nearest. */
export function floatToInt16(source: Float32Array, target: Int16Array, count = source.length): void {
  for (let i = 0; i < count; i += 1) {
    const scaled = Math.round((source[i] ?? 0) * INT16_SCALE)
    target[i] = scaled > 32767 ? 32767 : scaled < -32768 ? -32768 : scaled
  }
}

/** Signed 16-bit samples to float in [-1, 1). `target` must be at least as long. */
export function int16ToFloat(source: Int16Array, target: Float32Array): void {
  for (let i = 0; i < source.length; i += 1) target[i] = (source[i] ?? 0) / INT16_SCALE
}

/** Linear amplitude (1 = full scale) in dBFS, not below {@link FLOOR_DBFS}. */
export function amplitudeToDbfs(amplitude: number): number {
  return amplitude <= 0 ? FLOOR_DBFS : Math.max(FLOOR_DBFS, 20 * Math.log10(amplitude))
}

/** RMS of `samples` in dBFS: a full-scale square wave is 0, a full-scale sine -3.01. */
export function rmsDbfs(samples: Int16Array): number {
  return amplitudeToDbfs(Math.sqrt(sumOfSquares(samples) / Math.max(1, samples.length)) / INT16_SCALE)
}

/** Largest absolute sample in dBFS. */
export function peakDbfs(samples: Int16Array): number {
  let peak = 0
  for (let i = 0; i < samples.length; i += 1) {
    const magnitude = Math.abs(samples[i] ?? 0)
    if (magnitude > peak) peak = magnitude
  }
  return amplitudeToDbfs(peak / INT16_SCALE)
}

/** Sum of squared samples, in units of one quantisation step squared. */
export function sumOfSquares(samples: Int16Array): number {
  let sum = 0
  for (let i = 0; i < samples.length; i += 1) sum += (samples[i] ?? 0) ** 2
  return sum
}

/** PCM16 little-endian bytes of `samples`, as new memory. */
export function int16ToBytes(samples: Int16Array): Uint8Array {
  const bytes = new Uint8Array(samples.length * 2)
  const view = new DataView(bytes.buffer)
  for (let i = 0; i < samples.length; i += 1) view.setInt16(i * 2, samples[i] ?? 0, true)
  return bytes
}

/** Samples of PCM16 little-endian `bytes` (any alignment), as new memory; an odd last byte is ignored. */
export function bytesToInt16(bytes: Uint8Array): Int16Array {
  const samples = new Int16Array(Math.floor(bytes.byteLength / 2))
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let i = 0; i < samples.length; i += 1) samples[i] = view.getInt16(i * 2, true)
  return samples
}
