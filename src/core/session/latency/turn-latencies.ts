import { PCM16_BYTES, blockSamples } from '../../../shared/audio/format.ts'
import type { TurnLatency } from '../../../shared/events.ts'
import type { ServiceLatency } from '../../dialects/dialect.ts'
import type { Clock } from '../../ports.ts'
import type { TalkMode } from '../microphone.ts'
import { SpeechEndFinder } from './speech-end.ts'

/** Turns whose reply may still be played or reported on. */
const OPEN_TURNS = 5

export interface TurnLatencyPorts {
  clock: Clock
  /** Rate of the microphone's PCM16, Hz. */
  inputSampleRateHz: number
  emit(latency: TurnLatency): void
}

interface Turn {
  turn: number
  typed: boolean
  /** The service has told the user's words. */
  named: boolean
  /** The end of the user's speech, or the send of a typed text. */
  fromMs: number
  client: TurnLatency['client']
  service: ServiceLatency
  reply: 'none' | 'given-up' | number
}

/** Tenths of a millisecond are enough, and seconds of the wire leave no long fractions. */
function tenths(ms: number): number {
  return Math.round(ms * 10) / 10
}

/** The parts that were told; what was not stays absent (C35). */
function inTenths(latency: ServiceLatency): ServiceLatency {
  const parts = Object.entries(latency).flatMap(([part, ms]) => (ms === undefined ? [] : [[part, tenths(ms)]]))
  return Object.fromEntries(parts) as ServiceLatency
}

/**
 * Measures each turn: Parley's own legs from the end of the user's speech, and beside them the parts that the service reports, merged (C35).
 * Replies without a turn of the user before them (a greeting, a nudge) are no turns.
 */
export class TurnLatencies {
  readonly #ports: TurnLatencyPorts
  readonly #speech: SpeechEndFinder
  #turns: Turn[] = []
  #count = 0
  /** The user began to speak and the service has not ended the turn. */
  #midTurn = false
  /** Reported before its turn has begun. */
  #early: ServiceLatency = {}

  constructor(ports: TurnLatencyPorts) {
    this.#ports = ports
    this.#speech = new SpeechEndFinder(blockSamples(ports.inputSampleRateHz) * PCM16_BYTES)
  }

  talk(open: boolean, mode: TalkMode): void {
    this.#speech.talk(open, mode, this.#ports.clock.nowMs())
  }

  /** A block of the microphone, just now complete. */
  captured(pcm: Uint8Array): void {
    this.#speech.captured(pcm, this.#ports.clock.nowMs())
  }

  /** A block goes out. */
  audioSent(pcm: Uint8Array): void {
    this.#speech.sent(pcm, this.#ports.clock.nowMs())
  }

  /** The user began to speak, or to speak on: what was reported of a draft reply is void. */
  userStarted(): void {
    this.#midTurn = true
    const { sttMs } = this.#early
    this.#early = sttMs === undefined ? {} : { sttMs }
  }

  /** A text that the agent shall answer goes out. */
  typed(): void {
    this.#speech.forget()
    this.#begin(this.#ports.clock.nowMs(), true)
  }

  /** The service ended the user's turn and may tell the words later. */
  turnEnded(): void {
    if (this.#midTurn && !this.#answersTyped()) this.#spoken()
    this.#midTurn = false
  }

  /** The service told the user's words; `typed`: it is the echo of a typed text; `late`: the turn's answer has begun. */
  userText({ typed, late }: { typed: boolean; late: boolean }): void {
    const current = this.#turns.at(-1)
    if (late) {
      if (current !== undefined && !typed) current.named = true
      return
    }
    const known = !this.#midTurn && current?.named === false && current.reply === 'none'
    this.#midTurn = false
    if (typed) return
    if (!known) this.#spoken()
    const turn = this.#turns.at(-1)
    if (turn !== undefined) turn.named = true
  }

  /** Audio of `reply` has come that is to be heard. */
  replyAudio(reply: number): void {
    const current = this.#turns.at(-1)
    if (current?.reply !== 'none' || this.#midTurn) return
    current.reply = reply
    current.client.firstByteMs = this.#since(current, this.#ports.clock.nowMs())
    this.#tell(current)
  }

  /** The first sample of `reply` left the loudspeaker at `atMs`. */
  firstSample(reply: number, atMs: number): void {
    const turn = this.#turns.find((one) => one.reply === reply)
    if (turn === undefined || turn.client.firstSampleMs !== undefined) return
    turn.client.firstSampleMs = this.#since(turn, atMs)
    this.#tell(turn)
  }

  /** One or more parts that the service reports. */
  reported(latency: ServiceLatency): void {
    const rounded = inTenths(latency)
    const current = this.#turns.at(-1)
    if (this.#midTurn || (isOnlyStt(rounded) && !awaitsStt(current))) Object.assign(this.#early, rounded)
    else if (current !== undefined) {
      Object.assign(current.service, rounded)
      this.#tell(current)
    }
  }

  /** No reply is expected any more. */
  giveUp(): void {
    this.#midTurn = false
    const current = this.#turns.at(-1)
    if (current?.reply === 'none') current.reply = 'given-up'
  }

  /** The newest turn was typed and its reply is still to come: what the service says of a turn is about that one. */
  #answersTyped(): boolean {
    const current = this.#turns.at(-1)
    return current?.typed === true && current.reply === 'none' && !this.#speech.heard
  }

  #spoken(): void {
    const { endedMs, lastBlockSentMs } = this.#speech.take(this.#ports.clock.nowMs())
    const turn = this.#begin(endedMs, false)
    if (lastBlockSentMs !== undefined) turn.client.lastBlockSentMs = this.#since(turn, lastBlockSentMs)
    Object.assign(turn.service, this.#early)
    this.#early = {}
    if (Object.keys({ ...turn.client, ...turn.service }).length > 0) this.#tell(turn)
  }

  #begin(fromMs: number, typed: boolean): Turn {
    this.#count += 1
    const turn: Turn = { turn: this.#count, typed, named: typed, fromMs, client: {}, service: {}, reply: 'none' }
    this.#turns = [...this.#turns.slice(1 - OPEN_TURNS), turn]
    return turn
  }

  #since(turn: Turn, atMs: number): number {
    return tenths(Math.max(0, atMs - turn.fromMs))
  }

  #tell({ turn, client, service }: Turn): void {
    this.#ports.emit({ turn, client: { ...client }, service: { ...service } })
  }
}

/** Transcription is reported all the time while audio flows; the last report before a turn ends is that turn's. */
function isOnlyStt(latency: ServiceLatency): boolean {
  return Object.keys(latency).every((part) => part === 'sttMs')
}

function awaitsStt(turn: Turn | undefined): boolean {
  return turn !== undefined && !turn.typed && turn.reply === 'none' && turn.service.sttMs === undefined
}
