import type { SpeexModule } from '../../shared/audio/resampler.ts'
import {
  DEFAULT_LISTEN,
  type ListenOptions,
  type SpeechEvent,
  type SpeechRequest,
  type TranscriberInfo,
  type TurnTrigger
} from './contract.ts'
import { Ears, type HeardEvent } from './ears/ears.ts'
import { EchoReference } from './ears/echo-reference.ts'
import { patienceFor } from './ears/end-of-turn.ts'
import { Mouth } from './mouth.ts'
import { CommandLineError } from './transcriber/command-line.ts'
import { findTranscriber, whisperLacksModel } from './transcriber/find.ts'
import { Understanding, type Understood, type Way } from './understanding.ts'
import type { Voice } from './voice/voice.ts'

/** Turns whose audio can still be played back. */
export const TURNS_KEPT = 4
/**
 * A client that sends nothing for so long in the middle of a turn has stopped sending, which counts as silence: the turn ends,
 * or at the listen options' patience if that is longer.
 */
export const NO_AUDIO_MS = 2000

export interface StreamDeps {
  speex: SpeexModule
  voice: Voice
  post: (event: SpeechEvent) => void
  nowMs: () => number
}

type Open = Extract<SpeechRequest, { kind: 'open' }>

/** One connection's hearing, understanding and speaking. */
export class Stream {
  private readonly stream: number
  private readonly deps: StreamDeps
  private readonly echo: EchoReference
  private readonly ears: Ears
  private readonly mouth: Mouth
  private readonly way: Way
  private readonly lacksModel: boolean
  private readonly understanding: Understanding
  private closed = false
  private readonly turns = new Map<number, Int16Array>()
  private turn = 0
  private noAudioTimer: NodeJS.Timeout | undefined
  private noAudioMs = NO_AUDIO_MS
  /** The turns before this one have been reported: `turn-ended` comes in order. */
  private reported: Promise<void> = Promise.resolve()

  constructor(open: Open, deps: StreamDeps) {
    this.stream = open.stream
    this.deps = deps
    this.echo = new EchoReference(deps.speex, open.outputSampleRateHz, deps.nowMs)
    this.ears = new Ears(deps.speex, open.inputSampleRateHz, this.echo)
    this.mouth = new Mouth({
      ...deps,
      stream: open.stream,
      outputSampleRateHz: open.outputSampleRateHz,
      echo: this.echo
    })
    this.way = wayOf(open.transcriber)
    this.understanding = new Understanding(this.way, deps.nowMs)
    this.lacksModel = open.transcriber === 'auto' && whisperLacksModel(process.env)
    this.listen(open.listen ?? DEFAULT_LISTEN)
  }

  /** As in `opened`. */
  get transcriberInfo(): TranscriberInfo {
    if (this.way.kind === 'problem') return { kind: 'command', name: 'transcriber' }
    if (this.way.kind === 'transcriber') return { kind: 'command', name: this.way.transcriber.name }
    return this.lacksModel ? { kind: 'none', missing: 'whisper-model' } : { kind: 'none' }
  }

  /** Counts from now on, also in a silence that is going on. */
  listen(options: ListenOptions): void {
    const patience = patienceFor(options)
    this.ears.listen(options)
    this.noAudioMs = Math.max(NO_AUDIO_MS, patience.endMs)
    this.forgetNoAudio()
    this.expectAudio()
  }

  /** Ends the turn that is going on, if one is. */
  endTurn(): void {
    this.stop('manual')
  }

  hear(pcm: Uint8Array): void {
    this.ears.echoPossible = this.mouth.mayBeHeard
    this.ears.push(pcm, (event) => {
      this.onHeard(event)
    })
    this.expectAudio()
  }

  private expectAudio(): void {
    if (!this.ears.inTurn) this.forgetNoAudio()
    else if (this.noAudioTimer !== undefined) this.noAudioTimer.refresh()
    else this.noAudioTimer = setTimeout(() => this.stop('timeout'), this.noAudioMs)
  }

  private stop(trigger: TurnTrigger): void {
    this.ears.stop(trigger, (event) => {
      this.onHeard(event)
    })
    this.forgetNoAudio()
  }

  private forgetNoAudio(): void {
    clearTimeout(this.noAudioTimer)
    this.noAudioTimer = undefined
  }

  speak(utterance: number, text: string, voice: string, speed = 1): void {
    this.mouth.speak(utterance, text, { voice, speed })
  }

  replay(utterance: number, turn: number): void {
    this.mouth.replay(utterance, this.turns.get(turn) ?? null)
  }

  /** Answers `settle` behind the turns that have ended so far. */
  settle(id: number): void {
    void this.reported.then(() => {
      if (!this.closed) this.deps.post({ kind: 'settled', stream: this.stream, id })
    })
  }

  cancel(upTo: number): void {
    this.mouth.cancel(upTo)
  }

  /** Resolves once a transcriber that was running is gone. */
  async close(): Promise<void> {
    this.closed = true
    const understood = this.understanding.close()
    this.forgetNoAudio()
    this.mouth.close()
    this.ears.close()
    this.echo.close()
    await understood
    await this.reported
  }

  private onHeard(event: HeardEvent): void {
    const { stream } = this
    switch (event.kind) {
      case 'turn-started':
        this.turn += 1
        this.deps.post({ kind: 'turn-started', stream, turn: this.turn, onsetSample: event.onsetSample })
        return
      case 'turn-eager': {
        const { turn } = this
        this.understanding.speculate(event.audio, (text) => {
          if (!this.closed) this.deps.post({ kind: 'turn-eager', stream, turn, text })
        })
        return
      }
      case 'turn-resumed':
        if (this.understanding.drop()) this.deps.post({ kind: 'turn-resumed', stream, turn: this.turn })
        return
      case 'turn-ended':
        this.onTurnEnded(event)
    }
  }

  private onTurnEnded({ audio, durationMs, trigger }: Extract<HeardEvent, { kind: 'turn-ended' }>): void {
    const { stream, turn } = this
    this.deps.post({ kind: 'turn-silent', stream, turn, trigger })
    this.turns.set(turn, audio)
    this.turns.delete(turn - TURNS_KEPT)
    this.reported = this.report({ stream, turn, durationMs, trigger }, this.understanding.understand(audio))
  }

  private async report(
    ended: { stream: number; turn: number; durationMs: number; trigger: TurnTrigger },
    understood: Promise<Understood>
  ): Promise<void> {
    const before = this.reported
    const result = await understood
    await before
    if (!this.closed) this.deps.post({ kind: 'turn-ended', ...ended, ...result })
  }
}

function wayOf(setting: string): Way {
  try {
    const transcriber = findTranscriber(setting, process.env)
    return transcriber === null ? { kind: 'none' } : { kind: 'transcriber', transcriber }
  } catch (error) {
    if (error instanceof CommandLineError) return { kind: 'problem', message: error.message }
    throw error
  }
}
