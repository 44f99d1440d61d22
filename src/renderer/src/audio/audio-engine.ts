import type { AudioEngine, Levels, LoudspeakerState, MicrophoneChoice, MicrophoneState, TalkMode } from './api.ts'
import { AudioGraph } from './audio-graph.ts'
import AudioWorker from './audio.worker.ts?worker'
import { ContextLife } from './context-life.ts'
import {
  failureOf,
  findMicrophone,
  hasMicrophone,
  isAlias,
  listMicrophones,
  openMicrophone,
  type OpenedMicrophone
} from './microphone.ts'
import type { FromAudioWorker, LinkSource, ToAudioWorker } from './worker-messages.ts'

const DEVICE_CHANGE_DEBOUNCE_MS = 300
/** How often the devices are looked at: with some sound servers Chromium tells neither of a new device nor of a lost one. */
const WATCH_MS = 400

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
  /** The microphones at the last look. */
  private known: readonly MicrophoneChoice[] = []
  private life: ContextLife | undefined
  private watchTimer: number | undefined
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
        void this.watch()
      }, DEVICE_CHANGE_DEBOUNCE_MS)
    })
  }

  get microphone(): MicrophoneState {
    return this.state
  }

  get loudspeaker(): LoudspeakerState {
    return this.life?.blocked === true ? 'blocked' : 'ready'
  }

  async open(choice: MicrophoneChoice | null): Promise<void> {
    this.choice = choice
    await this.acquire(false)
  }

  close(): void {
    this.generation += 1
    this.release()
    this.life?.need('conversation', false)
    this.set({ kind: 'off' })
  }

  talk(open: boolean, mode: TalkMode): void {
    this.post({ kind: 'talk', open, mode })
    this.changed()
  }

  async devices(): Promise<MicrophoneChoice[]> {
    return listMicrophones(await navigator.mediaDevices.enumerateDevices())
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

  /** `afterLoss`: the chosen microphone has just gone, so any failure to open it means that it is not there. */
  private async acquire(afterLoss: boolean): Promise<void> {
    this.generation += 1
    const generation = this.generation
    this.release()
    this.set({ kind: 'opening' })
    const opening = openMicrophone(navigator.mediaDevices, this.choice, afterLoss)
    try {
      // A microphone that is refused at once must not be told before the loudspeaker is there: what is said then would go unheard.
      const [graph, microphone] = await bothSettled(this.ensureGraph(generation), opening)
      if (generation !== this.generation) {
        stop(microphone.stream)
        return
      }
      this.start(graph, microphone, generation)
    } catch (cause) {
      // One that was opened although the graph failed is let go; its own failure is the cause told below.
      opening.then(({ stream }) => stop(stream)).catch(() => undefined)
      if (generation !== this.generation) return
      const failure = failureOf(cause)
      const code = afterLoss && failure !== 'permission-denied' ? 'lost' : failure
      this.fail(code, cause instanceof Error ? cause.message : String(cause))
    }
  }

  private start(graph: AudioGraph, microphone: OpenedMicrophone, generation: number): void {
    const inputId = graph.connect(microphone.stream)
    this.live = { microphone, inputId }
    microphone.track.addEventListener('ended', () => {
      if (generation === this.generation) void this.acquire(true)
    })
    const { deviceId, label, echoCancellation, noiseSuppression, autoGainControl, insteadOf } = microphone
    const granted = { echoCancellation, noiseSuppression, autoGainControl }
    this.set({ kind: 'live', deviceId, label, ...granted, insteadOf, sound: 'preparing' })
  }

  /** There is no microphone, or another one stands in for the chosen one. */
  private get missing(): boolean {
    if (this.state.kind === 'live') return this.state.insteadOf !== null
    return this.state.kind === 'failed' && (this.state.code === 'no-device' || this.state.code === 'lost')
  }

  /**
   * Opens the microphone again when the one in use has gone, when the chosen one is back, or when there is one at all where
   * there was none. The default has no id of its own: that any device has gone may mean that it has.
   */
  private async watch(): Promise<void> {
    if (this.state.kind !== 'live' && !this.missing) return
    const generation = this.generation
    const devices = await navigator.mediaDevices.enumerateDevices()
    if (generation !== this.generation) return
    const microphones = listMicrophones(devices)
    const { choice } = this
    const isBack = this.missing && choice !== null && findMicrophone(microphones, choice) !== undefined
    const isGone = this.state.kind === 'live' && this.hasGone(this.state.deviceId, microphones)
    this.known = microphones
    if (isGone) await this.acquire(true)
    else if (isBack || (this.state.kind === 'failed' && hasMicrophone(devices))) await this.acquire(false)
  }

  private hasGone(deviceId: string, present: readonly MicrophoneChoice[]): boolean {
    const gone = this.known.filter((known) => !present.some((one) => one.deviceId === known.deviceId))
    return gone.some((known) => known.deviceId === deviceId) || (gone.length > 0 && isAlias(deviceId))
  }

  /** The loudspeaker must also work where there is no microphone: typed text is answered aloud. */
  private async ensureGraph(generation: number): Promise<AudioGraph> {
    this.graph ??= AudioGraph.create((message, transfer) => {
      this.post(message, transfer)
    })
    const graph = await this.graph
    this.life ??= new ContextLife(graph.context, () => {
      this.changed()
    })
    if (generation === this.generation) this.life.need('conversation', true)
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
        if (this.state.kind === 'live' && message.id === this.live?.inputId) this.set({ ...this.state, sound: 'heard' })
        return
      case 'no-sound':
        if (this.state.kind === 'live' && message.id === this.live?.inputId)
          this.set({ ...this.state, sound: 'silent' })
        return
      case 'playing':
        this.life?.need('reply', message.playing)
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
    window.clearInterval(this.watchTimer)
    if (state.kind === 'live' || this.missing) this.watchTimer = window.setInterval(() => void this.watch(), WATCH_MS)
    this.changed()
  }

  private changed(): void {
    for (const listener of this.changeListeners) listener()
  }
}

/** As `Promise.all`, but rejects only when neither is under way any more. */
async function bothSettled<A, B>(one: Promise<A>, other: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([one, other])
  return Promise.all([one, other])
}

function stop(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop()
}

/** The page's audio engine; `source` is main's end of the audio link. */
export function createAudioEngine(source: Promise<LinkSource>): AudioEngine {
  return new WorkerAudioEngine(source)
}
