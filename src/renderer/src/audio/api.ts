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
      /** True until the first non-silent block arrived: show "preparing", not "listening". */
      preparing: boolean
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

export interface AudioEngine {
  readonly microphone: MicrophoneState
  /** Opens the microphone (null: the system's default) and the loudspeaker. Never rejects: failures are a state. */
  open(choice: MicrophoneChoice | null): Promise<void>
  /** Stops every track and the graph; the operating system's microphone light goes off. */
  close(): void
  /** Opens or closes the microphone gate: while closed no sample leaves the worker. */
  talk(open: boolean, mode: TalkMode): void
  devices(): Promise<MicrophoneChoice[]>
  /** Called on every change of `microphone`, of the device list or of the gate. Returns its own unsubscribe. */
  onChange(listener: () => void): () => void
  onLevels(listener: (levels: Levels) => void): () => void
}
