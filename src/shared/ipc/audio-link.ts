import { z } from 'zod'

/**
 * The audio link between the renderer's audio worker and main: a MessagePort on the desktop, a WebSocket in the web host.
 * Audio frames are `Uint8Array`s: a header of {@link AUDIO_HEADER_BYTES} (unsigned 32-bit little-endian), then PCM16 mono.
 * Up (worker to main) the header is the block's sequence number, one 20 ms block at `inputSampleRateHz` each.
 * Down (main to worker) it is the reply number (from 1, growing), any whole number of samples at `outputSampleRateHz`.
 * Control messages keep their order relative to audio. Only they are parsed; audio frames never are.
 */
export const AUDIO_HEADER_BYTES = 4
export const AUDIO_LINK_VERSION = 1

const PlayoutDelayMs = z.number().min(0).max(1000)

/** Worker to main. `mono` clock values are the worker's own and never compared with main's. */
export const AudioUp = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('hello'), version: z.literal(AUDIO_LINK_VERSION) }),
  /** The microphone gate; blocks are only sent while it is open. Precedes the first and follows the last block it governs. */
  z.strictObject({ kind: z.literal('talk'), open: z.boolean(), mode: z.enum(['push-to-talk', 'open']) }),
  /** Played position by the audio clock: samples of `reply` that left the loudspeaker, at `outputSampleRateHz`. Every <= 100 ms while playing and when it drains. */
  z.strictObject({ kind: z.literal('played'), reply: z.int(), samples: z.int(), drained: z.boolean() }),
  /** Since the worker started: capture blocks dropped, playback samples dropped (ms), underruns. At most once a second. */
  z.strictObject({
    kind: z.literal('stats'),
    droppedCaptureMs: z.number(),
    droppedPlaybackMs: z.number(),
    underruns: z.int()
  }),
  /** What was learnt of the link to the service of the last `format`: audio waits so long before it is played. When it changes, between replies. */
  z.strictObject({ kind: z.literal('playout-delay'), ms: PlayoutDelayMs })
])
export type AudioUp = z.infer<typeof AudioUp>

/** Main to worker. */
export const AudioDown = z.discriminatedUnion('kind', [
  /** Rates of the session that begins; sent before any audio. `playoutDelayMs`: what was learnt of the link to its service before. */
  z.strictObject({
    kind: z.literal('format'),
    inputSampleRateHz: z.int(),
    outputSampleRateHz: z.int(),
    playoutDelayMs: PlayoutDelayMs.optional()
  }),
  /** Fade `reply` and all before it out within 10 ms, forget their audio, drop what still arrives for them; answered with a final `played`. */
  z.strictObject({ kind: z.literal('flush'), reply: z.int() }),
  /** No more audio will come for `reply`; its last `played` has `drained: true`. */
  z.strictObject({ kind: z.literal('reply-end'), reply: z.int() })
])
export type AudioDown = z.infer<typeof AudioDown>

/**
 * Main to worker, over a port only, every {@link FRAMES_PER_TAKEN} audio frames: so many were taken since the port was opened. A port does
 * not say what waits in it, and so the worker counts what it has sent.
 */
export const AudioTaken = z.strictObject({ kind: z.literal('taken'), frames: z.int() })
export type AudioTaken = z.infer<typeof AudioTaken>
export const FRAMES_PER_TAKEN = 10

/** Main's end of the link, the same for both transports. */
export interface AudioLink {
  sendAudio(frame: Uint8Array): void
  sendControl(message: AudioDown): void
  close(): void
}

/** What main does with what arrives; `onAudio` gets the frame with its header. */
export interface AudioLinkHandlers {
  onAudio(frame: Uint8Array): void
  onControl(message: AudioUp): void
  onClose(): void
}

/** Prepends the header; the result owns its memory. */
export function encodeAudioFrame(header: number, pcm: Uint8Array): Uint8Array {
  const frame = new Uint8Array(AUDIO_HEADER_BYTES + pcm.byteLength)
  new DataView(frame.buffer).setUint32(0, header, true)
  frame.set(pcm, AUDIO_HEADER_BYTES)
  return frame
}

/** Reads the header and a view (no copy) of the PCM16 that follows. */
export function decodeAudioFrame(frame: Uint8Array): { header: number; pcm: Uint8Array } {
  const header = new DataView(frame.buffer, frame.byteOffset, AUDIO_HEADER_BYTES).getUint32(0, true)
  return { header, pcm: frame.subarray(AUDIO_HEADER_BYTES) }
}
