/**
 * Messages inside the audio graph, between the worklets and the audio worker. They never leave the renderer and are not
 * parsed. Frames are mono float samples at the audio context's rate. An epoch is one session: whatever carries another one is old.
 */

/** Worker to the playback worklet. */
export type PlaybackCommand =
  | { kind: 'audio'; epoch: number; reply: number; samples: Float32Array }
  /** No more audio will come for `reply`. */
  | { kind: 'end'; epoch: number; reply: number }
  /** Fade out and forget `reply` and all before it. */
  | { kind: 'flush'; epoch: number; reply: number }
  /** Fade out and forget everything; replies count from 1 again. */
  | { kind: 'reset'; epoch: number }
  /** Audio will come over a link of which this delay was learnt before, null: over one that is not known. */
  | { kind: 'link'; delayMs: number | null }
  /** Everything is rendered with this linear gain from here on, reached in `rampMs`: the pre-duck, and its end. */
  | { kind: 'gain'; gain: number; rampMs: number }
  /** How long a rendered frame takes to the loudspeaker, as the audio context says. */
  | { kind: 'latency'; seconds: number }

/** Playback worklet to worker, one reused object: copied by the port, never kept. */
export interface PlaybackStatus {
  epoch: number
  /** The reply this is about, 0 for none. */
  reply: number
  /** Frames of it that have left the loudspeaker. */
  frames: number
  /** Nothing of it is left to play; said once. */
  drained: boolean
  /** Mean square of what was rendered in the last {@link STATUS_MS} (1 = full scale). */
  meanSquare: number
  /** Since the worklet started. */
  underruns: number
  droppedFrames: number
  /** What was learnt of the link: how long audio has to wait before it is played; 0 for nothing. */
  learntDelayMs: number
}

/** A status comes this often while anything plays. */
export const STATUS_MS = 50

/**
 * Capture worklet to worker: a transferred `Float32Array` of {@link CAPTURE_CHANNELS} times N frames plus one slot. First N frames of the
 * source, then the N frames that the graph played in the same render quanta (so the two are aligned to the frame), then the
 * quanta dropped so far, then how many blocks right before this one were left out because they held nothing but silence (only where the
 * node was made so). The worker transfers it back when it has read it.
 */
export const CAPTURE_TRAILER_SLOTS = 2
export const CAPTURE_CHANNELS = 2
