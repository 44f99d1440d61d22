import captureUrl from './capture.worklet.ts?worker&url'
import playbackUrl from './playback.worklet.ts?worker&url'
import type { Earcon } from './api.ts'
import { earconSamples } from './earcon.ts'
import type { GraphSource, KeptGraph, PostToWorker } from './graph-keeper.ts'

/** How often the loudspeaker's latency is read again: it changes with the output device. */
const LATENCY_CHECK_MS = 2000
/** A volume is reached in about three times this: no click. */
const VOLUME_SECONDS = 0.01

/** Every frame of the services' rates is then a whole number of frames here, and microphones deliver it. */
const SAMPLE_RATE_HZ = 48_000
/** The input that is what the graph plays. */
const PLAYED_ID = 'played'

/** One capture worklet and what it hears. */
interface Input {
  source: AudioNode
  capture: AudioWorkletNode
}

/**
 * One audio context with both worklets: playback worklet -> bus (the volume) -> loudspeaker, and for every input a capture worklet that
 * hears it and the bus; one more hears the bus alone, beside a microphone that comes past the graph. Samples go between the worklets and the worker over direct ports.
 */
export class AudioGraph implements KeptGraph {
  readonly context: AudioContext
  readonly #post: PostToWorker
  readonly #bus: GainNode
  readonly #inputs = new Map<string, Input>()
  /** Ends what plays beside the agent: a context that died says nothing of it. */
  readonly #ended = new AbortController()
  readonly #latencyTimer: number
  #latency: number
  #volume: number
  #closed = false

  private constructor(context: AudioContext, volume: number, post: PostToWorker) {
    this.context = context
    this.#post = post
    this.#volume = volume
    this.#latency = latencySeconds(context)
    this.#bus = new GainNode(context, { gain: volume, channelCount: 1, channelCountMode: 'explicit' })
    this.#bus.connect(context.destination)
    this.#startPlayback()
    this.#listen(PLAYED_ID, this.#bus, { role: 'played', gain: 1, ownVoice: 'included' })
    this.#latencyTimer = window.setInterval(() => this.#checkLatency(), LATENCY_CHECK_MS)
  }

  /** Rejects where the worklets cannot be loaded or there can be no context; nothing is left open then. */
  static async create(
    latencyHint: AudioContextLatencyCategory | number,
    volume: number,
    post: PostToWorker
  ): Promise<AudioGraph> {
    const context = new AudioContext({ latencyHint, sampleRate: SAMPLE_RATE_HZ })
    try {
      await Promise.all([context.audioWorklet.addModule(captureUrl), context.audioWorklet.addModule(playbackUrl)])
      return new AudioGraph(context, volume, post)
    } catch (cause) {
      await context.close().catch(() => undefined)
      throw cause
    }
  }

  connect(id: string, { stream, ...how }: GraphSource): void {
    this.#listen(id, this.context.createMediaStreamSource(stream), how)
  }

  disconnect(id: string): void {
    const input = this.#inputs.get(id)
    if (input === undefined) return
    this.#inputs.delete(id)
    input.source.disconnect(input.capture)
    if (input.source !== this.#bus) this.#bus.disconnect(input.capture)
    // Null ends the processor: one that keeps answering true would be kept by the context for ever.
    input.capture.port.postMessage(null)
    this.#post({ kind: 'input-ended', id })
  }

  setVolume(volume: number): void {
    this.#volume = volume
    this.#bus.gain.setTargetAtTime(volume, this.context.currentTime, VOLUME_SECONDS)
  }

  /** Plays mono samples at the context's rate beside the agent; resolves when they have been rendered, `signal` stopped them or the graph ends. */
  play(samples: Float32Array<ArrayBuffer>, signal: AbortSignal): Promise<void> {
    const buffer = new AudioBuffer({ length: samples.length, sampleRate: this.context.sampleRate })
    buffer.copyToChannel(samples, 0)
    const player = new AudioBufferSourceNode(this.context, { buffer })
    player.connect(this.#bus)
    return new Promise((resolve) => {
      player.onended = () => {
        player.disconnect()
        resolve()
      }
      signal.addEventListener('abort', () => player.stop(), { once: true })
      this.#ended.signal.addEventListener('abort', () => resolve(), { once: true })
      player.start()
    })
  }

  /** Past the bus: it is no voice of the agent, neither in its level nor in what its echo is measured by. */
  earcon(earcon: Earcon): void {
    // A context that stands would play it when it runs again.
    if (this.context.state !== 'running') return
    const { sampleRate } = this.context
    const samples = earconSamples(earcon, sampleRate)
    const buffer = new AudioBuffer({ length: samples.length, sampleRate })
    buffer.copyToChannel(samples, 0)
    const player = new AudioBufferSourceNode(this.context, { buffer })
    const level = new GainNode(this.context, { gain: this.#volume })
    player.connect(level).connect(this.context.destination)
    player.onended = () => level.disconnect()
    player.start()
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#ended.abort()
    window.clearInterval(this.#latencyTimer)
    for (const id of this.#inputs.keys()) this.disconnect(id)
    this.#post({ kind: 'output-ended' })
    // A context that died is closed already, or will not say so.
    if (this.context.state !== 'closed') this.context.close().catch(() => undefined)
  }

  #listen(id: string, source: AudioNode, { role, gain, ownVoice }: Omit<GraphSource, 'stream'>): void {
    const capture = new AudioWorkletNode(this.context, 'parley-capture', {
      numberOfInputs: 2,
      numberOfOutputs: 0,
      channelCount: 1,
      channelCountMode: 'explicit',
      // Of what is played, silence is the most, and nobody needs to be woken for it.
      processorOptions: { leavesOutSilence: role === 'played' }
    })
    const { port1, port2 } = new MessageChannel()
    capture.port.postMessage(port1, [port1])
    const { sampleRate: sampleRateHz } = this.context
    this.#post({ kind: 'input', id, role, port: port2, sampleRateHz, gain, ownVoice }, [port2])
    source.connect(capture, 0, 0)
    this.#bus.connect(capture, 0, 1)
    this.#inputs.set(id, { source, capture })
  }

  #startPlayback(): void {
    const node = new AudioWorkletNode(this.context, 'parley-playback', {
      numberOfInputs: 0,
      numberOfOutputs: 1,
      outputChannelCount: [1]
    })
    const { port1, port2 } = new MessageChannel()
    node.port.postMessage(port1, [port1])
    const { sampleRate: sampleRateHz } = this.context
    this.#post({ kind: 'output', port: port2, sampleRateHz, latencySeconds: this.#latency }, [port2])
    node.connect(this.#bus)
  }

  #checkLatency(): void {
    const now = latencySeconds(this.context)
    if (now === this.#latency) return
    this.#latency = now
    this.#post({ kind: 'output-latency', seconds: now })
  }
}

/** From a rendered frame to the loudspeaker, as far as the platform knows. */
function latencySeconds(context: AudioContext): number {
  return context.outputLatency > 0 ? context.outputLatency : context.baseLatency
}
