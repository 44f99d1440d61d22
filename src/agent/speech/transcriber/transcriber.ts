/** Turns a recorded turn into text. Implementations never throw: what went wrong comes back as a sentence for a person. */
export interface Transcriber {
  /** Shown to the user. */
  readonly name: string
  /** `samples` are 16 kHz mono; aborting `signal` ends the work and resolves with a failure. */
  transcribe(samples: Int16Array, signal: AbortSignal): Promise<Transcription>
}

/** `text` is '' when nothing was understood. */
export type Transcription = { ok: true; text: string } | { ok: false; message: string }
