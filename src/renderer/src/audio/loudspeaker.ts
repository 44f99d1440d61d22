import type { DeviceChoice } from './api.ts'
import { type DeviceList, findDevice } from './devices.ts'

declare global {
  // Audio Output Devices API and AudioPlaybackStats; Chromium has them, TypeScript's DOM does not yet.
  interface AudioContext {
    /** Empty: the system's default. */
    readonly sinkId: string | { readonly type: string }
    setSinkId(sinkId: string): Promise<void>
    readonly playbackStats?: { readonly underrunEvents: number }
  }
}

export interface LoudspeakerPorts {
  /** The context that plays now. */
  context(): Pick<AudioContext, 'sinkId' | 'setSinkId'> | undefined
  devices(): DeviceList
  /** The context is asked to play somewhere else, and may stand until it does. */
  onMoving(): void
  /** {@link Loudspeaker.label} or {@link Loudspeaker.insteadOf} has changed. */
  onChange(): void
}

/** The system's default, as `setSinkId` takes it. */
const DEFAULT_SINK = ''
/** An answer that takes this long is none. */
const LONGEST_MOVE_MS = 5000
/** A loudspeaker that is there but did not take the sound is tried again after this. */
const RETRY_MS = 5000

/**
 * Makes the context play where the person wants: on the chosen loudspeaker while it is there, else on the system's default. Called again
 * after every look at the devices, with every new context and with every choice; what is as it should be costs nothing.
 */
export class Loudspeaker {
  readonly #ports: LoudspeakerPorts
  #choice: DeviceChoice | null = null
  #insteadOf: string | null = null
  #setting = false
  #again = false
  #generation = 0
  #refused: { deviceId: string; untilMs: number } | undefined

  constructor(ports: LoudspeakerPorts) {
    this.#ports = ports
  }

  /** Null: the system's default. */
  get label(): string | null {
    return this.#insteadOf === null ? (this.#choice?.label ?? null) : null
  }

  /** The chosen loudspeaker that is not there, by its label. */
  get insteadOf(): string | null {
    return this.#insteadOf
  }

  /** The context was asked to play somewhere else and has not answered. */
  get isMoving(): boolean {
    return this.#setting
  }

  configure(choice: DeviceChoice | null): void {
    if (JSON.stringify(choice) === JSON.stringify(this.#choice)) return
    this.#choice = choice
    this.#refused = undefined
    this.#insteadOf = null
    this.follow()
    this.#ports.onChange()
  }

  /** There is another context: what was asked of the last one may never be answered. */
  renew(): void {
    this.#generation += 1
    this.#setting = false
    this.follow()
  }

  /** One change at a time; what is asked for meanwhile is looked at again afterwards. */
  follow(): void {
    this.#again = this.#setting
    if (this.#setting) return
    const context = this.#ports.context()
    if (context === undefined) return
    const wanted = this.#wanted()
    if (context.sinkId === wanted) {
      this.#tell(wanted)
      return
    }
    const generation = this.#generation
    this.#setting = true
    this.#ports.onMoving()
    const settle = (took: boolean): void => {
      clearTimeout(timer)
      if (generation !== this.#generation) return
      // A late answer to what was given up changes nothing.
      this.#generation += 1
      this.#setting = false
      if (took) this.#tell(wanted)
      // Gone between the look and now, or refused: the default has to play, wherever it plays now.
      else this.#refused = { deviceId: wanted, untilMs: performance.now() + RETRY_MS }
      if (this.#again || (!took && wanted !== DEFAULT_SINK)) this.follow()
    }
    const timer = setTimeout(() => settle(false), LONGEST_MOVE_MS)
    context.setSinkId(wanted).then(
      () => settle(true),
      () => settle(false)
    )
  }

  #wanted(): string {
    if (this.#choice === null) return DEFAULT_SINK
    const deviceId = findDevice(this.#ports.devices().loudspeakers, this.#choice)?.deviceId
    if (deviceId === undefined) return DEFAULT_SINK
    const isRefused = this.#refused?.deviceId === deviceId && performance.now() < this.#refused.untilMs
    return isRefused ? DEFAULT_SINK : deviceId
  }

  #tell(sinkId: string): void {
    const insteadOf = sinkId === DEFAULT_SINK ? (this.#choice?.label ?? null) : null
    if (insteadOf === this.#insteadOf) return
    this.#insteadOf = insteadOf
    this.#ports.onChange()
  }
}
