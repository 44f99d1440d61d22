import type { AudioPreferences, DeviceChoice, SystemAudioChoice } from '../../../shared/ipc/contract.ts'

/** The audio engine as the UI sees it. Samples never pass through here: only states and throttled levels. */

export type MicrophoneFailure = 'permission-denied' | 'no-device' | 'device-busy' | 'lost' | 'failed'

/** What the platform does with the microphone's sound, as asked for or as granted. */
export type Processing = AudioPreferences['processing']

/** One state value; what the platform really granted is read back, never assumed. */
export type MicrophoneState =
  | { kind: 'off' }
  | { kind: 'opening' }
  | {
      kind: 'live'
      deviceId: string
      label: string
      /** As read back from the platform; it may refuse any of it without an error. */
      granted: Processing
      /**
       * `preparing` until the first block that is not digital silence arrived: not "listening" yet. `silent` once 2 s of
       * blocks held nothing else: the microphone is probably muted. `quiet`: the gate has been open for 5 s and nothing
       * was louder than {@link QUIET_DBFS}: its level is probably turned down.
       */
      sound: 'preparing' | 'heard' | 'silent' | 'quiet'
      /** The chosen microphone that is not there, by its label, while the system's default stands in for it. */
      insteadOf: string | null
      /** By its name: opening it makes a Bluetooth headset play in telephone quality. */
      bluetooth: boolean
    }
  | { kind: 'failed'; code: MicrophoneFailure; message: string }

/** RMS in dBFS that speech into a usable microphone exceeds. */
export const QUIET_DBFS = -60

/** `blocked`: the browser plays nothing until the person has clicked or pressed a key (its autoplay rule). */
export interface LoudspeakerState {
  blocked: boolean
  /** Null: the system's default. */
  label: string | null
  /** The chosen loudspeaker that is not there, by its label, while the system's default stands in for it. */
  insteadOf: string | null
}

/** `needs-click`: the platform starts it only for a gesture in the page; opening it again from a click mends it. */
export type SystemAudioFailure = 'denied' | 'needs-click' | 'no-track' | 'no-device' | 'lost' | 'unsupported' | 'failed'

/** How the agent's own voice is kept out of what the computer plays. */
export type OwnVoice =
  /** None of it comes back, as measured. */
  | 'excluded'
  /** Not loud or long enough yet to be taken out: meanwhile as `gated`. */
  | 'learning'
  /** Parley takes it out. */
  | 'cancelled'
  /** It cannot be taken out here: system audio is silent while the agent speaks. */
  | 'gated'

export type SystemAudioState =
  | { kind: 'off' }
  | { kind: 'opening' }
  | {
      kind: 'live'
      label: string
      ownVoice: OwnVoice
      /** 2 s of nothing but digital silence: either nothing plays, or (macOS) the permission is missing. */
      silent: boolean
    }
  | { kind: 'failed'; code: SystemAudioFailure; message: string }

/** What of the agent's voice comes back through the microphone. */
export interface EchoState {
  /** Level of what comes back against what was played, after the platform's cancellation; null while it cannot be told. */
  leakDb: number | null
  /** The microphone is silent now while the agent speaks, because the leak is bad or the person asked for it. */
  halfDuplex: boolean
}

/** The result of the three-second check. */
export type EchoCheck =
  | {
      kind: 'done'
      /** Level in the microphone after cancellation against the played level; at most 0, floor -90. */
      leakDb: number
      /** The same without cancellation; null where the raw microphone could not be had or heard nothing. */
      rawLeakDb: number | null
      /** From playing to the microphone; null where nothing came back. */
      delayMs: number | null
      advice: 'fine' | 'headphones' | 'push-to-talk' | 'half-duplex'
    }
  | { kind: 'failed'; reason: 'busy' | 'no-microphone' | 'no-loudspeaker' | 'too-loud-around' }

export type { DeviceChoice, SystemAudioChoice }

/** Levels in dBFS (RMS over the last 100 ms, floor -90); 10 a second. */
export interface Levels {
  inputDbfs: number
  systemDbfs: number
  outputDbfs: number
}

export type TalkMode = 'push-to-talk' | 'open'

/**
 * `closed`: nothing is kept and nothing leaves the worker. `ready`: the last 300 ms are kept in the worker, and nothing leaves it.
 * `open`: samples go to main, after `ready` with what was kept before.
 */
export type Gate = 'closed' | 'ready' | 'open'

export interface Devices {
  microphones: DeviceChoice[]
  loudspeakers: DeviceChoice[]
}

/** What the person chose. */
export interface AudioSetup extends AudioPreferences {
  /** Null: the system's default. */
  microphone: DeviceChoice | null
}

/** A short sound that tells what a person may not look at: the microphone opened or closed, the conversation ended by itself. */
export type Earcon = 'open' | 'close' | 'ended'

export interface AudioEngine {
  readonly loudspeaker: LoudspeakerState
  readonly microphone: MicrophoneState
  readonly systemAudio: SystemAudioState
  readonly echo: EchoState
  /** Takes effect at once on what is open, and opens nothing. */
  configure(setup: AudioSetup): void
  /**
   * Opens the microphone, the loudspeaker and, where chosen, system audio; with `microphone` that alone, for one that is kept ready or
   * tried: what else is open is closed. A microphone that is open is left as it is, so that nothing it hears is lost from one to the
   * other. Never rejects: failures are a state. A chosen device that is missing is replaced by the system's default until it is back.
   */
  open(what?: 'microphone'): Promise<void>
  /** Stops every track within 200 ms; the operating system's microphone light goes off. A reply that plays is played to its end. */
  close(): void
  /** Opens or closes the microphone gate in the worker. */
  talk(gate: Gate, mode: TalkMode): void
  /** Plays and listens for three seconds, or six where the canceller has still to learn; opens what it needs and closes what it opened. Never rejects. */
  checkEcho(): Promise<EchoCheck>
  /** Ends a check that runs, which answers `busy`; what it opened is closed. */
  stopEchoCheck(): void
  /** Plays it through the chosen loudspeaker, beside the agent; not at all while nothing plays there. */
  earcon(earcon: Earcon): void
  devices(): Promise<Devices>
  /** Called on every change of a state above, of the device list or of the gate. Returns its own unsubscribe. */
  onChange(listener: () => void): () => void
  onLevels(listener: (levels: Levels) => void): () => void
}
