/**
 * Messages between the built-in agent's conversation (in the process that owns the socket) and its speech engine
 * (a worker_thread in Node, a utilityProcess in Electron). One engine serves many streams; a stream is one connection.
 * PCM is 16-bit little-endian mono. Every request with audio or text is bounded by the sender.
 */
export type SpeechRequest =
  | {
      kind: 'open'
      stream: number
      inputSampleRateHz: number
      outputSampleRateHz: number
      /** Command line of the transcriber to use, or 'auto' (look on PATH), or 'none' (mic check). */
      transcriber: string
    }
  | { kind: 'audio'; stream: number; pcm: Uint8Array }
  /** Speak `text` (one sentence); answered by `speech` messages, the last one with `last: true`. Sentences are spoken in request order. */
  | { kind: 'speak'; stream: number; utterance: number; text: string; voice: string }
  /** Play turn `turn`'s own audio back ("mic check") at the output rate; answered like `speak`. */
  | { kind: 'replay'; stream: number; utterance: number; turn: number }
  /** Forget every utterance requested so far on this stream; nothing more of them is sent after `cancelled`. */
  | { kind: 'cancel'; stream: number; upTo: number }
  /** Answered with the same id once all audio sent before has passed the turn detector. For flow control. */
  | { kind: 'barrier'; stream: number; id: number }
  /**
   * Answered by `settled` with the same id once all audio sent before is dealt with: it has passed the turn detector, and
   * every turn that ended in it has been reported by `turn-ended`. Does not wait for a turn that is still going on.
   */
  | { kind: 'settle'; stream: number; id: number }
  | { kind: 'close'; stream: number }
  /** Sent by `SpeechEngine.close`: close every stream, thread and child process, then end. */
  | { kind: 'shutdown' }

export type SpeechEvent =
  /** The engine is ready: voices loaded, transcriber found or not. */
  | { kind: 'opened'; stream: number; transcriber: TranscriberInfo }
  /** Speech began; `onsetSample` is counted from the stream's first sample at the input rate. */
  | { kind: 'turn-started'; stream: number; turn: number; onsetSample: number }
  /** The ears ended the turn: the user has stopped speaking. `turn-ended` follows once its words are known. */
  | { kind: 'turn-silent'; stream: number; turn: number }
  /** The turn is understood. `text` is null in mic check; `transcriber-failed` carries a sentence for a person in `message`. */
  | { kind: 'turn-ended'; stream: number; turn: number; durationMs: number; text: string | null; message?: string }
  | { kind: 'speech'; stream: number; utterance: number; pcm: Uint8Array; last: boolean }
  | { kind: 'speech-failed'; stream: number; utterance: number; message: string }
  | { kind: 'barrier'; stream: number; id: number }
  | { kind: 'settled'; stream: number; id: number }
  /** The engine itself failed and will answer no more; every stream on it is lost. */
  | { kind: 'failed'; message: string }

/** What turns speech into text; `name` is shown to the user. `missing`: a program is there, but not what it needs. */
export type TranscriberInfo = { kind: 'none'; missing?: 'whisper-model' } | { kind: 'command'; name: string }

/** The engine as the agent sees it, whatever runs it. */
export interface SpeechEngine {
  post(request: SpeechRequest): void
  /** One listener per stream, plus `failed` to all. Returns its own unsubscribe. */
  subscribe(stream: number, listener: (event: SpeechEvent) => void): () => void
  close(): Promise<void>
}
