import type { OwnVoice, SystemAudioChoice, SystemAudioFailure, SystemAudioState } from './api.ts'
import { type DeviceList, findDevice } from './devices.ts'
import type { Attachment, GraphSource } from './graph-keeper.ts'
import { stopStream } from './microphone.ts'
import { ReopenBackoff } from './watchdog.ts'

export interface OpenSystemAudio {
  stream: MediaStream
  track: MediaStreamTrack
  label: string
  deviceId: string
  ownVoice: 'excluded' | 'included'
}

type ChosenSystemAudio = Exclude<SystemAudioChoice, { kind: 'off' }>

export interface SystemAudioPorts {
  /** `signal`: it is no longer wanted. What comes of it nevertheless is let go of here. */
  open(choice: ChosenSystemAudio, signal: AbortSignal): Promise<OpenSystemAudio>
  /** Why `open` has rejected. */
  failureOf(cause: unknown): { code: SystemAudioFailure; message: string }
  graphs: { ready(): Promise<unknown>; attach(source: GraphSource): Attachment }
  devices(): DeviceList
  /** The state has changed. */
  onChange(): void
}

interface Live {
  opened: OpenSystemAudio
  attachment: Attachment
  handling: OwnVoice
  silent: boolean
  /** Seen among the devices: only then can it be seen that it has gone. */
  seen: boolean
}

type Held =
  | { kind: 'off' }
  | { kind: 'opening'; done: Promise<void> }
  | { kind: 'live'; live: Live }
  | { kind: 'failed'; code: SystemAudioFailure; message: string; retry: ReturnType<typeof setTimeout> | undefined }

/** What another try may mend without the person. */
const RETRIED: readonly SystemAudioFailure[] = ['lost', 'failed']

/**
 * Keeps system audio open while it is chosen and wanted. Nothing stands in for a device that is missing: it is opened when it is there
 * again. Generations as with the microphone.
 */
export class SystemAudioKeeper {
  readonly #ports: SystemAudioPorts
  readonly #backoff = new ReopenBackoff()
  #choice: SystemAudioChoice = { kind: 'off' }
  #gain = 1
  #wanted = false
  #held: Held = { kind: 'off' }
  #generation = 0
  #opening = new AbortController()

  constructor(ports: SystemAudioPorts) {
    this.#ports = ports
  }

  get state(): SystemAudioState {
    const held = this.#held
    if (held.kind === 'off' || held.kind === 'opening') return { kind: held.kind }
    if (held.kind === 'failed') return { kind: 'failed', code: held.code, message: held.message }
    const { opened, handling, silent } = held.live
    return { kind: 'live', label: opened.label, ownVoice: handling, silent }
  }

  configure(choice: SystemAudioChoice, gainDb: number): void {
    this.#gain = 10 ** (gainDb / 20)
    if (this.#held.kind === 'live') this.#held.live.attachment.setGain(this.#gain)
    if (JSON.stringify(choice) === JSON.stringify(this.#choice)) return
    this.#choice = choice
    this.#backoff.reset()
    if (this.#wanted) void this.#acquire()
  }

  /** Never rejects. */
  open(): Promise<void> {
    this.#wanted = true
    if (this.#held.kind === 'live') return Promise.resolve()
    if (this.#held.kind === 'opening') return this.#held.done
    this.#backoff.reset()
    return this.#acquire()
  }

  close(): void {
    this.#wanted = false
    this.#letGo()
    this.#set({ kind: 'off' })
  }

  /** What the worker heard of input `id`. */
  heard(id: string, silent: boolean): void {
    this.#change(id, { silent })
  }

  /** How the agent's voice is kept out of input `id`. */
  handled(id: string, handling: OwnVoice): void {
    this.#change(id, { handling })
  }

  /** The devices were looked at; `changed`: others are there than at the last look. */
  looked(changed: boolean): void {
    if (this.#choice.kind !== 'device') return
    const { microphones } = this.#ports.devices()
    if (this.#held.kind === 'live') {
      const { live } = this.#held
      const isThere = microphones.some(({ deviceId }) => deviceId === live.opened.deviceId)
      if (live.seen && !isThere) this.#lost()
      else live.seen ||= isThere
    } else if (this.#held.kind === 'failed' && changed && findDevice(microphones, this.#choice) !== undefined) {
      this.#backoff.reset()
      void this.#acquire()
    }
  }

  #change(id: string, change: Partial<Pick<Live, 'handling' | 'silent'>>): void {
    if (this.#held.kind !== 'live' || this.#held.live.attachment.id !== id) return
    Object.assign(this.#held.live, change)
    this.#ports.onChange()
  }

  #acquire(): Promise<void> {
    this.#letGo()
    if (this.#choice.kind === 'off') {
      this.#set({ kind: 'off' })
      return Promise.resolve()
    }
    const done = this.#openAndStart(this.#choice, this.#generation)
    this.#set({ kind: 'opening', done })
    return done
  }

  async #openAndStart(choice: ChosenSystemAudio, generation: number): Promise<void> {
    try {
      const opened = await this.#ports.open(choice, this.#opening.signal)
      // Where there can be no graph now it is let go again; the microphone tells of the graph.
      await this.#ports.graphs.ready().catch((cause: unknown) => {
        stopStream(opened.stream)
        throw cause
      })
      if (generation === this.#generation) this.#start(opened)
      else stopStream(opened.stream)
    } catch (cause) {
      if (generation !== this.#generation) return
      const { code, message } = this.#ports.failureOf(cause)
      this.#fail(code, message, RETRIED.includes(code) ? this.#backoff.failed(performance.now()) : undefined)
    }
  }

  #start(opened: OpenSystemAudio): void {
    this.#generation += 1
    const generation = this.#generation
    const { stream, ownVoice } = opened
    const attachment = this.#ports.graphs.attach({ role: 'system', stream, gain: this.#gain, ownVoice })
    opened.track.addEventListener('ended', () => {
      if (generation === this.#generation) this.#lost()
    })
    this.#backoff.opened(performance.now())
    const handling = ownVoice === 'excluded' ? 'excluded' : 'learning'
    this.#set({ kind: 'live', live: { opened, attachment, handling, silent: false, seen: false } })
    if (opened.track.readyState === 'ended') this.#lost()
  }

  #lost(): void {
    this.#letGo()
    this.#fail('lost', 'System audio was lost.', this.#backoff.failed(performance.now()))
  }

  #fail(code: SystemAudioFailure, message: string, retryMs: number | undefined): void {
    const retry = retryMs === undefined ? undefined : setTimeout(() => this.#retry(), retryMs)
    this.#set({ kind: 'failed', code, message, retry })
  }

  /** The failure stays told meanwhile. */
  #retry(): void {
    this.#letGo()
    if (this.#choice.kind !== 'off') void this.#openAndStart(this.#choice, this.#generation)
  }

  /** Ends what is open or being opened. */
  #letGo(): void {
    this.#generation += 1
    this.#opening.abort()
    this.#opening = new AbortController()
    if (this.#held.kind === 'failed') clearTimeout(this.#held.retry)
    if (this.#held.kind !== 'live') return
    stopStream(this.#held.live.opened.stream)
    this.#held.live.attachment.detach()
    this.#held = { kind: 'off' }
  }

  #set(held: Held): void {
    this.#held = held
    this.#ports.onChange()
  }
}
