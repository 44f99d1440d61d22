/**
 * The string between two people. Slack while nobody is connected, taut in a conversation; whoever speaks sets it moving
 * from their own end (user left, agent right) by their real level, and the wave travels to the other. Pure: no clock,
 * no canvas; lengths are fractions of the width, heights fractions of half the height (down is positive).
 */
export type StringMode = 'slack' | 'reaching' | 'taut' | 'thinking' | 'cut'

/** How long the wave takes from one end to the other. */
const TRAVEL_MS = 620
const STEP_MS = 1000 / 60
const HISTORY = Math.ceil(TRAVEL_MS / STEP_MS) + 2
const WAVES_PER_WIDTH = 7
const WAVE_PERIOD_MS = 210
/** Below this a side counts as silent. */
const SILENT = 0.004

/** dBFS to 0..1: -55 dBFS and below is still, -12 dBFS is the full height. */
export function energyOfLevel(dbfs: number): number {
  return Math.min(1, Math.max(0, (dbfs + 55) / 43)) ** 1.4
}

/** One speaker's recent loudness, newest first at `head`; a fixed ring, so that a frame allocates nothing. */
class Trail {
  private readonly ring = new Float32Array(HISTORY)
  private head = 0
  private energy = 0
  target = 0

  push(): void {
    const rate = this.target > this.energy ? 0.4 : 0.09
    this.energy += (this.target - this.energy) * rate
    this.head = (this.head + 1) % HISTORY
    this.ring[this.head] = this.energy
  }

  /** Loudness as it was when what is now at distance `d` (0..1) left the speaker's end. */
  at(d: number): number {
    const back = Math.min(HISTORY - 1, Math.round((d * TRAVEL_MS) / STEP_MS))
    return this.ring[(this.head - back + HISTORY) % HISTORY] ?? 0
  }

  get moving(): boolean {
    return this.target > SILENT || this.ring.some((value) => value > SILENT)
  }
}

export class VoiceString {
  readonly user = new Trail()
  readonly agent = new Trail()
  private mode: StringMode = 'slack'
  private sag = 1
  private timeMs = 0
  private pendingMs = 0

  setMode(mode: StringMode): void {
    this.mode = mode
  }

  /** Jumps to where the string would come to rest. */
  settle(): void {
    this.sag = this.restingSag()
  }

  /** Moves time forward. Long gaps (a hidden window) are not caught up with. */
  advance(elapsedMs: number): void {
    this.pendingMs = Math.min(100, this.pendingMs + elapsedMs)
    while (this.pendingMs >= STEP_MS) {
      this.pendingMs -= STEP_MS
      this.timeMs += STEP_MS
      this.user.push()
      this.agent.push()
      this.sag += (this.restingSag() - this.sag) * 0.12
    }
  }

  /** False when the next frame would look like this one: the drawing stops. */
  get moving(): boolean {
    if (this.mode === 'reaching' || this.mode === 'thinking') return true
    return this.user.moving || this.agent.moving || Math.abs(this.restingSag() - this.sag) > 0.002
  }

  /** Height of the string at rest: a shallow curve, flat when taut, two hanging ends when cut. */
  rest(x: number): number {
    if (this.mode === 'cut') return this.sag * 0.9 * (1 - Math.abs(2 * x - 1)) ** 1.6
    return this.sag * 0.55 * (1 - (2 * x - 1) ** 2)
  }

  /** What the speaker on `side` adds at `x`; `strand` (0, 1, 2) gives the sound its width. */
  wave(side: 'user' | 'agent', x: number, strand: number): number {
    const d = side === 'user' ? x : 1 - x
    const loud = this[side].at(d)
    if (loud < SILENT) return 0
    const shape = Math.min(1, d / 0.1) * Math.min(1, (1 - d) / 0.12) * (0.22 + 0.78 * Math.exp(-2.2 * d))
    const phase = 2 * Math.PI * (d * (WAVES_PER_WIDTH + strand * 1.7) - this.timeMs / (WAVE_PERIOD_MS + strand * 46))
    return loud * shape * (1 - strand * 0.22) * Math.sin(phase + strand * 1.3)
  }

  /** Where the bead is that stands for "on its way": crossing while reaching out, near the agent while it thinks. */
  bead(): number | null {
    if (this.mode === 'reaching') return easeInOut((this.timeMs % 1500) / 1500)
    if (this.mode === 'thinking') return 0.86 + 0.09 * Math.sin((this.timeMs / 1400) * 2 * Math.PI)
    return null
  }

  /** True where there is no string (the gap of a cut one). */
  gap(x: number): boolean {
    return this.mode === 'cut' && Math.abs(x - 0.5) < 0.035
  }

  private restingSag(): number {
    if (this.mode === 'slack' || this.mode === 'cut') return 1
    return this.mode === 'reaching' ? 0.35 : 0
  }
}

function easeInOut(t: number): number {
  return t < 0.5 ? 2 * t * t : 1 - (-2 * t + 2) ** 2 / 2
}
