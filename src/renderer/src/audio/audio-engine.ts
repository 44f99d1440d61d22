import type { AudioEngine, Levels, MicrophoneChoice, MicrophoneState, TalkMode } from './api.ts'
import { AudioGraph } from './audio-graph.ts'
import AudioWorker from './audio.worker.ts?worker'
import { failureOf, listMicrophones, openMicrophone, type OpenedMicrophone } from './microphone.ts'
import type { FromAudioWorker, LinkSource, ToAudioWorker } from './worker-messages.ts'

const DEVICE_CHANGE_DEBOUNCE_MS = 300

/** The live variant's resources beside what the UI sees of it. */
interface Live {
  microphone: OpenedMicrophone
  inputId: string
}

/**
 * Owns the microphone, the graph and the audio worker of a page. Every opening has a generation: a permission prompt that
 * is answered after the person has closed the microphone opens nothing.
 */
class WorkerAudioEngine implements AudioEngine {
  private state: MicrophoneState = { kind: 'off' }
  private live: Live | undefined
  private graph: Promise<AudioGraph> | undefined
  private generation = 0
  private choice: MicrophoneChoice | null = null
  private readonly worker = new AudioWorker()
  private readonly changeListeners = new Set<() => void>()
  private readonly levelListeners = new Set<(levels: Levels) => void>()
  private deviceTimer: number | undefined

  constructor(source: Promise<LinkSource>) {
    this.worker.onmessage = ({ data }: MessageEvent<FromAudioWorker>) => {
      this.onWorker(data)
    }
    this.worker.onerror = (event) => {
      this.fail('failed', `The audio worker stopped: ${event.message}`)
    }
    void source.then((link) => {
      this.post({ kind: 'link', source: link }, link.kind === 'port' ? [link.port] : [])
    })
    navigator.mediaDevices.addEventListener('devicechange', () => {
      window.clearTimeout(this.deviceTimer)
      this.deviceTimer = window.setTimeout(() => {
        this.changed()
      }, DEVICE_CHANGE_DEBOUNCE_MS)
    })
  }

  get microphone(): MicrophoneState {
    return this.state
  }

  async open(choice: MicrophoneChoice | null): Promise<void> {
    this.generation += 1
    const generation = this.generation
    this.choice = choice
    this.release()
    this.set({ kind: 'opening' })
    try {
      const [graph, microphone] = await Promise.all([
        this.ensureGraph(),
        openMicrophone(navigator.mediaDevices, choice)
      ])
      if (generation !== this.generation) {
        stop(microphone.stream)
        return
      }
      this.start(graph, microphone, generation)
    } catch (cause) {
      if (generation !== this.generation) return
      this.fail(failureOf(cause), cause instanceof Error ? cause.message : String(cause))
    }
  }

  close(): void {
    this.generation += 1
    this.release()
    void this.graph?.then(({ context }) => {
      if (this.state.kind === 'off') void context.suspend()
    })
    this.set({ kind: 'off' })
  }

  talk(open: boolean, mode: TalkMode): void {
    this.post({ kind: 'talk', open, mode })
    this.changed()
  }

  devices(): Promise<MicrophoneChoice[]> {
    return listMicrophones(navigator.mediaDevices)
  }

  onChange(listener: () => void): () => void {
    this.changeListeners.add(listener)
    return () => {
      this.changeListeners.delete(listener)
    }
  }

  onLevels(listener: (levels: Levels) => void): () => void {
    this.levelListeners.add(listener)
    return () => {
      this.levelListeners.delete(listener)
    }
  }

  private start(graph: AudioGraph, microphone: OpenedMicrophone, generation: number): void {
    const inputId = graph.connect(microphone.stream)
    this.live = { microphone, inputId }
    microphone.track.addEventListener('ended', () => {
      if (generation === this.generation) void this.lost()
    })
    const { deviceId, label, echoCancellation, noiseSuppression, autoGainControl } = microphone
    const granted = { echoCancellation, noiseSuppression, autoGainControl }
    this.set({ kind: 'live', deviceId, label, ...granted, preparing: true })
  }

  /** The device went away: the default one takes over, and the state shows its name; without one, the loss is shown. */
  private async lost(): Promise<void> {
    const generation = this.generation
    const wasDefault = this.choice === null
    await this.open(null)
    if (this.generation !== generation + 1 || this.state.kind !== 'failed' || wasDefault) return
    this.fail('lost', this.state.message)
  }

  /** The loudspeaker must also work where there is no microphone: typed text is answered aloud. */
  private async ensureGraph(): Promise<AudioGraph> {
    this.graph ??= AudioGraph.create((message, transfer) => {
      this.post(message, transfer)
    })
    const graph = await this.graph
    resumeWhenAllowed(graph.context)
    return graph
  }

  private release(): void {
    const live = this.live
    this.live = undefined
    if (live === undefined) return
    stop(live.microphone.stream)
    void this.graph?.then((graph) => {
      if (this.live === undefined) graph.disconnect()
    })
  }

  private onWorker(message: FromAudioWorker): void {
    switch (message.kind) {
      case 'levels':
        for (const listener of this.levelListeners) listener(message)
        return
      case 'first-sound':
        if (this.state.kind === 'live' && message.id === this.live?.inputId)
          this.set({ ...this.state, preparing: false })
        return
      case 'failed':
        this.fail('failed', message.message)
        return
      case 'link':
        this.changed()
    }
  }

  private fail(code: Extract<MicrophoneState, { kind: 'failed' }>['code'], message: string): void {
    this.release()
    this.set({ kind: 'failed', code, message })
  }

  private post(message: ToAudioWorker, transfer: Transferable[] = []): void {
    this.worker.postMessage(message, transfer)
  }

  private set(state: MicrophoneState): void {
    this.state = state
    this.changed()
  }

  private changed(): void {
    for (const listener of this.changeListeners) listener()
  }
}

/** A page that nobody has touched yet may not play: then the first key or click starts it. Not awaited: it may never come. */
function resumeWhenAllowed(context: AudioContext): void {
  if (context.state === 'running') return
  const resume = (): void => void context.resume()
  resume()
  const once = { once: true, capture: true }
  window.addEventListener('pointerdown', resume, once)
  window.addEventListener('keydown', resume, once)
}

function stop(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop()
}

/** The page's audio engine; `source` is main's end of the audio link. */
export function createAudioEngine(source: Promise<LinkSource>): AudioEngine {
  return new WorkerAudioEngine(source)
}
