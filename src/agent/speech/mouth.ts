import type { SpeechEvent } from './contract.ts'
import { pieces, speakable, voiceFor } from './voice/text.ts'
import type { Voice, VoiceRequest } from './voice/voice.ts'

/** Utterances that may wait; one more is refused with `speech-failed`. */
export const MAX_WAITING_UTTERANCES = 64
/** After its estimated end the agent's voice may still be on its way through loudspeaker, room and microphone. */
const ECHO_TAIL_MS = 400

export interface MouthDeps {
  stream: number
  outputSampleRateHz: number
  voice: Voice
  post: (event: SpeechEvent) => void
  /** Told of all audio posted and when it would begin to sound if played without a gap, and of what is cancelled. */
  echo: { push(pcm: Uint8Array, atMs: number): void; cut(): void }
  nowMs: () => number
}

interface Utterance {
  id: number
  /** What is left to ask of the voice. */
  jobs: VoiceRequest[]
}

/** One stream's utterances, spoken in the order asked. */
export class Mouth {
  private readonly deps: MouthDeps
  private waiting: Utterance[] = []
  private current: { utterance: Utterance; drop: () => void } | null = null
  /** When what was sent so far would have been played, if played without a gap from when it was sent. */
  private playedUntilMs = -Infinity

  constructor(deps: MouthDeps) {
    this.deps = deps
  }

  /** True while what was sent may be sounding: its echo may be in the microphone. */
  get mayBeHeard(): boolean {
    return this.deps.nowMs() < this.playedUntilMs + ECHO_TAIL_MS
  }

  speak(id: number, text: string, { voice, speed }: { voice: string; speed: number }): void {
    const { outputSampleRateHz } = this.deps
    const name = voiceFor(voice)
    const jobs = pieces(speakable(text)).map((piece): VoiceRequest => ({
      kind: 'speak',
      text: piece,
      voice: name,
      speed,
      outputSampleRateHz
    }))
    this.enqueue({ id, jobs })
  }

  /** `samples` are 16 kHz, or null if that turn's audio is not kept any more. */
  replay(id: number, samples: Int16Array | null): void {
    const { stream, outputSampleRateHz } = this.deps
    if (samples === null) {
      this.deps.post({
        kind: 'speech-failed',
        stream,
        utterance: id,
        message: 'The audio of that turn is not kept any more.'
      })
      return
    }
    this.enqueue({ id, jobs: [{ kind: 'convert', samples, outputSampleRateHz }] })
  }

  /** Drops every utterance numbered up to `upTo`. */
  cancel(upTo: number): void {
    this.waiting = this.waiting.filter(({ id }) => id > upTo)
    this.playedUntilMs = Math.min(this.playedUntilMs, this.deps.nowMs())
    this.deps.echo.cut()
    if (this.current === null || this.current.utterance.id > upTo) return
    this.current.drop()
    this.current = null
    this.next()
  }

  close(): void {
    this.cancel(Infinity)
  }

  private enqueue(utterance: Utterance): void {
    const { stream } = this.deps
    if (this.waiting.length >= MAX_WAITING_UTTERANCES) {
      const message = `More than ${MAX_WAITING_UTTERANCES} sentences are waiting to be spoken.`
      this.deps.post({ kind: 'speech-failed', stream, utterance: utterance.id, message })
      return
    }
    this.waiting.push(utterance)
    this.next()
  }

  private next(): void {
    while (this.current === null) {
      const utterance = this.waiting.shift()
      if (utterance === undefined) return
      this.advance(utterance)
    }
  }

  /** Asks for the utterance's next piece; one with nothing to say ends at once. */
  private advance(utterance: Utterance): void {
    const { stream, voice, post } = this.deps
    const job = utterance.jobs.shift()
    if (job === undefined) {
      post({ kind: 'speech', stream, utterance: utterance.id, pcm: new Uint8Array(0), last: true })
      return
    }
    const drop = voice.request(job, {
      audio: (pcm, last) => {
        this.onAudio(utterance, pcm, last)
      },
      failed: (message) => {
        post({ kind: 'speech-failed', stream, utterance: utterance.id, message })
        this.current = null
        this.next()
      }
    })
    this.current = { utterance, drop }
  }

  private onAudio(utterance: Utterance, pcm: Uint8Array, lastOfPiece: boolean): void {
    const { stream, outputSampleRateHz, nowMs, post, echo } = this.deps
    const last = lastOfPiece && utterance.jobs.length === 0
    const atMs = Math.max(this.playedUntilMs, nowMs())
    this.playedUntilMs = atMs + (pcm.byteLength / 2 / outputSampleRateHz) * 1000
    // Before it is posted: what is posted may be handed over, and is gone then.
    echo.push(pcm, atMs)
    post({ kind: 'speech', stream, utterance: utterance.id, pcm, last })
    if (!lastOfPiece) return
    this.current = null
    if (last) this.next()
    else this.advance(utterance)
  }
}
