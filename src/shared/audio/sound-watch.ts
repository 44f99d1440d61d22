/** What an input holds; null before its first block that is not digital silence. */
export type Sound = 'heard' | 'silent' | 'quiet'

/** Digital silence, or nothing at all, for this long is told: a microphone that is muted somewhere, or system audio without its permission. */
export const SILENT_MS = 2000
/** A gate open for this long with nothing loud enough is told. */
const QUIET_MS = 5000

/** Tells silent, quiet and usable inputs apart. */
export class SoundWatch {
  private readonly framesPerMs: number
  private readonly quietDbfs: number
  private state: Sound | null = null
  private silentFrames = 0
  /** Frames with the gate open since something was loud enough. */
  private quietFrames = 0

  /** `quietDbfs`: RMS over a level window that speech into a usable microphone exceeds. */
  constructor(sampleRateHz: number, quietDbfs: number) {
    this.framesPerMs = sampleRateHz / 1000
    this.quietDbfs = quietDbfs
  }

  get sound(): Sound | null {
    return this.state
  }

  /**
   * `count` more samples, all zero where `silent`. `levelDbfs`: of a level window that they completed, else null. Returns what has changed,
   * or null.
   */
  push(silent: boolean, count: number, levelDbfs: number | null, gateOpen: boolean): Sound | null {
    const before = this.state
    this.silentFrames = silent ? this.silentFrames + count : 0
    const loud = levelDbfs !== null && levelDbfs > this.quietDbfs
    if (!gateOpen || loud) this.quietFrames = 0
    else this.quietFrames += count
    this.state = this.judge(loud)
    if (this.state === 'silent') this.quietFrames = 0
    return this.state === before ? null : this.state
  }

  /** Nothing came at all for long: as good as digital silence. Returns what has changed, or null. */
  stalled(): Sound | null {
    if (this.state === 'silent') return null
    this.state = 'silent'
    this.quietFrames = 0
    return this.state
  }

  private judge(loud: boolean): Sound | null {
    if (this.silentFrames >= SILENT_MS * this.framesPerMs) return 'silent'
    if (this.silentFrames > 0) return this.state
    if (this.quietFrames >= QUIET_MS * this.framesPerMs) return 'quiet'
    // A gate that closes does not make a quiet microphone louder.
    return this.state === 'quiet' && !loud ? 'quiet' : 'heard'
  }
}

/** The first `count` samples are all zero. */
export function isDigitalSilence(samples: Float32Array, count: number): boolean {
  for (let i = 0; i < count; i += 1) if (samples[i] !== 0) return false
  return true
}
