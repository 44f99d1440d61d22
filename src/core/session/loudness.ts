/** Louder than this counts as speech: -45 dBFS (RMS), above the noise floor of a common microphone and below a quiet voice. */
const LOUD_RMS = 184

/** Whether a block of PCM16 is louder than silence. Cheap enough for every block: no allocation. */
export function isLoud(pcm: Uint8Array): boolean {
  const samples = pcm.byteLength >> 1
  let sum = 0
  for (let at = 0; at + 1 < pcm.byteLength; at += 2) {
    const sample = (((pcm[at + 1] as number) << 24) >> 16) | (pcm[at] as number)
    sum += sample * sample
  }
  return sum > LOUD_RMS * LOUD_RMS * samples
}
