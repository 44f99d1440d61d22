/** Messages between the UI thread and the audio worker: ports, the gate and throttled levels, never samples. */

/** Where main's end of the audio link is. */
export type LinkSource = { kind: 'socket'; url: string } | { kind: 'port'; port: MessagePort }

export type ToAudioWorker =
  | { kind: 'link'; source: LinkSource }
  /** A capture worklet's port. `gain` is linear. */
  | { kind: 'input'; id: string; port: MessagePort; sampleRateHz: number; gain: number }
  | { kind: 'input-ended'; id: string }
  /** The playback worklet's port; `latencySeconds` is what a rendered frame takes to the loudspeaker. */
  | { kind: 'output'; port: MessagePort; sampleRateHz: number; latencySeconds: number }
  | { kind: 'output-latency'; seconds: number }
  | { kind: 'output-ended' }
  | { kind: 'talk'; open: boolean; mode: 'push-to-talk' | 'open' }

export type FromAudioWorker =
  /** dBFS, RMS over 50 ms, at most 20 a second. */
  | { kind: 'levels'; inputDbfs: number; outputDbfs: number }
  /** Input `id` delivered its first block that is not digital silence. */
  | { kind: 'first-sound'; id: string }
  /** Input `id` delivered nothing but digital silence for 2 s since it was opened. */
  | { kind: 'no-sound'; id: string }
  /** A reply waits, plays or may still get audio; or none does any more. */
  | { kind: 'playing'; playing: boolean }
  /** Audio can reach main, or no longer can. */
  | { kind: 'link'; up: boolean }
  | { kind: 'failed'; message: string }
