import { silenceNonFinite } from './finite.ts'

/** A longer hole in the time stamps is a pause (a computer that slept), not a loss: no worker stands still for so long. */
const PAUSE_MS = 10_000
/** Less than this part of a chunk is no loss: chunks are lost whole, and time stamps tremble. */
const LOST_PART = 0.75
/** So much of a time stamp's difference is followed: the microphone's clock is not the one of the time stamps. */
const FOLLOW = 0.1

const FIRST_PLANE = { planeIndex: 0, format: 'f32-planar' } as const

/** What a stream source does with each chunk: mono, valid during the call. */
export interface StreamHandlers {
  onChunk: (samples: Float32Array, count: number, rateHz: number) => void
  onLost: (ms: number) => void
  /** Nothing more comes; the stream is cancelled. */
  onFailure: (message: string) => void
}

/**
 * Reads a microphone's chunks as the platform delivers them. Each says its own rate and size; channels are averaged. What the platform
 * dropped because they were taken too slowly is known by the time stamps.
 */
export class StreamSource {
  private readonly reader: ReadableStreamDefaultReader<AudioData>
  private readonly handlers: StreamHandlers
  private mono = new Float32Array(0)
  private plane = new Float32Array(0)
  private closed = false
  private expectedUs: number | null = null

  constructor(readable: ReadableStream<AudioData>, handlers: StreamHandlers) {
    this.reader = readable.getReader()
    this.handlers = handlers
    this.pump().catch((cause: unknown) => {
      if (this.closed) return
      this.close()
      handlers.onFailure(`The microphone's stream broke: ${String(cause)}`)
    })
  }

  /** Idempotent. */
  close(): void {
    if (this.closed) return
    this.closed = true
    // One that broke is as good as cancelled.
    this.reader.cancel().catch(() => undefined)
  }

  private async pump(): Promise<void> {
    for (;;) {
      const { done, value } = await this.reader.read()
      if (done) return
      try {
        if (!this.closed) this.take(value)
      } finally {
        value.close()
      }
    }
  }

  private take(chunk: AudioData): void {
    const { numberOfFrames: frames, sampleRate: rateHz, timestamp } = chunk
    this.countLoss(timestamp, (frames / rateHz) * 1e6)
    if (this.mono.length < frames) this.mono = new Float32Array(frames)
    chunk.copyTo(this.mono, FIRST_PLANE)
    if (chunk.numberOfChannels > 1) this.average(chunk)
    silenceNonFinite(this.mono, frames)
    this.handlers.onChunk(this.mono, frames, rateHz)
  }

  private average(chunk: AudioData): void {
    const { numberOfChannels: channels, numberOfFrames: frames } = chunk
    if (this.plane.length < frames) this.plane = new Float32Array(frames)
    for (let planeIndex = 1; planeIndex < channels; planeIndex += 1) {
      chunk.copyTo(this.plane, { planeIndex, format: 'f32-planar' })
      for (let i = 0; i < frames; i += 1) this.mono[i] = (this.mono[i] as number) + (this.plane[i] as number)
    }
    for (let i = 0; i < frames; i += 1) this.mono[i] = (this.mono[i] as number) / channels
  }

  private countLoss(timestampUs: number, durationUs: number): void {
    const lateUs = timestampUs - (this.expectedUs ?? timestampUs)
    if (Math.abs(lateUs) < LOST_PART * durationUs) {
      this.expectedUs = timestampUs - (1 - FOLLOW) * lateUs + durationUs
      return
    }
    this.expectedUs = timestampUs + durationUs
    if (lateUs > 0 && lateUs < PAUSE_MS * 1000) this.handlers.onLost(lateUs / 1000)
  }
}
