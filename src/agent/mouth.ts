import { PCM16_BYTES, pcm16Ms } from '../shared/audio/format.ts'
import { wavHeader } from '../shared/audio/wav.ts'
import type { Clock } from '../shared/runtime.ts'
import { ByteQueue } from './byte-queue.ts'
import type { SaidEntry } from './dialogue.ts'
import { CHUNK_MS, Pace } from './pace.ts'
import type { SpeechEvent } from './speech/contract.ts'

/** One piece of a reply: a sentence to speak, or a turn of the user to play back. */
export interface Part {
  /** Sent as the assistant's ConversationText right before the first audio of the part; null for none. */
  readonly announce: string | null
  readonly audio: { readonly kind: 'speak'; readonly text: string } | { readonly kind: 'replay'; readonly turn: number }
  /** Where the words stand in the dialogue: shortened when the listener did not hear all of them. */
  readonly entry?: SaidEntry
  /** The answer to a user's turn that it belongs to; absent for statements. */
  readonly reply?: number
}

/** A part of which the listener heard less than all: `share` is 0 to 1 of its audio. */
export interface Unheard {
  readonly part: Part
  readonly share: number
}

/** What the mouth needs from its surroundings. */
export interface MouthDeps {
  readonly clock: Clock
  readonly outputSampleRateHz: number
  readonly container: 'none' | 'wav'
  /** The agent was silent and is going to speak, or to think of what to say. */
  turnBegins(): void
  /** Asks the engine for the audio of a part. */
  request(utterance: number, audio: Part['audio']): void
  /** Tells the engine to forget every utterance up to this one. */
  cancel(upTo: number): void
  announce(text: string): void
  /** The first audio of a part goes out now, `ttsMs` passed from asking the engine to its first audio. */
  begins(part: Part, ttsMs: number): void
  sendAudio(pcm: Uint8Array): void
  /** The last audio of the turn has been sent (AgentAudioDone). */
  done(): void
  failed(message: string): void
  /** The last sample would have been played now: the agent has finished. Not told of a turn that was cut. */
  fellSilent(): void
  /** False while the client does not read: audio waits instead of filling memory. */
  mayAudioGo(): boolean
}

/** A part whose audio was asked for. */
interface Utterance {
  readonly id: number
  readonly part: Part
  readonly pcm: ByteQueue
  readonly askedAtMs: number
  /** Milliseconds from asking to its first audio; null before. */
  ttsMs: number | null
  announced: boolean
  complete: boolean
  /** There is no more audio of it than this; without it a part that has none is one without a voice. */
  failed: boolean
  /** When its first sample would be played. */
  startsAtMs: number
  sentMs: number
}

/** Utterances asked of the engine at once: the one that is being sent and the next, so that sentences join without a gap. */
const AHEAD = 2
/** AgentAudioDone waits this long for more, so that statements queued in one go get one for all of them (rule I9). */
const DONE_DELAY_MS = 100
/** How soon to look again while the client does not read. */
const STALL_RETRY_MS = 100

type State =
  | { kind: 'idle' }
  /** `headerDue`: this turn's RIFF header is still to be sent. */
  | { kind: 'speaking'; headerDue: boolean }
  /** All audio is sent and the listener still plays it; `doneDue`: AgentAudioDone is still to be sent. */
  | { kind: 'playing-out'; doneDue: boolean }

/** Speaks parts in order, at the pace of a listener, and can be cut off. It is the only sender of reply audio. */
export class Mouth {
  private state: State = { kind: 'idle' }
  private readonly pace = new Pace()
  private waiting: Part[] = []
  private active: Utterance[] = []
  /** Sent in full and not yet played in full. */
  private sounding: Utterance[] = []
  /** More parts of this turn are to come: a queue that runs empty does not end it. */
  private expecting = false
  /** Some audio of the turn has been sent. */
  private begun = false
  private lastUtterance = 0
  private cancelTimer: () => void = () => undefined
  private readonly deps: MouthDeps
  private readonly chunkBytes: number

  constructor(deps: MouthDeps) {
    this.deps = deps
    this.chunkBytes = Math.round((deps.outputSampleRateHz * CHUNK_MS) / 1000) * PCM16_BYTES
  }

  /** True from the start of thinking until the last sample would have finished playing. */
  get midTurn(): boolean {
    return this.state.kind !== 'idle'
  }

  /** True from the first audio of the turn until the last sample would have finished playing. */
  get isHeard(): boolean {
    return this.midTurn && this.begun
  }

  /** Parts that have not been spoken to the end. */
  get backlog(): number {
    return this.waiting.length + this.active.length
  }

  /** Appends to what is being said; begins a turn when nothing is. A `done` follows the last of them, unless more is expected. */
  say(parts: readonly Part[]): void {
    this.waiting.push(...parts)
    if (this.state.kind !== 'speaking') {
      const goesOn = this.state.kind === 'playing-out' && this.state.doneDue
      if (!goesOn) this.deps.turnBegins()
      this.begun &&= goesOn
      this.state = { kind: 'speaking', headerDue: !goesOn && this.deps.container === 'wav' }
    }
    this.pump()
  }

  /** The agent's turn begins, or goes on, before its next words are known; {@link release} ends that. */
  expect(): void {
    this.expecting = true
    this.say([])
  }

  /** All parts of the turn have been given: `done` follows the last of them. */
  release(): void {
    this.expecting = false
    this.pump()
  }

  /** Stops now; nothing of what was queued is sent any more, and no `done` follows. Answers what was not heard. */
  cut(): Unheard[] {
    if (this.state.kind === 'idle') return []
    const unheard = this.unheard()
    this.deps.cancel(this.lastUtterance)
    this.cancelTimer()
    this.waiting = []
    this.active = []
    this.sounding = []
    this.expecting = false
    this.pace.cut()
    this.state = { kind: 'idle' }
    return unheard
  }

  private unheard(): Unheard[] {
    const now = this.deps.clock.nowMs()
    const begun = [...this.sounding, ...this.active].map((one) => {
      const unsentMs = pcm16Ms(one.pcm.length, this.deps.outputSampleRateHz)
      const playedMs = Math.min(Math.max(0, now - one.startsAtMs), one.sentMs)
      return { part: one.part, share: one.sentMs === 0 ? 0 : playedMs / (one.sentMs + unsentMs) }
    })
    return [...begun, ...this.waiting.map((part) => ({ part, share: 0 }))].filter(({ share }) => share < 1)
  }

  /** Audio from the engine. What belongs to a cut reply is dropped. */
  onSpeech(event: Extract<SpeechEvent, { kind: 'speech' | 'speech-failed' }>): void {
    const utterance = this.active.find((one) => one.id === event.utterance)
    if (utterance === undefined || utterance.complete) return
    utterance.ttsMs ??= this.deps.clock.nowMs() - utterance.askedAtMs
    if (event.kind === 'speech') {
      utterance.pcm.push(event.pcm)
      utterance.complete = event.last
    } else {
      utterance.complete = true
      utterance.failed = true
      // Words that could not be spoken are still shown; a recording that could not be played is not announced.
      if (utterance.part.audio.kind === 'replay') utterance.announced = true
      this.deps.failed(event.message)
    }
    this.pump()
  }

  /** Runs again inside itself when the engine answers at once, and a send may end the session: state is read each time. */
  private pump(): void {
    if (!this.speaking()) return
    this.cancelTimer()
    while (this.speaking()) {
      this.requestAhead()
      const current = this.active[0]
      if (current === undefined) {
        this.finish()
        return
      }
      if (!this.sendFrom(current)) return
      this.announceOnce(current)
      if (this.active[0] === current) this.sentInFull(current)
    }
  }

  private sentInFull(utterance: Utterance): void {
    const now = this.deps.clock.nowMs()
    this.active.shift()
    this.sounding = this.sounding.filter((one) => one.startsAtMs + one.sentMs > now)
    if (utterance.sentMs > 0 || utterance.failed) this.sounding.push(utterance)
  }

  private speaking(): boolean {
    return this.state.kind === 'speaking'
  }

  private requestAhead(): void {
    while (this.active.length < AHEAD) {
      const part = this.waiting.shift()
      if (part === undefined) return
      this.lastUtterance += 1
      const utterance: Utterance = {
        id: this.lastUtterance,
        part,
        pcm: new ByteQueue(),
        askedAtMs: this.deps.clock.nowMs(),
        ttsMs: null,
        announced: false,
        complete: false,
        failed: false,
        startsAtMs: 0,
        sentMs: 0
      }
      this.active.push(utterance)
      this.deps.request(utterance.id, part.audio)
    }
  }

  /** Sends what may go now; true when all of the utterance's audio is out, false when it must wait. */
  private sendFrom(current: Utterance): boolean {
    while (this.speaking() && (current.pcm.length >= this.chunkBytes || current.complete)) {
      if (current.pcm.length === 0) return true
      const now = this.deps.clock.nowMs()
      const bytes = Math.min(this.chunkBytes, current.pcm.length)
      const durationMs = pcm16Ms(bytes, this.deps.outputSampleRateHz)
      const waitMs = this.deps.mayAudioGo() ? this.pace.waitMs(now, durationMs) : STALL_RETRY_MS
      if (waitMs > 0) {
        this.later(waitMs, () => this.pump())
        return false
      }
      this.begin(current, now)
      this.sendHeaderOnce()
      this.deps.sendAudio(current.pcm.take(bytes))
      this.pace.sent(now, durationMs)
      current.sentMs += durationMs
    }
    return false
  }

  private begin(utterance: Utterance, now: number): void {
    if (utterance.sentMs > 0) return
    utterance.startsAtMs = Math.max(now, this.pace.endsAtMs)
    this.begun = true
    this.deps.begins(utterance.part, utterance.ttsMs ?? 0)
    this.announceOnce(utterance)
  }

  private announceOnce(utterance: Utterance): void {
    if (utterance.announced) return
    utterance.announced = true
    if (utterance.part.announce !== null) this.deps.announce(utterance.part.announce)
  }

  private sendHeaderOnce(): void {
    if (this.state.kind !== 'speaking' || !this.state.headerDue) return
    this.state.headerDue = false
    // The length of a stream is not known in advance; the largest value is what players take for "until it ends".
    this.deps.sendAudio(wavHeader(0xffffffff, this.deps.outputSampleRateHz))
  }

  private finish(): void {
    if (!this.speaking() || this.expecting) return
    this.state = { kind: 'playing-out', doneDue: true }
    this.later(Math.min(DONE_DELAY_MS, this.playsForMs()), () => {
      this.state = { kind: 'playing-out', doneDue: false }
      this.deps.done()
      this.later(this.playsForMs(), () => {
        this.state = { kind: 'idle' }
        this.deps.fellSilent()
      })
    })
  }

  private playsForMs(): number {
    return Math.max(0, this.pace.endsAtMs - this.deps.clock.nowMs())
  }

  private later(ms: number, run: () => void): void {
    this.cancelTimer()
    this.cancelTimer = this.deps.clock.after(ms, run)
  }
}
