import type { Attachment, GraphSource, PostToWorker } from './graph-keeper.ts'

/**
 * Chunks of 10 ms that may wait for a worker that is busy; the oldest are dropped then. Half a second is more than any conversation should
 * be late.
 */
const MAX_WAITING_CHUNKS = 50

/** Chromium's MediaStreamTrackProcessor on a page; the standard has it in workers only, where a microphone's track cannot go. */
type TrackProcessor = new (init: { track: MediaStreamTrack; maxBufferSize: number }) => {
  readonly readable: ReadableStream<AudioData>
}

export interface MicrophoneInputPorts {
  /** Undefined where the platform has none. */
  TrackProcessor: TrackProcessor | undefined
  post: PostToWorker
  /** The graph's own way for an input. */
  attach(source: GraphSource): Attachment
}

/** The platform's own, if it has one. */
export function platformTrackProcessor(): TrackProcessor | undefined {
  return Reflect.get(globalThis, 'MediaStreamTrackProcessor') as TrackProcessor | undefined
}

/**
 * Gives a microphone to the worker: as the stream of its track past the audio graph, which is about 25 ms sooner and needs no running
 * context; where the platform cannot do that, through the graph as every other input.
 */
export class MicrophoneInput {
  readonly #ports: MicrophoneInputPorts
  #count = 0

  constructor(ports: MicrophoneInputPorts) {
    this.#ports = ports
  }

  attach(source: GraphSource): Attachment {
    return this.#attachStream(source) ?? this.#ports.attach(source)
  }

  #attachStream({ stream, gain }: GraphSource): Attachment | undefined {
    const { TrackProcessor, post } = this.#ports
    const track = stream.getAudioTracks()[0]
    if (TrackProcessor === undefined || track === undefined) return undefined
    this.#count += 1
    const id = `microphone-stream-${this.#count}`
    try {
      const { readable } = new TrackProcessor({ track, maxBufferSize: MAX_WAITING_CHUNKS })
      post({ kind: 'input-stream', id, role: 'microphone', readable, gain }, [readable])
    } catch {
      // Not for sound, or its stream cannot be handed on: the graph takes it.
      return undefined
    }
    let attached = true
    return {
      id,
      setGain: (value) => post({ kind: 'input-gain', id, gain: value }),
      detach: () => {
        if (attached) post({ kind: 'input-ended', id })
        attached = false
      }
    }
  }
}
