import { FLOOR_DBFS, amplitudeToDbfs } from './pcm.ts'

/** -12 dB. */
export const DUCKED_GAIN = 0.25
const DUCK_RAMP_MS = 30
const RESTORE_RAMP_MS = 200
/** So much more speech than not makes the agent quieter. */
const EVIDENCE_MS = 80
/** Without a flush for this long it was a false alarm. */
const CONFIRM_MS = 700
/** The same when the person has been silent for this long meanwhile. */
const GONE_MS = 250
/** The flush fades in 10 ms; whatever comes after it is as loud as before. */
const AFTER_FLUSH_MS = 40
const AFTER_FLUSH_RAMP_MS = 10
/** What was played is told some time later: until it falls silent, and at most for this long, it is still what was flushed. */
const FLUSHED_MS = 200
/** After a false alarm it rests, longer each time, and wants to hear more. */
const REST_MS = 1000
const MAX_FALSE_ALARMS = 5
const MORE_DB = 3
/** Speech is above the floor by this much, above what may have come back by this much, and above this level. */
const ABOVE_FLOOR_DB = 12
const ABOVE_ECHO_DB = 15
const LOWEST_DBFS = -50
/** How fast the floor follows a rising level. */
const FLOOR_RISE_DB_PER_S = 4
const FLOOR_FALL = 0.3
/** The leak where it is not known. */
const USUAL_LEAK_DB = -25
/** What was played may come back for this long; then its level is forgotten at this pace. */
const ECHO_HOLD_MS = 450
const ECHO_FALL_DB_PER_S = 100
/** A reply is audible while something above -60 dBFS was played in the last {@link ECHO_HOLD_MS}. */
const AUDIBLE_DBFS = -60

export interface DuckBlock {
  ms: number
  /** Mean squares of the microphone and of what was played. */
  input: number
  played: number
  gateOpen: boolean
  leakDb: number | null
}

type State =
  | { kind: 'listening'; evidenceMs: number }
  | { kind: 'ducked'; sinceMs: number; goneMs: number }
  /** The service agreed; the gain is set back when the flush has faded. */
  | { kind: 'confirmed'; sinceMs: number }
  | { kind: 'resting'; leftMs: number }

/**
 * Makes the agent quieter as soon as the person seems to speak over it, before the service has said so, and takes that back when it does
 * not say so. `onGain` is told each gain and the time in which to reach it.
 */
export class PreDuck {
  private readonly onGain: (gain: number, rampMs: number) => void
  private enabled = false
  private state: State = { kind: 'listening', evidenceMs: 0 }
  private floorDbfs: number | null = null
  private falseAlarms = 0
  private echoDbfs = FLOOR_DBFS
  private sinceLouderMs = 0
  private sinceAudibleMs = Number.POSITIVE_INFINITY
  /** For so long what is played may still be what was flushed. */
  private flushedMs = 0

  constructor(onGain: (gain: number, rampMs: number) => void) {
    this.onGain = onGain
  }

  enable(enabled: boolean): void {
    this.enabled = enabled
    if (!enabled) this.release()
  }

  /** Another loudspeaker, another session, or no microphone any more that could say when to take it back. */
  restart(): void {
    this.release()
  }

  /** What played is flushed; while it was turned down: the service heard the person too. */
  flushed(): void {
    this.flushedMs = FLUSHED_MS
    if (this.state.kind !== 'ducked') return
    this.falseAlarms = 0
    this.state = { kind: 'confirmed', sinceMs: 0 }
  }

  block({ ms, input, played, gateOpen, leakDb }: DuckBlock): void {
    const levelDbfs = amplitudeToDbfs(Math.sqrt(input))
    this.followEcho(ms, amplitudeToDbfs(Math.sqrt(played)))
    const speech = levelDbfs > this.thresholdDbfs(leakDb)
    const over = gateOpen && this.sinceAudibleMs <= ECHO_HOLD_MS
    this.followFloor(ms, levelDbfs)
    if (this.enabled) this.decide(ms, speech, over, levelDbfs)
  }

  private decide(ms: number, speech: boolean, over: boolean, levelDbfs: number): void {
    const { state } = this
    switch (state.kind) {
      case 'listening':
        state.evidenceMs = over ? Math.max(0, state.evidenceMs + (speech ? ms : -2 * ms)) : 0
        if (state.evidenceMs >= EVIDENCE_MS) this.duck()
        return
      case 'ducked':
        state.sinceMs += ms
        state.goneMs = speech ? 0 : state.goneMs + ms
        if (!over) this.release()
        else if (state.sinceMs >= CONFIRM_MS || state.goneMs >= GONE_MS) this.falseAlarm(levelDbfs)
        return
      case 'confirmed':
        state.sinceMs += ms
        if (state.sinceMs < AFTER_FLUSH_MS) return
        this.listen()
        this.onGain(1, AFTER_FLUSH_RAMP_MS)
        return
      case 'resting':
        state.leftMs -= ms
        if (state.leftMs <= 0) this.listen()
    }
  }

  private thresholdDbfs(leakDb: number | null): number {
    const floor = (this.floorDbfs ?? LOWEST_DBFS) + ABOVE_FLOOR_DB
    const echo = this.echoDbfs + (leakDb ?? USUAL_LEAK_DB) + ABOVE_ECHO_DB
    return Math.max(floor, echo, LOWEST_DBFS) + this.falseAlarms * MORE_DB
  }

  private duck(): void {
    this.state = { kind: 'ducked', sinceMs: 0, goneMs: 0 }
    this.onGain(DUCKED_GAIN, DUCK_RAMP_MS)
  }

  private falseAlarm(levelDbfs: number): void {
    this.falseAlarms = Math.min(MAX_FALSE_ALARMS, this.falseAlarms + 1)
    // It was no speech: so loud is it here.
    this.floorDbfs = Math.max(this.floorDbfs ?? FLOOR_DBFS, levelDbfs)
    this.state = { kind: 'resting', leftMs: REST_MS * 2 ** (this.falseAlarms - 1) }
    this.onGain(1, RESTORE_RAMP_MS)
  }

  private listen(): void {
    this.state = { kind: 'listening', evidenceMs: 0 }
  }

  private release(): void {
    const quieter = this.state.kind === 'ducked' || this.state.kind === 'confirmed'
    this.listen()
    if (quieter) this.onGain(1, RESTORE_RAMP_MS)
  }

  private followFloor(ms: number, levelDbfs: number): void {
    if (this.floorDbfs === null) this.floorDbfs = levelDbfs
    else if (levelDbfs < this.floorDbfs) this.floorDbfs += (levelDbfs - this.floorDbfs) * FLOOR_FALL
    else this.floorDbfs = Math.min(levelDbfs, this.floorDbfs + (FLOOR_RISE_DB_PER_S * ms) / 1000)
  }

  /** The loudest that may come back now. */
  private followEcho(ms: number, playedDbfs: number): void {
    this.sinceLouderMs += ms
    const audible = playedDbfs > AUDIBLE_DBFS
    this.flushedMs = audible ? Math.max(0, this.flushedMs - ms) : 0
    // Who goes on speaking after the flush speaks over nothing.
    if (this.flushedMs > 0) this.sinceAudibleMs = Number.POSITIVE_INFINITY
    else this.sinceAudibleMs = audible ? 0 : this.sinceAudibleMs + ms
    if (playedDbfs >= this.echoDbfs) {
      this.echoDbfs = playedDbfs
      this.sinceLouderMs = 0
    } else if (this.sinceLouderMs > ECHO_HOLD_MS) {
      this.echoDbfs = Math.max(playedDbfs, this.echoDbfs - (ECHO_FALL_DB_PER_S * ms) / 1000)
    }
  }
}
