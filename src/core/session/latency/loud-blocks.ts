/** Never louder than this is silence: -45 dBFS (mean square of PCM16), below a quiet voice at a common microphone. */
const QUIET_POWER = 184 ** 2

/** A block is loud when it is 10 dB above the noise that is always there. */
const ABOVE_FLOOR = 10

/** The floor falls at once to what is quieter and rises by 2 dB in a second of blocks, so that speech does not become its own floor. */
const RISE_PER_BLOCK = 10 ** (0.2 / 50)

/** Tells speech from the noise of the room by its energy, over blocks of 20 ms. Cheap enough for every block: no allocation. */
export class LoudBlocks {
  readonly #blockBytes: number
  #floorPower = QUIET_POWER / ABOVE_FLOOR

  constructor(blockBytes: number) {
    this.#blockBytes = blockBytes
  }

  /** Learns the noise from one block of the microphone; true if it is louder than that. */
  learn(block: Uint8Array): boolean {
    const power = meanSquare(block, 0, block.byteLength)
    this.#floorPower = power < this.#floorPower ? power : Math.min(power, this.#floorPower * RISE_PER_BLOCK)
    return power > this.#limit
  }

  /** Whether any block of a message that goes out is loud. */
  anyIn(pcm: Uint8Array): boolean {
    for (let at = 0; at < pcm.byteLength; at += this.#blockBytes) {
      if (meanSquare(pcm, at, Math.min(at + this.#blockBytes, pcm.byteLength)) > this.#limit) return true
    }
    return false
  }

  get #limit(): number {
    return Math.max(QUIET_POWER, this.#floorPower * ABOVE_FLOOR)
  }
}

function meanSquare(pcm: Uint8Array, from: number, to: number): number {
  const samples = (to - from) >> 1
  let sum = 0
  for (let at = from; at + 1 < to; at += 2) {
    const sample = (((pcm[at + 1] as number) << 24) >> 16) | (pcm[at] as number)
    sum += sample * sample
  }
  return samples === 0 ? 0 : sum / samples
}
