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
      /** When the ears take the user to have finished; {@link DEFAULT_LISTEN} when omitted. */
      listen?: ListenOptions
    }
  /** Other listen options from now on, also for a turn and a silence that are going on. */
  | { kind: 'listen-options'; stream: number; listen: ListenOptions }
  /** The user's turn ends now (trigger `manual`), behind all audio sent before; nothing happens when no turn is open. */
  | { kind: 'end-turn'; stream: number }
  | { kind: 'audio'; stream: number; pcm: Uint8Array }
  /**
   * Speak `text` (one sentence); answered by `speech` messages, the last one with `last: true`. Sentences are spoken in request
   * order. `speed`: 0.5 to 1.5, the voice's own (1) when omitted.
   */
  | { kind: 'speak'; stream: number; utterance: number; text: string; voice: string; speed?: number }
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
  /**
   * The user has paused and may have finished: `text` is what the turn has said so far, transcribed speculatively, and a draft
   * of the answer may be started. Only with `eagerEotThreshold` and a transcriber, any number of times in a turn.
   * `turn-silent` and a `turn-ended` with the same text confirm it, `turn-resumed` takes it back.
   */
  | { kind: 'turn-eager'; stream: number; turn: number; text: string }
  /** The user goes on with the turn after a `turn-eager`: the draft is dropped. */
  | { kind: 'turn-resumed'; stream: number; turn: number }
  /** The ears ended the turn: the user has stopped speaking. `turn-ended` follows once its words are known. */
  | { kind: 'turn-silent'; stream: number; turn: number; trigger: TurnTrigger }
  /** The turn is understood. `text` is null in mic check and when the transcriber failed, which `message` tells in a sentence. */
  | {
      kind: 'turn-ended'
      stream: number
      turn: number
      durationMs: number
      trigger: TurnTrigger
      text: string | null
      /**
       * Milliseconds from starting the transcriber on this turn's final audio to its answer; null where none was asked. With
       * eager turns it may have begun before the turn ended.
       */
      sttMs: number | null
      message?: string
    }
  | { kind: 'speech'; stream: number; utterance: number; pcm: Uint8Array; last: boolean }
  | { kind: 'speech-failed'; stream: number; utterance: number; message: string }
  | { kind: 'barrier'; stream: number; id: number }
  | { kind: 'settled'; stream: number; id: number }
  /** The engine itself failed and will answer no more; every stream on it is lost. */
  | { kind: 'failed'; message: string }

/**
 * When the ears take the user to speak and to have finished: Flux's names (deepgram.md section 4.1) and Napster's turn
 * detection. The confidence that a turn has ended grows with the silence (docs/adr/0009-end-of-turn.md). A field that is absent
 * or null leaves the ears' own. The sender keeps the ranges.
 */
export interface ListenOptions {
  /** Confidence that ends the turn, 0.5 to 1; at 1 confidence never does. */
  eotThreshold: number
  /** Confidence from which the words so far are transcribed speculatively, 0.3 to 0.9; null: never. */
  eagerEotThreshold: number | null
  /** Silence that ends the turn at any confidence, 500 to 60000 ms. */
  eotTimeoutMs: number
  /**
   * How loud and clear speech must be to start a turn and keep it going, 0 (anything) to 1; 0.5 is the ears' own. While the
   * agent's own voice may be heard, less than 0.5 counts as 0.5 (docs/adr/0013-turn-detection.md).
   */
  threshold?: number | null
  /** Audio before the detected speech that the transcriber gets, 0 to {@link LONGEST_PREFIX_PADDING_MS}; the ears' own is 300 ms. */
  prefixPaddingMs?: number | null
  /**
   * Silence that ends the turn, 0 to 60000 ms, in place of `eotThreshold` and `eotTimeoutMs`. Less than
   * {@link SHORTEST_SILENCE_MS} counts as that.
   */
  silenceMs?: number | null
}

export const LONGEST_PREFIX_PADDING_MS = 5000
/** A shorter silence may be a stop within a word: it ends one sentence in ten too early, this one in forty. */
export const SHORTEST_SILENCE_MS = 150

export const DEFAULT_LISTEN: ListenOptions = { eotThreshold: 0.7, eagerEotThreshold: null, eotTimeoutMs: 5000 }

/** What ended a turn: enough confidence, a silence of `eotTimeoutMs` or `silenceMs` (or no audio at all), or the request `end-turn`. */
export type TurnTrigger = 'model' | 'timeout' | 'manual'

/** What turns speech into text; `name` is shown to the user. `missing`: a program is there, but not what it needs. */
export type TranscriberInfo = { kind: 'none'; missing?: 'whisper-model' } | { kind: 'command'; name: string }

/** The engine as the agent sees it, whatever runs it. */
export interface SpeechEngine {
  post(request: SpeechRequest): void
  /** One listener per stream, plus `failed` to all. Returns its own unsubscribe. */
  subscribe(stream: number, listener: (event: SpeechEvent) => void): () => void
  close(): Promise<void>
}
