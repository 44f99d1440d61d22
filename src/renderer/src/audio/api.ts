/** The audio engine as the UI sees it. Samples never pass through here: only states and throttled levels. */

export type MicrophoneFailure = 'permission-denied' | 'no-device' | 'device-busy' | 'lost' | 'failed'

/** One state value; what the platform really granted is read back, never assumed. */
export type MicrophoneState =
  | { kind: 'off' }
  | { kind: 'opening' }
  | {
      kind: 'live'
      deviceId: string
      label: string
      echoCancellation: boolean
      noiseSuppression: boolean
      autoGainControl: boolean
      /**
       * `preparing` until the first block that is not digital silence arrived: not "listening" yet. `silent` once 2 s of
       * blocks held nothing else: the microphone is probably muted.
       */
      sound: 'preparing' | 'heard' | 'silent'
      /** The chosen microphone that is not there, by its label, while the system's default stands in for it. */
      insteadOf: string | null
    }
  | { kind: 'failed'; code: MicrophoneFailure; message: string }

export interface MicrophoneChoice {
  deviceId: string
  label: string
}

/** Levels in dBFS (RMS over the last 50 ms, floor -90); at most 20 a second. */
export interface Levels {
  inputDbfs: number
  outputDbfs: number
}

export type TalkMode = 'push-to-talk' | 'open'

/** `blocked`: the browser plays nothing until the person has clicked or pressed a key (its autoplay rule). */
export type LoudspeakerState = 'ready' | 'blocked'

export interface AudioEngine {
  readonly loudspeaker: LoudspeakerState
  readonly microphone: MicrophoneState
  /**
   * Opens the microphone (null: the system's default) and the loudspeaker. Never rejects: failures are a state. A chosen
   * microphone that is missing is replaced by the system's default until it is back.
   */
  open(choice: MicrophoneChoice | null): Promise<void>
  /** Stops every track; the operating system's microphone light goes off. A reply that plays is played to its end. */
  close(): void
  /** Opens or closes the microphone gate: while closed no sample leaves the worker. */
  talk(open: boolean, mode: TalkMode): void
  devices(): Promise<MicrophoneChoice[]>
  /** Called on every change of `microphone`, of `loudspeaker`, of the device list or of the gate. Returns its own unsubscribe. */
  onChange(listener: () => void): () => void
  onLevels(listener: (levels: Levels) => void): () => void
}
