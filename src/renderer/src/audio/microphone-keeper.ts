import type { MicrophoneFailure, MicrophoneState } from './api.ts'
import { isBluetooth } from './bluetooth.ts'
import { type DeviceList, findDevice, type MicrophoneInUse, microphoneMoved } from './devices.ts'
import type { Attachment, GraphSource } from './graph-keeper.ts'
import {
  failureOf,
  type MicrophoneSetup,
  openChosen,
  type OpenedMicrophone,
  openMicrophone,
  stopStream
} from './microphone.ts'
import { ReopenBackoff } from './watchdog.ts'

export interface MicrophonePorts {
  media: Pick<MediaDevices, 'getUserMedia' | 'enumerateDevices'>
  /** Resolves when what the person is to hear can be played, and rejects where it cannot; at once where nothing is to be heard. */
  canBeHeard(): Promise<unknown>
  attach(source: GraphSource): Attachment
  devices(): DeviceList
  /** The state has changed. */
  onChange(): void
}

/** The live variant's resources beside what the UI sees of it. */
interface Live {
  opened: OpenedMicrophone
  attachment: Attachment
  sound: Extract<MicrophoneState, { kind: 'live' }>['sound']
  /** Runs while one that was heard is silent. */
  reopen: ReturnType<typeof setTimeout> | undefined
  /** Undefined until the devices were looked at for the first time after it was opened. */
  inUse: MicrophoneInUse | undefined
}

type Held =
  | { kind: 'off' }
  | { kind: 'opening'; done: Promise<void> }
  | { kind: 'live'; live: Live }
  | { kind: 'failed'; code: MicrophoneFailure; message: string; retry: ReturnType<typeof setTimeout> | undefined }

/** A chosen microphone that is there but cannot be opened while another one stands in for it is tried again after this. */
const COME_BACK_MS = 5000
/** One that was heard and then gives nothing for this long may have stalled: it is opened again, once. */
const SILENT_REOPEN_MS = 5000
/** What the next try may mend. A refused permission is the person's to change. */
const RETRIED: readonly MicrophoneFailure[] = ['lost', 'device-busy', 'failed']
/** What a device that comes may mend. */
const SEEN: readonly MicrophoneFailure[] = ['lost', 'no-device']

/**
 * Keeps the chosen microphone open while it is wanted, or the system's default in its place. Every opening has a generation: a permission
 * prompt that is answered after the microphone was closed, and a track that ends late, change nothing and leave nothing open.
 */
export class MicrophoneKeeper {
  readonly #ports: MicrophonePorts
  readonly #backoff = new ReopenBackoff()
  #setup: MicrophoneSetup
  #held: Held = { kind: 'off' }
  #generation = 0
  #comeBackAtMs = 0
  #comingBack = false

  constructor(ports: MicrophonePorts, setup: MicrophoneSetup) {
    this.#ports = ports
    this.#setup = setup
  }

  get state(): MicrophoneState {
    const held = this.#held
    if (held.kind === 'off' || held.kind === 'opening') return { kind: held.kind }
    if (held.kind === 'failed') return { kind: 'failed', code: held.code, message: held.message }
    const { deviceId, label, granted, insteadOf } = held.live.opened
    return { kind: 'live', deviceId, label, granted, sound: held.live.sound, insteadOf, bluetooth: isBluetooth(label) }
  }

  /** What is open. */
  get stream(): MediaStream | undefined {
    return this.#held.kind === 'live' ? this.#held.live.opened.stream : undefined
  }

  /** What is open is opened again where it is another choice or other processing. */
  configure(setup: MicrophoneSetup): void {
    const changed = JSON.stringify(setup) !== JSON.stringify(this.#setup)
    this.#setup = setup
    if (!changed || this.#held.kind === 'off') return
    this.#backoff.reset()
    void this.#acquire(false)
  }

  /** Never rejects. What is open stays open, so that a microphone that was kept warm loses nothing. */
  open(): Promise<void> {
    if (this.#held.kind === 'live') return this.#needLoudspeaker(this.#ports.canBeHeard())
    if (this.#held.kind === 'opening') return this.#held.done
    this.#backoff.reset()
    return this.#acquire(false)
  }

  close(): void {
    this.#letGo()
    this.#set({ kind: 'off' })
  }

  /** Lets go of everything for a reason that is not the microphone's; only {@link open} tries again. */
  fail(message: string): void {
    this.#letGo()
    this.#set({ kind: 'failed', code: 'failed', message, retry: undefined })
  }

  /** What the worker heard of input `id`. */
  heard(id: string, sound: Live['sound']): void {
    if (this.#held.kind === 'live' && this.#held.live.attachment.id === id) this.#sounds(this.#held.live, sound)
  }

  /** Input `id` broke. */
  broke(id: string): void {
    if (this.#held.kind === 'live' && this.#held.live.attachment.id === id) this.#lost()
  }

  #sounds(live: Live, sound: Live['sound']): void {
    if (live.sound === sound) return
    clearTimeout(live.reopen)
    if (sound === 'silent' && live.sound !== 'preparing') {
      live.reopen = setTimeout(() => void this.#acquire(false), SILENT_REOPEN_MS)
    }
    live.sound = sound
    this.#ports.onChange()
  }

  /** The devices were looked at; `changed`: others are there than at the last look. */
  looked(changed: boolean): void {
    const devices = this.#ports.devices()
    if (this.#held.kind === 'failed' && changed && devices.anyMicrophone && SEEN.includes(this.#held.code)) {
      this.#backoff.reset()
      void this.#acquire(this.#held.code === 'lost')
    }
    if (this.#held.kind !== 'live') return
    const { live } = this.#held
    live.inUse ??= { deviceId: live.opened.deviceId, plugged: devices }
    const moved = microphoneMoved(live.inUse, devices)
    if (moved === 'gone') this.#lost()
    else if (moved === 'default-moved') void this.#acquire(false)
    else void this.#comeBack(live, devices)
  }

  /** `afterLoss`: a microphone has just gone, so any failure to open the chosen one means that it is not there. */
  #acquire(afterLoss: boolean): Promise<void> {
    this.#letGo()
    const done = this.#openAndStart(this.#generation, afterLoss)
    this.#set({ kind: 'opening', done })
    return done
  }

  /** As {@link #acquire}, while the failure stays told. */
  #retry(afterLoss: boolean): void {
    this.#letGo()
    void this.#openAndStart(this.#generation, afterLoss)
  }

  async #openAndStart(generation: number, afterLoss: boolean): Promise<void> {
    const canBeHeard = this.#ports.canBeHeard()
    const known = canBeHeard.then(
      () => true,
      () => false
    )
    try {
      const opened = await openMicrophone(this.#ports.media, this.#setup, afterLoss)
      if (generation !== this.#generation) {
        stopStream(opened.stream)
        return
      }
      this.#start(opened)
    } catch (cause) {
      // One that is refused at once must not be told before the loudspeaker is there: what is said then would go unheard.
      await known
      if (generation !== this.#generation) return
      const failure = failureOf(cause)
      this.#failed(afterLoss && failure !== 'permission-denied' ? 'lost' : failure, sentence(cause))
      return
    }
    await this.#needLoudspeaker(canBeHeard)
  }

  /** Nobody shall talk into a microphone and never hear an answer. */
  async #needLoudspeaker(canBeHeard: Promise<unknown>): Promise<void> {
    const generation = this.#generation
    try {
      await canBeHeard
    } catch (cause) {
      if (generation !== this.#generation) return
      this.#letGo()
      this.#failed('failed', sentence(cause))
    }
  }

  #start(opened: OpenedMicrophone): void {
    this.#generation += 1
    const generation = this.#generation
    const attachment = this.#ports.attach({
      role: 'microphone',
      stream: opened.stream,
      gain: 1,
      ownVoice: 'included'
    })
    opened.track.addEventListener('ended', () => {
      if (generation === this.#generation) this.#lost()
    })
    const live: Live = { opened, attachment, sound: 'preparing', reopen: undefined, inUse: undefined }
    // The system's own switch: nothing comes while it is muted, and the worker says what comes afterwards.
    const muted = (sound: Live['sound']) => (): void => {
      if (generation === this.#generation) this.#sounds(live, sound)
    }
    opened.track.addEventListener('mute', muted('silent'))
    opened.track.addEventListener('unmute', muted('preparing'))
    this.#backoff.opened(performance.now())
    this.#set({ kind: 'live', live })
    if (opened.track.readyState === 'ended') this.#lost()
  }

  #lost(): void {
    const waitMs = this.#backoff.failed(performance.now())
    if (waitMs === 0) {
      void this.#acquire(true)
      return
    }
    this.#letGo()
    this.#fail('lost', 'The microphone was lost.', waitMs)
  }

  #failed(code: MicrophoneFailure, message: string): void {
    this.#fail(code, message, RETRIED.includes(code) ? this.#backoff.failed(performance.now()) : undefined)
  }

  #fail(code: MicrophoneFailure, message: string, retryMs: number | undefined): void {
    const retry = retryMs === undefined ? undefined : setTimeout(() => this.#retry(code === 'lost'), retryMs)
    this.#set({ kind: 'failed', code, message, retry })
  }

  /** Swaps the stand-in for the chosen microphone when that is there again; the stand-in goes on until the other one is open. */
  async #comeBack(live: Live, devices: DeviceList): Promise<void> {
    const { choice, processing } = this.#setup
    if (this.#comingBack || live.opened.insteadOf === null || choice === null) return
    if (findDevice(devices.microphones, choice) === undefined || performance.now() < this.#comeBackAtMs) return
    const generation = this.#generation
    this.#comingBack = true
    try {
      const opened = await openChosen(this.#ports.media, choice, processing)
      if (generation !== this.#generation) {
        stopStream(opened.stream)
        return
      }
      this.#letGo()
      this.#start(opened)
    } catch {
      // The stand-in goes on, which the state says; the next look may try again.
      this.#comeBackAtMs = performance.now() + COME_BACK_MS
    } finally {
      this.#comingBack = false
    }
  }

  /** Ends what is open or being opened. */
  #letGo(): void {
    this.#generation += 1
    if (this.#held.kind === 'failed') clearTimeout(this.#held.retry)
    if (this.#held.kind !== 'live') return
    clearTimeout(this.#held.live.reopen)
    stopStream(this.#held.live.opened.stream)
    this.#held.live.attachment.detach()
    this.#held = { kind: 'off' }
  }

  #set(held: Held): void {
    this.#held = held
    this.#ports.onChange()
  }
}

function sentence(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
