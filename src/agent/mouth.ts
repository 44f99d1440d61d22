import { PCM16_BYTES, pcm16Ms } from '../shared/audio/format.ts'
import { wavHeader } from '../shared/audio/wav.ts'
import type { Clock } from '../shared/runtime.ts'
import { ByteQueue } from './byte-queue.ts'
import { CHUNK_MS, Pace } from './pace.ts'
import type { SpeechEvent } from './speech/contract.ts'

/** One piece of a reply: a sentence to speak, or a turn of the user to play back. */
export interface Part {
  /** Sent as the assistant's ConversationText right before the first audio of the part; null for none. */
  readonly announce: string | null
  readonly audio: { readonly kind: 'speak'; readonly text: string } | { readonly kind: 'replay'; readonly turn: number }
}

/** What the mouth needs from its surroundings. */
export interface MouthDeps {
  readonly clock: Clock
  readonly outputSampleRateHz: number
  readonly container: 'none' | 'wav'
  /** Asks the engine for the audio of a part. */
  request(utterance: number, audio: Part['audio']): void
  /** Tells the engine to forget every utterance up to this one. */
  cancel(upTo: number): void
  announce(text: string): void
  sendAudio(pcm: Uint8Array): void
  /** The last audio of the turn has been sent (AgentAudioDone). */
  done(): void
  failed(message: string): void
  /** False while the client does not read: audio waits instead of filling memory. */
  mayAudioGo(): boolean
}

/** A part whose audio was asked for. */
interface Utterance {
  readonly id: number
  readonly part: Part
  readonly pcm: ByteQueue
  announced: boolean
  complete: boolean
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

  /** Parts that have not been spoken to the end. */
  get backlog(): number {
    return this.waiting.length + this.active.length
  }

  /** Appends to what is being said; begins a turn when nothing is. A `done` follows the last of them. */
  say(parts: readonly Part[]): void {
    this.waiting.push(...parts)
    if (this.state.kind !== 'speaking') {
      const goesOn = this.state.kind === 'playing-out' && this.state.doneDue
      this.state = { kind: 'speaking', headerDue: !goesOn && this.deps.container === 'wav' }
    }
    this.pump()
  }

  /** Stops now; nothing of what was queued is sent any more, and no `done` follows. */
  cut(): void {
    if (this.state.kind === 'idle') return
    this.deps.cancel(this.lastUtterance)
    this.cancelTimer()
    this.waiting = []
    this.active = []
    this.pace.cut()
    this.state = { kind: 'idle' }
  }

  /** Audio from the engine. What belongs to a cut reply is dropped. */
  onSpeech(event: Extract<SpeechEvent, { kind: 'speech' | 'speech-failed' }>): void {
    const utterance = this.active.find((one) => one.id === event.utterance)
    if (utterance === undefined || utterance.complete) return
    if (event.kind === 'speech') {
      utterance.pcm.push(event.pcm)
      utterance.complete = event.last
    } else {
      utterance.complete = true
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
      if (this.active[0] === current) this.active.shift()
    }
  }

  private speaking(): boolean {
    return this.state.kind === 'speaking'
  }

  private requestAhead(): void {
    while (this.active.length < AHEAD) {
      const part = this.waiting.shift()
      if (part === undefined) return
      this.lastUtterance += 1
      const utterance = { id: this.lastUtterance, part, pcm: new ByteQueue(), announced: false, complete: false }
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
      this.announceOnce(current)
      this.sendHeaderOnce()
      this.deps.sendAudio(current.pcm.take(bytes))
      this.pace.sent(now, durationMs)
    }
    return false
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
    if (!this.speaking()) return
    this.state = { kind: 'playing-out', doneDue: true }
    this.later(Math.min(DONE_DELAY_MS, this.playsForMs()), () => {
      this.state = { kind: 'playing-out', doneDue: false }
      this.deps.done()
      this.later(this.playsForMs(), () => {
        this.state = { kind: 'idle' }
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
