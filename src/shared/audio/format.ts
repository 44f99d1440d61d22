/** Frames of one block inside Parley last this long; the dialect says how many blocks make one wire message. */
export const BLOCK_MS = 20

/** Sample rates (Hz) that linear16 may have on either side of a session. */
export const LINEAR16_SAMPLE_RATES_HZ = [8000, 16000, 24000, 44100, 48000] as const

/** Bytes of one PCM16 mono sample. */
export const PCM16_BYTES = 2

/** Samples in one 20 ms block at `sampleRateHz`; whole for every rate of {@link LINEAR16_SAMPLE_RATES_HZ}. */
export function blockSamples(sampleRateHz: number): number {
  return (sampleRateHz * BLOCK_MS) / 1000
}

/** Milliseconds that `bytes` of PCM16 mono last at `sampleRateHz`. */
export function pcm16Ms(bytes: number, sampleRateHz: number): number {
  return (bytes / PCM16_BYTES / sampleRateHz) * 1000
}
