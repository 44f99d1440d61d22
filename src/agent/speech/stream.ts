import type { SpeexModule } from '../../shared/audio/resampler.ts'
import type { SpeechEvent, SpeechRequest, TranscriberInfo } from './contract.ts'
import { Ears, type HeardEvent } from './ears/ears.ts'
import { EchoReference } from './ears/echo-reference.ts'
import { Mouth } from './mouth.ts'
import { CommandLineError } from './transcriber/command-line.ts'
import { findTranscriber, whisperLacksModel } from './transcriber/find.ts'
import type { Transcriber } from './transcriber/transcriber.ts'
import type { Voice } from './voice/voice.ts'

/** Turns whose audio can still be played back. */
export const TURNS_KEPT = 4
/** A client that sends nothing for so long in the middle of a turn has stopped sending: the turn ends. */
export const NO_AUDIO_MS = 2000

export interface StreamDeps {
  speex: SpeexModule
  voice: Voice
  post: (event: SpeechEvent) => void
  nowMs: () => number
}

type Understood = { text: string | null; message?: string }
type Open = Extract<SpeechRequest, { kind: 'open' }>

/** One connection's hearing, understanding and speaking. */
export class Stream {
  private readonly stream: number
  private readonly deps: StreamDeps
  private readonly echo: EchoReference
  private readonly ears: Ears
  private readonly mouth: Mouth
  private readonly transcriber: Transcriber | null
  /** A command line that cannot be used; told at every turn. */
  private readonly transcriberProblem: string | null
  private readonly lacksModel: boolean
  private readonly aborted = new AbortController()
  private readonly turns = new Map<number, Int16Array>()
  private turn = 0
  private noAudioTimer: NodeJS.Timeout | undefined
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
    const found = transcriberFor(open.transcriber)
    this.transcriber = found.transcriber
    this.transcriberProblem = found.problem
    this.lacksModel = open.transcriber === 'auto' && whisperLacksModel(process.env)
  }

  /** As in `opened`. */
  get transcriberInfo(): TranscriberInfo {
    if (this.transcriberProblem !== null) return { kind: 'command', name: 'transcriber' }
    if (this.transcriber !== null) return { kind: 'command', name: this.transcriber.name }
    return this.lacksModel ? { kind: 'none', missing: 'whisper-model' } : { kind: 'none' }
  }

  hear(pcm: Uint8Array): void {
    this.ears.echoPossible = this.mouth.mayBeHeard
    this.ears.push(pcm, (event) => {
      this.onHeard(event)
    })
    if (!this.ears.inTurn) this.forgetNoAudio()
    else if (this.noAudioTimer === undefined) this.noAudioTimer = setTimeout(() => this.onNoAudio(), NO_AUDIO_MS)
    else this.noAudioTimer.refresh()
  }

  private onNoAudio(): void {
    this.noAudioTimer = undefined
    this.ears.stop((event) => {
      this.onHeard(event)
    })
  }

  private forgetNoAudio(): void {
    clearTimeout(this.noAudioTimer)
    this.noAudioTimer = undefined
  }

  speak(utterance: number, text: string, voice: string): void {
    this.mouth.speak(utterance, text, voice)
  }

  replay(utterance: number, turn: number): void {
    this.mouth.replay(utterance, this.turns.get(turn) ?? null)
  }

  /** Answers `settle` behind the turns that have ended so far. */
  settle(id: number): void {
    void this.reported.then(() => {
      if (!this.aborted.signal.aborted) this.deps.post({ kind: 'settled', stream: this.stream, id })
    })
  }

  cancel(upTo: number): void {
    this.mouth.cancel(upTo)
  }

  /** Resolves once a transcriber that was running is gone. */
  async close(): Promise<void> {
    this.aborted.abort()
    this.forgetNoAudio()
    this.mouth.close()
    this.ears.close()
    this.echo.close()
    await this.reported
  }

  private onHeard(event: HeardEvent): void {
    const { stream } = this
    if (event.kind === 'turn-started') {
      this.turn += 1
      this.deps.post({ kind: 'turn-started', stream, turn: this.turn, onsetSample: event.onsetSample })
      return
    }
    const { turn } = this
    this.deps.post({ kind: 'turn-silent', stream, turn })
    this.turns.set(turn, event.audio)
    this.turns.delete(turn - TURNS_KEPT)
    this.reported = this.report(this.reported, turn, event.durationMs, this.understand(event.audio))
  }

  private async report(before: Promise<void>, turn: number, durationMs: number, understood: Promise<Understood>) {
    const result = await understood
    await before
    if (this.aborted.signal.aborted) return
    this.deps.post({ kind: 'turn-ended', stream: this.stream, turn, durationMs, ...result })
  }

  private async understand(audio: Int16Array): Promise<Understood> {
    if (this.transcriberProblem !== null) return { text: null, message: this.transcriberProblem }
    if (this.transcriber === null) return { text: null }
    const result = await this.transcriber.transcribe(audio, this.aborted.signal)
    return result.ok ? { text: result.text } : { text: null, message: result.message }
  }
}

function transcriberFor(setting: string): { transcriber: Transcriber | null; problem: string | null } {
  try {
    return { transcriber: findTranscriber(setting, process.env), problem: null }
  } catch (error) {
    if (error instanceof CommandLineError) return { transcriber: null, problem: error.message }
    throw error
  }
}
