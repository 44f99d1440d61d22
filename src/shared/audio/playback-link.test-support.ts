import type { PlaybackStatus } from './graph-messages.ts'

/** Replies that come over a scripted link to a playback queue, on the queue's own clock. */

export const LINK_RATE_HZ = 48_000
const QUANTUM_FRAMES = 128
const FRAMES_PER_MS = LINK_RATE_HZ / 1000

/** A seeded source of numbers in [0, 1). */
export function random(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

/** A piece of a reply: `ms` of audio at `atMs` after the reply's beginning at the sender. */
export interface Piece {
  atMs: number
  ms: number
}

export interface LinkPattern {
  /** Length of a piece, ms. */
  pieceMs: number
  /** Standard deviation of the lateness of each piece, ms. */
  sigmaMs: number
  shape: 'gaussian' | 'exponential'
  /** How much faster than it is heard the sender sends; 1 is real time. */
  speed?: number
  /** The link stands still for `ms` from `atMs` on. */
  standstill?: { atMs: number; ms: number }
}

/** When each piece of a reply of `ms` comes: never before the one ahead of it, as on a TCP connection. */
export function arrivals(pattern: LinkPattern, ms: number, next: () => number): Piece[] {
  const { pieceMs, sigmaMs, shape, speed = 1, standstill } = pattern
  const pieces: Piece[] = []
  let lastMs = 0
  for (let at = 0; at < ms; at += pieceMs) {
    const lateMs =
      shape === 'exponential'
        ? -sigmaMs * Math.log(1 - next())
        : 5 * sigmaMs + sigmaMs * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())
    let atMs = Math.max(0, at / speed + lateMs)
    if (standstill !== undefined && atMs >= standstill.atMs && atMs < standstill.atMs + standstill.ms) {
      atMs = standstill.atMs + standstill.ms
    }
    lastMs = Math.max(lastMs, atMs)
    pieces.push({ atMs: lastMs, ms: Math.min(pieceMs, ms - at) })
  }
  return pieces
}

/** What the link needs of a playback queue. */
export interface Player {
  write(reply: number, samples: Float32Array): void
  end(reply: number): void
  render(output: Float32Array): void
}

export interface Heard {
  /** Silence between the first arrival and the first sample, ms. */
  startMs: number
  /** How much longer it took than a link without any lateness would have taken from the first arrival on. */
  addedMs: number
  underruns: number
  samples: Float32Array
  drainedFrames: number
}

/** A queue with the statuses it gives, and replies numbered from 1. */
export class LinkedPlayer {
  readonly statuses: PlaybackStatus[] = []
  private readonly player: Player
  private readonly batch: number
  private reply = 0
  private readonly quantum = new Float32Array(QUANTUM_FRAMES)

  /** `batch`: quanta that are rendered at one go, as a browser does for each of the sound card's periods. */
  constructor(make: (onStatus: (status: PlaybackStatus) => void) => Player, batch = 1) {
    this.player = make((status) => this.statuses.push({ ...status }))
    this.batch = batch
  }

  get underruns(): number {
    return this.statuses.at(-1)?.underruns ?? 0
  }

  /** Plays one reply to its end and half a second of silence. `source` holds at least as much as the pieces. */
  play(source: Float32Array, pieces: readonly Piece[], onQuantum?: (player: Player, clock: number) => void): Heard {
    const { player, statuses } = this
    this.reply += 1
    const underruns = this.underruns
    const from = statuses.length
    const total = pieces.reduce((sum, { ms }) => sum + ms * FRAMES_PER_MS, 0)
    const samples = new Float32Array(Math.ceil(total * 1.5 + 3 * LINK_RATE_HZ))
    const firstAt = (pieces[0]?.atMs ?? 0) * FRAMES_PER_MS
    let sent = 0
    let piece = 0
    let clock = 0
    const isOver = () => statuses.slice(from).some(({ drained, reply }) => drained && reply === this.reply)
    while (clock + QUANTUM_FRAMES * this.batch <= samples.length && !isOver()) {
      for (let next = pieces[piece]; next !== undefined && next.atMs * FRAMES_PER_MS <= clock; next = pieces[piece]) {
        player.write(this.reply, source.slice(sent, sent + next.ms * FRAMES_PER_MS))
        sent += next.ms * FRAMES_PER_MS
        piece += 1
        if (piece === pieces.length) player.end(this.reply)
      }
      for (let i = 0; i < this.batch; i += 1) {
        player.render(this.quantum)
        samples.set(this.quantum, clock)
        clock += QUANTUM_FRAMES
        onQuantum?.(player, clock)
      }
    }
    const first = samples.findIndex((sample) => sample !== 0)
    const last = samples.findLastIndex((sample) => sample !== 0)
    for (let quiet = 0; quiet < LINK_RATE_HZ / 2; quiet += QUANTUM_FRAMES) player.render(this.quantum)
    return {
      startMs: (first - firstAt) / FRAMES_PER_MS,
      addedMs: (last + 1 - firstAt - total) / FRAMES_PER_MS,
      underruns: this.underruns - underruns,
      samples: samples.subarray(0, clock),
      drainedFrames: statuses.slice(from).find(({ drained }) => drained)?.frames ?? -1
    }
  }
}

/** Something like speech: voiced syllables of moving pitch, hissing, and pauses. Never exactly 0. */
export function voice(ms: number, seed = 1): Float32Array {
  const next = random(seed)
  const samples = new Float32Array(ms * FRAMES_PER_MS)
  let phase = 0
  let at = 0
  while (at < samples.length) {
    const kind = next()
    const length = Math.round((60 + next() * 180) * FRAMES_PER_MS)
    const pitchHz = 90 + next() * 140
    const bend = (next() - 0.5) * 0.3
    const formantHz = 400 + next() * 1200
    for (let i = 0; i < length && at < samples.length; i += 1, at += 1) {
      const share = i / length
      const loud = Math.min(1, share * 8, (1 - share) * 8)
      phase += (pitchHz * (1 + bend * share)) / LINK_RATE_HZ
      const since = (phase % 1) / (pitchHz / LINK_RATE_HZ) / LINK_RATE_HZ
      const voiced = Math.exp(-since * 300) * Math.sin(2 * Math.PI * formantHz * since)
      const noise = next() * 2 - 1
      const level = kind < 0.65 ? 0.4 * voiced : kind < 0.8 ? 0.05 * noise : 0.0005 * noise
      samples[at] = (kind < 0.8 ? loud : 1) * level + 1e-6
    }
  }
  return samples
}
