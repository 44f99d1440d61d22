import type { SpeechEngine, SpeechEvent, SpeechRequest, TurnTrigger } from './speech/contract.ts'

/** How the scripted engine answers by itself; everything left out is done by the test. */
export interface Script {
  /** Milliseconds of audio per character of a sentence. Default 20. */
  msPerCharacter?: number
  /** Keep `opened` back until the test calls `opened()`. */
  holdOpen?: boolean
  /** Keep barriers back until the test calls `passBarriers()`. */
  holdBarriers?: boolean
  /** Keep the words of turns back until the test calls `giveWords()`; `settle` waits for them. */
  holdWords?: boolean
  /** Keep speech back until the test calls `giveSpeech()`. */
  holdSpeech?: boolean
  /** What heard turns say, in order; without entries left a turn has no text (mic check). */
  transcripts?: string[]
  /** Milliseconds that the transcriber says it took. Default 0. */
  sttMs?: number
}

interface Stream {
  inputSampleRateHz: number
  outputSampleRateHz: number
  turn: number
  speaking: boolean
  samples: number
  silentSamples: number
  spokenSamples: number
}

/** Samples below this are silence to the scripted ears. */
const LOUD = 500
const END_SILENCE_SECONDS = 0.3

/**
 * A speech engine in memory: its voice is a tone of a length that follows from the text, its ears call every loud
 * sample speech and end a turn after 300 ms of silence. It answers at once, in the same task as the request.
 */
export class ScriptedEngine implements SpeechEngine {
  readonly requests: SpeechRequest[] = []
  private readonly listeners = new Map<number, (event: SpeechEvent) => void>()
  private readonly streams = new Map<number, Stream>()
  private heldBarriers: (() => void)[] = []
  private heldSpeech: (() => void)[] = []
  /** Ends of turns and answers to `settle` behind them, in order. */
  private heldWords: (() => void)[] = []
  private readonly script: Script

  constructor(script: Script = {}) {
    this.script = script
  }

  post(request: SpeechRequest): void {
    this.requests.push(request)
    switch (request.kind) {
      case 'open':
        this.streams.set(request.stream, {
          inputSampleRateHz: request.inputSampleRateHz,
          outputSampleRateHz: request.outputSampleRateHz,
          turn: 0,
          speaking: false,
          samples: 0,
          silentSamples: 0,
          spokenSamples: 0
        })
        if (this.script.holdOpen !== true) this.opened(request.stream)
        return
      case 'audio':
        this.hear(request.stream, request.pcm)
        return
      case 'speak':
        this.say(request.stream, request.utterance, request.text.length * (this.script.msPerCharacter ?? 20))
        return
      case 'replay':
        this.say(request.stream, request.utterance, 1000)
        return
      case 'barrier': {
        const pass = (): void => this.emit({ kind: 'barrier', stream: request.stream, id: request.id })
        if (this.script.holdBarriers === true) this.heldBarriers.push(pass)
        else pass()
        return
      }
      case 'settle': {
        const settle = (): void => this.emit({ kind: 'settled', stream: request.stream, id: request.id })
        if (this.script.holdBarriers === true) this.heldBarriers.push(settle)
        else if (this.heldWords.length > 0) this.heldWords.push(settle)
        else settle()
        return
      }
      case 'cancel':
        this.heldSpeech = []
        return
      case 'end-turn': {
        const state = this.streams.get(request.stream)
        if (state?.speaking === true) this.end(request.stream, state, 'manual')
        return
      }
      case 'close':
        this.streams.delete(request.stream)
        return
      default:
        // `shutdown` is between the engine's host and its worker.
        return
    }
  }

  subscribe(stream: number, listener: (event: SpeechEvent) => void): () => void {
    this.listeners.set(stream, listener)
    return () => this.listeners.delete(stream)
  }

  close(): Promise<void> {
    this.listeners.clear()
    return Promise.resolve()
  }

  emit(event: SpeechEvent): void {
    if (event.kind === 'failed') for (const listener of Array.from(this.listeners.values())) listener(event)
    else this.listeners.get(event.stream)?.(event)
  }

  opened(stream = 1): void {
    this.emit({ kind: 'opened', stream, transcriber: { kind: 'none' } })
  }

  passBarriers(): void {
    const held = this.heldBarriers
    this.heldBarriers = []
    for (const pass of held) pass()
  }

  giveWords(): void {
    const held = this.heldWords
    this.heldWords = []
    for (const give of held) give()
  }

  giveSpeech(): void {
    const held = this.heldSpeech
    this.heldSpeech = []
    for (const give of held) give()
  }

  userStarts(turn: number, stream = 1): void {
    this.emit({ kind: 'turn-started', stream, turn, onsetSample: 0 })
  }

  /** The user pauses: what the turn says so far. */
  userPauses(turn: number, text: string, stream = 1): void {
    this.emit({ kind: 'turn-eager', stream, turn, text })
  }

  userGoesOn(turn: number, stream = 1): void {
    this.emit({ kind: 'turn-resumed', stream, turn })
  }

  userStops(turn: number, text: string | null, stream = 1, message?: string, trigger: TurnTrigger = 'model'): void {
    this.endTurn({
      kind: 'turn-ended',
      stream,
      turn,
      durationMs: 2300,
      trigger,
      text,
      sttMs: text === null ? null : (this.script.sttMs ?? 0),
      ...(message === undefined ? {} : { message })
    })
  }

  private endTurn(event: Extract<SpeechEvent, { kind: 'turn-ended' }>): void {
    const { stream, turn, trigger } = event
    this.emit({ kind: 'turn-silent', stream, turn, trigger })
    const tell = (): void => this.emit(event)
    if (this.script.holdWords === true) this.heldWords.push(tell)
    else tell()
  }

  /** Requests of one kind, in order. */
  of<K extends SpeechRequest['kind']>(kind: K): Extract<SpeechRequest, { kind: K }>[] {
    return this.requests.filter((request): request is Extract<SpeechRequest, { kind: K }> => request.kind === kind)
  }

  /** Sentences that the voice was asked for, in order. */
  get spoken(): string[] {
    return this.of('speak').map((request) => request.text)
  }

  private say(stream: number, utterance: number, durationMs: number): void {
    const rate = this.streams.get(stream)?.outputSampleRateHz ?? 24_000
    const pcm = tone(rate, durationMs)
    const half = Math.floor(pcm.length / 4) * 2
    const give = (): void => {
      this.emit({ kind: 'speech', stream, utterance, pcm: pcm.slice(0, half), last: false })
      this.emit({ kind: 'speech', stream, utterance, pcm: pcm.slice(half), last: true })
    }
    if (this.script.holdSpeech === true) this.heldSpeech.push(give)
    else give()
  }

  private hear(stream: number, pcm: Uint8Array): void {
    const state = this.streams.get(stream)
    if (state === undefined) throw new Error('audio for a stream that is not open')
    if (pcm.length % 2 !== 0) throw new Error('audio that is not whole samples')
    const view = new DataView(pcm.buffer, pcm.byteOffset, pcm.byteLength)
    for (let at = 0; at < pcm.length; at += 2) {
      state.samples += 1
      if (Math.abs(view.getInt16(at, true)) >= LOUD) {
        state.silentSamples = 0
        if (!state.speaking) this.begin(stream, state)
      } else state.silentSamples += 1
      if (state.speaking) state.spokenSamples += 1
      if (state.speaking && state.silentSamples >= END_SILENCE_SECONDS * state.inputSampleRateHz) {
        this.end(stream, state, 'model')
      }
    }
  }

  private begin(stream: number, state: Stream): void {
    state.speaking = true
    state.turn += 1
    state.spokenSamples = 0
    this.emit({ kind: 'turn-started', stream, turn: state.turn, onsetSample: state.samples })
  }

  private end(stream: number, state: Stream, trigger: TurnTrigger): void {
    const text = this.script.transcripts?.shift() ?? null
    state.speaking = false
    state.silentSamples = 0
    this.endTurn({
      kind: 'turn-ended',
      stream,
      turn: state.turn,
      durationMs: (state.spokenSamples / state.inputSampleRateHz) * 1000,
      trigger,
      text,
      sttMs: text === null ? null : (this.script.sttMs ?? 0)
    })
  }
}

/** A 440 Hz tone, PCM16 mono. */
export function tone(sampleRateHz: number, durationMs: number): Uint8Array {
  const samples = Math.round((sampleRateHz * durationMs) / 1000)
  const pcm = new Uint8Array(samples * 2)
  const view = new DataView(pcm.buffer)
  for (let i = 0; i < samples; i += 1) {
    view.setInt16(i * 2, Math.round(8000 * Math.sin((2 * Math.PI * 440 * i) / sampleRateHz + 0.5)), true)
  }
  return pcm
}

/** Digital silence, PCM16 mono. */
export function silence(sampleRateHz: number, durationMs: number): Uint8Array {
  return new Uint8Array(Math.round((sampleRateHz * durationMs) / 1000) * 2)
}
