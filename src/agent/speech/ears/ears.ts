import { assertNever } from '../../../shared/assert-never.ts'
import { Resampler, type SpeexModule } from '../../../shared/audio/resampler.ts'
import type { ListenOptions, TurnTrigger } from '../contract.ts'
import type { EchoReference } from './echo-reference.ts'
import { patienceFor } from './end-of-turn.ts'
import { EARS_SAMPLE_RATE_HZ } from './frame-analyser.ts'
import { sensitivityFor } from './sensitivity.ts'
import { TurnDetector, type TurnEdge } from './turn-detector.ts'
import { PREFIX_MS, TurnRecorder } from './turn-recorder.ts'

/** A turn edge as the stream's owner counts it. `audio` is the turn at 16 kHz, with the prefix before its onset. */
export type HeardEvent =
  | { kind: 'turn-started'; onsetSample: number }
  /** The user has paused; `audio` is the turn so far. At most once until `turn-resumed`. */
  | { kind: 'turn-eager'; audio: Int16Array }
  | { kind: 'turn-resumed' }
  | { kind: 'turn-ended'; durationMs: number; trigger: TurnTrigger; audio: Int16Array; droppedSamples: number }

/** One stream's hearing: PCM16 bytes of any length at its input rate in, turns out. */
export class Ears {
  private readonly resampler: Resampler
  private readonly inputSampleRateHz: number
  private readonly detector: TurnDetector
  private readonly recorder = new TurnRecorder()
  private onsetSample = 0
  /** First byte of a sample whose second byte has not come yet. */
  private halfSample: number | null = null

  /** `echo`: what the agent sends, if its own voice may come back; closed by its owner. */
  constructor(speex: SpeexModule, inputSampleRateHz: number, echo: EchoReference | null = null) {
    this.detector = new TurnDetector(echo)
    this.inputSampleRateHz = inputSampleRateHz
    this.resampler = new Resampler(speex, { channels: 1, inRateHz: inputSampleRateHz, outRateHz: EARS_SAMPLE_RATE_HZ })
  }

  /** See `TurnDetector.echoPossible`. */
  set echoPossible(value: boolean) {
    this.detector.echoPossible = value
  }

  /** What the listen options ask for; counts from here on in the stream, also within a turn and a silence. */
  listen(options: ListenOptions): void {
    this.detector.patience = patienceFor(options)
    this.detector.sensitivity = sensitivityFor(options.threshold ?? null)
    this.recorder.prefixMs = options.prefixPaddingMs ?? PREFIX_MS
  }

  push(pcm: Uint8Array, onEvent: (event: HeardEvent) => void): void {
    const samples = this.resampler.process(this.wholeSamples(pcm))
    this.recorder.push(samples)
    this.detector.push(samples, (edge) => {
      onEvent(this.event(edge))
    })
  }

  get inTurn(): boolean {
    return this.detector.inTurn
  }

  /** A turn that is going on ends. */
  stop(trigger: TurnTrigger, onEvent: (event: HeardEvent) => void): void {
    const edge = this.detector.stop(trigger)
    if (edge !== null) onEvent(this.event(edge))
  }

  close(): void {
    this.resampler.close()
  }

  private event(edge: TurnEdge): HeardEvent {
    switch (edge.kind) {
      case 'started':
        this.onsetSample = edge.onsetSample
        this.recorder.start(edge.onsetSample)
        return {
          kind: 'turn-started',
          onsetSample: Math.round((edge.onsetSample * this.inputSampleRateHz) / EARS_SAMPLE_RATE_HZ)
        }
      case 'eager':
        return { kind: 'turn-eager', audio: this.recorder.copy(edge.endSample) }
      case 'resumed':
        return { kind: 'turn-resumed' }
      case 'ended': {
        const durationMs = Math.round(((edge.endSample - this.onsetSample) * 1000) / EARS_SAMPLE_RATE_HZ)
        return { kind: 'turn-ended', durationMs, trigger: edge.trigger, ...this.recorder.end(edge.endSample) }
      }
      default:
        return assertNever(edge)
    }
  }

  private wholeSamples(pcm: Uint8Array): Int16Array {
    const carried = this.halfSample === null ? 0 : 1
    const count = (pcm.byteLength + carried) >> 1
    const samples = new Int16Array(count)
    const byteAt = (i: number) => (i < carried ? (this.halfSample as number) : (pcm[i - carried] as number))
    for (let i = 0; i < count; i += 1) samples[i] = byteAt(2 * i) | (byteAt(2 * i + 1) << 8)
    const odd = (pcm.byteLength + carried) % 2 === 1
    this.halfSample = odd ? byteAt(pcm.byteLength + carried - 1) : null
    return samples
  }
}
