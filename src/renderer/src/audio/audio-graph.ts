import captureUrl from './capture.worklet.ts?worker&url'
import playbackUrl from './playback.worklet.ts?worker&url'
import type { ToAudioWorker } from './worker-messages.ts'

/** How often the loudspeaker's latency is read again: it changes with the output device. */
const LATENCY_CHECK_MS = 2000

/**
 * The audio context with both worklets. It is made once and lives as long as the page: a new one would cost the first words
 * of a reply. Samples go between the worklets and the worker over direct ports.
 */
export class AudioGraph {
  readonly context: AudioContext
  private readonly post: (message: ToAudioWorker, transfer?: Transferable[]) => void
  private source: { node: MediaStreamAudioSourceNode; capture: AudioWorkletNode; id: string } | undefined
  private inputs = 0
  private latency: number

  private constructor(context: AudioContext, post: (message: ToAudioWorker, transfer?: Transferable[]) => void) {
    this.context = context
    this.post = post
    this.latency = latencySeconds(context)
    this.startPlayback()
    setInterval(() => {
      this.checkLatency()
    }, LATENCY_CHECK_MS)
  }

  static async create(post: (message: ToAudioWorker, transfer?: Transferable[]) => void): Promise<AudioGraph> {
    const context = new AudioContext({ latencyHint: 'interactive' })
    await Promise.all([context.audioWorklet.addModule(captureUrl), context.audioWorklet.addModule(playbackUrl)])
    return new AudioGraph(context, post)
  }

  /** Connects a microphone in place of the one before; returns the input's id. */
  connect(stream: MediaStream): string {
    this.disconnect()
    this.inputs += 1
    const id = `microphone-${this.inputs}`
    const node = this.context.createMediaStreamSource(stream)
    const capture = new AudioWorkletNode(this.context, 'parley-capture', {
      numberOfInputs: 1,
      numberOfOutputs: 0,
      channelCount: 1,
      channelCountMode: 'explicit'
    })
    const { port1, port2 } = new MessageChannel()
    capture.port.postMessage(port1, [port1])
    this.post({ kind: 'input', id, port: port2, sampleRateHz: this.context.sampleRate, gain: 1 }, [port2])
    node.connect(capture)
    this.source = { node, capture, id }
    return id
  }

  disconnect(): void {
    const source = this.source
    this.source = undefined
    if (source === undefined) return
    source.node.disconnect()
    // Null ends the processor: one that keeps answering true would be kept by the context for ever.
    source.capture.port.postMessage(null)
    this.post({ kind: 'input-ended', id: source.id })
  }

  private startPlayback(): void {
    const node = new AudioWorkletNode(this.context, 'parley-playback', {
      numberOfInputs: 0,
      numberOfOutputs: 1,
      outputChannelCount: [1]
    })
    const { port1, port2 } = new MessageChannel()
    node.port.postMessage(port1, [port1])
    this.post({ kind: 'output', port: port2, sampleRateHz: this.context.sampleRate, latencySeconds: this.latency }, [
      port2
    ])
    node.connect(this.context.destination)
  }

  private checkLatency(): void {
    const now = latencySeconds(this.context)
    if (now === this.latency) return
    this.latency = now
    this.post({ kind: 'output-latency', seconds: now })
  }
}

/** From a rendered frame to the loudspeaker, as far as the platform knows. */
function latencySeconds(context: AudioContext): number {
  return context.outputLatency > 0 ? context.outputLatency : context.baseLatency
}
