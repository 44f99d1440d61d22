import { expect } from 'vitest'
import { type HubRig, RATE_HZ } from './hub.test-support.ts'

interface Chunk {
  channels: Float32Array[]
  rateHz?: number
  timestampUs?: number
  /** The clock's time since the chunk before. */
  takenMs?: number
}

/** A microphone as the platform delivers it. */
export class FakeMicrophone {
  opened = 0
  closed = 0
  cancelled = false
  readonly readable: ReadableStream<AudioData>
  private controller: ReadableStreamDefaultController<AudioData> | undefined
  private nextUs = 5_000_000
  private readonly clock: { nowMs: number }

  constructor(clock: { nowMs: number }) {
    this.clock = clock
    this.readable = new ReadableStream<AudioData>({
      start: (controller) => {
        this.controller = controller
      },
      cancel: () => {
        this.cancelled = true
      }
    })
  }

  /** Delivers a chunk and waits until it was taken; the clock goes on with the sound, and with the holes between time stamps unless `takenMs` is said. */
  async say({ channels, rateHz = RATE_HZ, timestampUs, takenMs }: Chunk): Promise<void> {
    const frames = channels[0]!.length
    const timestamp = timestampUs ?? this.nextUs
    this.clock.nowMs += takenMs ?? (timestamp - this.nextUs) / 1000 + (frames / rateHz) * 1000
    this.nextUs = timestamp + (frames / rateHz) * 1e6
    this.opened += 1
    const chunk = {
      numberOfFrames: frames,
      numberOfChannels: channels.length,
      sampleRate: rateHz,
      timestamp,
      copyTo: (target: Float32Array, { planeIndex, format }: AudioDataCopyToOptions) => {
        expect(format).toBe('f32-planar')
        target.set(channels[planeIndex]!)
      },
      close: () => {
        this.closed += 1
      }
    }
    // A class of the platform: this has the members that are used here.
    this.controller?.enqueue(chunk as unknown as AudioData)
    for (let i = 0; i < 5; i += 1) await Promise.resolve()
  }

  break(): void {
    this.controller?.error(new Error('gone'))
  }
}

export function openStream(rig: HubRig, gain = 1): FakeMicrophone {
  const microphone = new FakeMicrophone(rig)
  rig.hub.obey({ kind: 'input-stream', id: 'mic', role: 'microphone', readable: microphone.readable, gain })
  return microphone
}
