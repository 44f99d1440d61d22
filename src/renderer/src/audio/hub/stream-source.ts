import { silenceNonFinite } from './finite.ts'
import { LossMeter } from './loss-meter.ts'

const FIRST_PLANE = { planeIndex: 0, format: 'f32-planar' } as const

/** What a stream source does with each chunk: mono, valid during the call. */
export interface StreamHandlers {
  onChunk: (samples: Float32Array, count: number, rateHz: number) => void
  onLost: (ms: number) => void
  nowMs: () => number
  /** Nothing more comes; the stream is cancelled. */
  onFailure: (message: string) => void
}

/**
 * Reads a microphone's chunks as the platform delivers them. Each says its own rate and size; channels are averaged. What the platform
 * dropped because they were taken too slowly is counted.
 */
export class StreamSource {
  private readonly reader: ReadableStreamDefaultReader<AudioData>
  private readonly handlers: StreamHandlers
  private mono = new Float32Array(0)
  private plane = new Float32Array(0)
  private closed = false
  private readonly losses = new LossMeter()

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
    const lostMs = this.losses.take(timestamp, (frames / rateHz) * 1e6, this.handlers.nowMs())
    if (lostMs > 0) this.handlers.onLost(lostMs)
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
}
