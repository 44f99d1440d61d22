import { DEFAULT_LISTEN, type TurnTrigger } from '../contract.ts'
import type { EchoReference } from './echo-reference.ts'
import { type Patience, patienceFor } from './end-of-turn.ts'
import { EARS_SAMPLE_RATE_HZ, FRAME_SAMPLES, HOP_SAMPLES, type Frame, FrameAnalyser } from './frame-analyser.ts'
import {
  type Limits,
  QUIETEST_SPEECH_DBFS,
  QUIETEST_SPEECH_OVER_ECHO_DBFS,
  type Sensitivity,
  sensitivityFor
} from './sensitivity.ts'

/** Evidence that starts a turn; one clearly voiced frame of 10 ms gives at most EVIDENCE_PER_FRAME. */
const EVIDENCE_TO_START = 0.8
const EVIDENCE_PER_FRAME = 0.2
const EVIDENCE_LOSS_PER_FRAME = 0.15
/** A frame in which nothing stands out from the floor (a stop within a word) costs little: it speaks for nobody. */
const EVIDENCE_LOSS_IN_SILENCE = 0.04
/** A perfectly steady frame is hum. */
const EVIDENCE_LOSS_WHEN_STEADY = 0.3
/** Noise changes less than this in 20 ms (99.9 %); speech more, half of the time. Such a frame loses little, and adds a little. */
const LIVELY_CHANGE_DB = 4.5
const LIVELY_LOSS_SHARE = 0.25
const LIVELY_EVIDENCE_PER_FRAME = 0.08
const MOST_LIVELY_EVIDENCE = 0.5
/**
 * Harmonicity that says nothing either way. With every band open (a sound over a floor not known yet) white noise has a mean of
 * 0.36 and a 95th percentile of 0.49; once the floor is known noise closes the bands and stays below 0.16 (99.9 %).
 */
const NEUTRAL_HARMONICITY_ALL_OPEN = 0.46
const NEUTRAL_HARMONICITY_FEW_OPEN = 0.25
const FEW_OPEN_BANDS = 0.4
const ALL_OPEN_BANDS = 0.8
const STEADY_CHANGE_DB = 0.7
const CLICK_IMPULSIVENESS = 0.8
/** A turn never starts sooner after sound begins: until then a hum that was switched on still looks like a change. */
const SHORTEST_START_MS = 100
/** Above it, a frame may keep a turn alive; noise over a known floor stays below 0.04 (99.9 %). */
const ACTIVE_OPEN_BANDS = 0.06
/** Unvoiced sound keeps a turn alive only this long after the last voiced frame. */
const UNVOICED_MS = 500
/** How far before the first evidence an unvoiced beginning (an s, an f) may reach. */
const UNVOICED_ONSET_MS = 250
const UNVOICED_ONSET_SNR_DB = 6
const PITCH_JUMP = 0.2
/** After an eager pause, so many active frames are the user going on; one may be a breath. */
const FRAMES_TO_RESUME = 3

/** The newest frames that are compared with what the agent sent: 250 ms. */
const COMPARED_FRAMES = 25
/**
 * Correlation with what was sent from which sound is the agent's own: at the known delay, there while the level of echo is
 * being learned, and at the best of all delays.
 */
const OWN_VOICE_CORRELATION = 0.7
const OWN_VOICE_CORRELATION_LEARNING = 0.5
const OWN_VOICE_CORRELATION_ANY_DELAY = 0.7
/** A turn needs this share of sound that is louder than echo has been. */
const EXCESS_TO_START = 0.24
/** So many frames in a row must not look like the agent's own voice: a single one may by chance. */
const UNLIKE_FRAMES_TO_START = 3
/** The same while the agent has only just begun to speak. */
const UNLIKE_FRAMES_AT_BEGINNING = 10
/** Share of the evidence that is left when it was the agent's own voice. */
const KEPT_WHEN_OWN_VOICE = 0.8

const HOP_MS = (HOP_SAMPLES / EARS_SAMPLE_RATE_HZ) * 1000

/** Sample positions are counted at 16 kHz from the first sample pushed. */
export type TurnEdge =
  | { kind: 'started'; onsetSample: number; atSample: number }
  /** The silence has reached {@link Patience.eagerMs}; at most once until `resumed`. `endSample` as in `ended`. */
  | { kind: 'eager'; endSample: number; atSample: number }
  /** The user goes on after `eager`. */
  | { kind: 'resumed'; atSample: number }
  /** `endSample` is the end of the last active frame. */
  | { kind: 'ended'; endSample: number; atSample: number; trigger: TurnTrigger }

type Phase =
  | { kind: 'quiet'; evidence: number; lively: number; firstEvidence: number }
  /** `eager`: active frames since the eager edge; null before it. */
  | { kind: 'turn'; lastActive: number; lastVoiced: number; eager: number | null }

/**
 * Finds the turns in 16 kHz mono. A turn starts when voiced, changing sound has lasted long enough (sequential evidence:
 * harmonicity of the bands above their noise floor, against steady tones and clicks) and ends when the time
 * without sound that stands out from the floor has used up the {@link Patience}.
 */
export class TurnDetector {
  /** True while the agent's own voice may be in the microphone: quiet sound is then not taken for speech. */
  echoPossible = false
  /** May change at any time, also within a silence. */
  patience: Patience = patienceFor(DEFAULT_LISTEN)
  /** May change at any time, also within a turn. */
  sensitivity: Sensitivity = sensitivityFor(null)
  private readonly echo: EchoReference | null
  private readonly analyser = new FrameAnalyser()
  /** One sample of history for the pre-emphasis, then the frame being filled. */
  private readonly buffer = new Float32Array(1 + FRAME_SAMPLES)
  private readonly newestSamples = this.buffer.subarray(1 + FRAME_SAMPLES - HOP_SAMPLES)
  private filled = FRAME_SAMPLES - HOP_SAMPLES
  private frames = 0
  private lastLag = 0
  private loudSince = 0
  private quietUntil = 0
  /** Frames since sound was last taken for the agent's own. */
  private unlikeFrames = 0
  private phase: Phase = { kind: 'quiet', evidence: 0, lively: 0, firstEvidence: 0 }

  /** `echo`: what the agent sent; while {@link echoPossible}, sound that is like it starts no turn. */
  constructor(echo: EchoReference | null = null) {
    this.echo = echo
  }

  /** Any number of samples; `onEdge` is called for every turn edge they complete, in order. */
  push(samples: Int16Array, onEdge: (edge: TurnEdge) => void): void {
    let read = 0
    while (read < samples.length) {
      const count = Math.min(samples.length - read, FRAME_SAMPLES - this.filled)
      for (let i = 0; i < count; i += 1) this.buffer[1 + this.filled + i] = (samples[read + i] as number) / 32768
      this.filled += count
      read += count
      if (this.filled < FRAME_SAMPLES) return
      this.frames += 1
      const edge = this.decide(this.analyser.analyse(this.buffer, 1))
      this.buffer.copyWithin(0, HOP_SAMPLES)
      this.filled -= HOP_SAMPLES
      if (edge !== null) onEdge(edge)
    }
  }

  /** Ends the turn that is going on, if one is, as if silence had followed. */
  stop(trigger: TurnTrigger = 'timeout'): TurnEdge | null {
    return this.phase.kind === 'turn' ? this.end(this.phase, trigger) : null
  }

  /** Inside a turn. */
  get inTurn(): boolean {
    return this.phase.kind === 'turn'
  }

  /** The newest frame's features; for tests and the bench. */
  get frame(): Frame {
    return this.analyser.frame
  }

  private decide(frame: Frame): TurnEdge | null {
    const limits = this.echoPossible ? this.sensitivity.overEcho : this.sensitivity.alone
    // What the agent sent is compared and learned from at any sensitivity.
    const comparedDbfs = this.echoPossible ? QUIETEST_SPEECH_OVER_ECHO_DBFS : QUIETEST_SPEECH_DBFS
    const learn = !this.echoPossible ? 'nothing' : this.inTurn ? 'delay' : 'all'
    this.echo?.hear(this.analyser.bandDb, this.newestSamples, frame, frame.levelDbfs >= comparedDbfs, learn)
    const edge =
      this.phase.kind === 'quiet' ? this.listen(this.phase, frame, limits) : this.follow(this.phase, frame, limits)
    this.lastLag = frame.lagSamples
    if (frame.snrDb < UNVOICED_ONSET_SNR_DB || frame.levelDbfs < limits.soundDbfs) this.loudSince = this.frames
    if (frame.levelDbfs < limits.soundDbfs) this.quietUntil = this.frames
    return edge
  }

  private listen(phase: Phase & { kind: 'quiet' }, frame: Frame, limits: Limits): TurnEdge | null {
    if (phase.evidence === 0) {
      phase.firstEvidence = this.frames
      this.unlikeFrames = 0
    }
    phase.evidence = Math.max(0, phase.evidence + this.evidence(frame, limits))
    const lively = isLively(frame, limits) ? LIVELY_EVIDENCE_PER_FRAME : -LIVELY_EVIDENCE_PER_FRAME / 4
    phase.lively = Math.min(MOST_LIVELY_EVIDENCE, Math.max(0, phase.lively + lively))
    if (phase.evidence + phase.lively < EVIDENCE_TO_START * limits.evidenceShare) return null
    if (this.frames - this.quietUntil < SHORTEST_START_MS / HOP_MS) return null
    if (!this.passesEchoCheck(phase)) return null
    const earliest = phase.firstEvidence - UNVOICED_ONSET_MS / HOP_MS
    const onset = Math.max(earliest, Math.min(this.loudSince + 1, phase.firstEvidence))
    this.phase = { kind: 'turn', lastActive: this.frames, lastVoiced: this.frames, eager: null }
    return { kind: 'started', onsetSample: Math.max(0, (onset - 1) * HOP_SAMPLES), atSample: this.frames * HOP_SAMPLES }
  }

  /** False while the newest frames, which would start a turn, may be the agent's own voice: that costs evidence. */
  private passesEchoCheck(phase: Phase & { kind: 'quiet' }): boolean {
    if (this.echo === null || !this.echoPossible) return true
    if (this.isOwnVoice(this.echo, this.frames - phase.firstEvidence)) {
      phase.evidence *= KEPT_WHEN_OWN_VOICE
      phase.lively *= KEPT_WHEN_OWN_VOICE
      this.unlikeFrames = 0
      return false
    }
    this.unlikeFrames += 1
    return this.unlikeFrames >= (this.echo.hasJustBegun ? UNLIKE_FRAMES_AT_BEGINNING : UNLIKE_FRAMES_TO_START)
  }

  private isOwnVoice(echo: EchoReference, frames: number): boolean {
    if (echo.isInWaveform) return true
    const { correlation, delayKnown, excess } = echo.likeness(Math.min(COMPARED_FRAMES, frames + 5))
    if (excess !== null) return excess < EXCESS_TO_START || correlation >= OWN_VOICE_CORRELATION
    return correlation >= (delayKnown ? OWN_VOICE_CORRELATION_LEARNING : OWN_VOICE_CORRELATION_ANY_DELAY)
  }

  private evidence(frame: Frame, limits: Limits): number {
    if (frame.levelDbfs < limits.startDbfs) return -EVIDENCE_LOSS_IN_SILENCE
    if (frame.openBands < ACTIVE_OPEN_BANDS || frame.snrDb < limits.startSnrDb) return -EVIDENCE_LOSS_IN_SILENCE
    if (frame.changeDb < STEADY_CHANGE_DB) return -EVIDENCE_LOSS_WHEN_STEADY
    if (frame.impulsiveness > CLICK_IMPULSIVENESS) return -EVIDENCE_LOSS_PER_FRAME / 3
    const value = frame.harmonicity - neutralHarmonicity(frame)
    const limited = Math.min(EVIDENCE_PER_FRAME, Math.max(-EVIDENCE_LOSS_PER_FRAME, value))
    if (limited < 0) return isLively(frame, limits) ? limited * LIVELY_LOSS_SHARE : limited
    return this.pitchJumped(frame) ? Math.min(limited, EVIDENCE_PER_FRAME / 4) : limited
  }

  private pitchJumped(frame: Frame): boolean {
    return Math.abs(frame.lagSamples - this.lastLag) > PITCH_JUMP * this.lastLag
  }

  private follow(phase: Phase & { kind: 'turn' }, frame: Frame, limits: Limits): TurnEdge | null {
    const standsOut =
      frame.levelDbfs >= limits.holdDbfs &&
      frame.changeDb >= STEADY_CHANGE_DB &&
      frame.impulsiveness <= CLICK_IMPULSIVENESS &&
      frame.snrDb > limits.holdSnrDb &&
      frame.openBands > ACTIVE_OPEN_BANDS
    if (standsOut && frame.harmonicity > neutralHarmonicity(frame)) phase.lastVoiced = this.frames
    const active = standsOut && this.frames - phase.lastVoiced <= UNVOICED_MS / HOP_MS
    return active ? this.goOn(phase) : this.wait(phase)
  }

  private goOn(phase: Phase & { kind: 'turn' }): TurnEdge | null {
    phase.lastActive = this.frames
    if (phase.eager === null) return null
    phase.eager += 1
    if (phase.eager < FRAMES_TO_RESUME) return null
    phase.eager = null
    return { kind: 'resumed', atSample: this.frames * HOP_SAMPLES }
  }

  private wait(phase: Phase & { kind: 'turn' }): TurnEdge | null {
    const silentMs = (this.frames - phase.lastActive) * HOP_MS
    if (silentMs >= this.patience.endMs) return this.end(phase, this.patience.trigger)
    if (phase.eager !== null || silentMs < this.patience.eagerMs) return null
    phase.eager = 0
    return { kind: 'eager', endSample: phase.lastActive * HOP_SAMPLES, atSample: this.frames * HOP_SAMPLES }
  }

  private end(phase: Phase & { kind: 'turn' }, trigger: TurnTrigger): TurnEdge {
    this.phase = { kind: 'quiet', evidence: 0, lively: 0, firstEvidence: this.frames }
    return { kind: 'ended', endSample: phase.lastActive * HOP_SAMPLES, atSample: this.frames * HOP_SAMPLES, trigger }
  }
}

function isLively(frame: Frame, { startDbfs }: Limits): boolean {
  return frame.changeDb > LIVELY_CHANGE_DB && frame.levelDbfs >= startDbfs && frame.impulsiveness <= CLICK_IMPULSIVENESS
}

function neutralHarmonicity(frame: Frame): number {
  const share = Math.min(1, Math.max(0, (frame.openBands - FEW_OPEN_BANDS) / (ALL_OPEN_BANDS - FEW_OPEN_BANDS)))
  return NEUTRAL_HARMONICITY_FEW_OPEN + share * (NEUTRAL_HARMONICITY_ALL_OPEN - NEUTRAL_HARMONICITY_FEW_OPEN)
}
