import type { AudioPreferences } from '../../../shared/ipc/contract.ts'
import type { Gate, OwnVoice, TalkMode } from './api.ts'

/** Messages between the UI thread and the audio worker: ports, the gate and throttled levels, never samples. */

/** Where main's end of the audio link is. */
export type LinkSource = { kind: 'socket'; url: string } | { kind: 'port'; port: MessagePort }

/**
 * `probe`: only ever recorded, for the echo check; nothing of it is mixed, sent, metered or judged. `played`: what the graph plays, for a
 * microphone that comes as a stream and so has nothing beside it; nothing else is done with it.
 */
export type InputRole = 'microphone' | 'system' | 'probe' | 'played'

export type ToAudioWorker =
  | { kind: 'link'; source: LinkSource }
  /** A capture worklet's port. `gain` is linear. `excluded`: the platform leaves the agent's own voice out of it. */
  | {
      kind: 'input'
      id: string
      role: InputRole
      port: MessagePort
      sampleRateHz: number
      gain: number
      ownVoice: 'excluded' | 'included'
    }
  /**
   * The microphone as the platform delivers it, past the audio graph (MediaStreamTrackProcessor): any chunk may have a rate of its own.
   * `input-ended` cancels the stream.
   */
  | { kind: 'input-stream'; id: string; role: 'microphone'; readable: ReadableStream<AudioData>; gain: number }
  | { kind: 'input-gain'; id: string; gain: number }
  | { kind: 'input-ended'; id: string }
  /** The playback worklet's port; `latencySeconds` is what a rendered frame takes to the loudspeaker. */
  | { kind: 'output'; port: MessagePort; sampleRateHz: number; latencySeconds: number }
  | { kind: 'output-latency'; seconds: number }
  /** The same context goes to another loudspeaker: what was measured of its echo is no longer true. */
  | { kind: 'output-moved' }
  | { kind: 'output-ended' }
  | { kind: 'talk'; gate: Gate; mode: TalkMode }
  | { kind: 'turn-taking'; duck: boolean; halfDuplex: AudioPreferences['halfDuplex'] }
  /**
   * Keeps the next `ms` of input `id` and of what the graph plays, and answers `recorded`; nothing of it goes to main. One at a time for
   * each input; an input that ends answers with what there is.
   */
  | { kind: 'record'; id: string; ms: number }

export type FromAudioWorker =
  /** dBFS, RMS over 100 ms, 10 a second. */
  | { kind: 'levels'; inputDbfs: number; systemDbfs: number; outputDbfs: number }
  /** What input `id` holds: `heard` at its first block that is not digital silence, and again after one of the others. */
  | { kind: 'sound'; id: string; sound: 'heard' | 'silent' | 'quiet' }
  | { kind: 'echo'; leakDb: number | null; halfDuplex: boolean }
  /** How the agent's own voice is kept out of system audio `id`; `excluded`: measured that nothing of it comes back. */
  | { kind: 'own-voice'; id: string; handling: OwnVoice }
  /** At the context's rate, the two aligned to the frame. */
  | { kind: 'recorded'; id: string; input: Float32Array; played: Float32Array }
  /** A reply waits, plays or may still get audio; or none does any more. */
  | { kind: 'playing'; playing: boolean }
  /** Audio can reach main, or no longer can. */
  | { kind: 'link'; up: boolean }
  /** A newer page has main's end of the audio link, and this page does not get it back. */
  | { kind: 'taken-over' }
  /** Input `id` broke and gives nothing more. */
  | { kind: 'input-failed'; id: string; message: string }
  /** The worker cannot work at all. */
  | { kind: 'failed'; message: string }
