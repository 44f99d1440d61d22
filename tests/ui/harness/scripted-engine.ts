import type {
  AudioEngine,
  AudioSetup,
  Devices,
  Earcon,
  EchoCheck,
  EchoState,
  Gate,
  Levels,
  LoudspeakerState,
  MicrophoneState,
  SystemAudioState,
  TalkMode
} from '../../../src/renderer/src/audio/api.ts'

type Live = Extract<MicrophoneState, { kind: 'live' }>

/** Plays the audio engine's part where there is no microphone: the test says what it reports and reads what it was told. */
export class ScriptedEngine implements AudioEngine {
  microphone: MicrophoneState = { kind: 'off' }
  loudspeaker: LoudspeakerState = { blocked: false, label: null, insteadOf: null }
  systemAudio: SystemAudioState = { kind: 'off' }
  echo: EchoState = { leakDb: null, halfDuplex: false }
  readonly calls: string[] = []
  readonly earcons: Earcon[] = []
  /** Every setup that it was told, the newest last. */
  readonly setups: AudioSetup[] = []
  present: Devices = {
    microphones: [
      { deviceId: 'desk', label: 'Desk Microphone' },
      { deviceId: 'headset', label: 'Headset' }
    ],
    loudspeakers: [
      { deviceId: 'monitor', label: 'Monitor Speakers' },
      { deviceId: 'headset-out', label: 'Headset' }
    ]
  }
  /** What `open` leads to. */
  opened: MicrophoneState = {
    kind: 'live',
    deviceId: 'desk',
    label: 'Desk Microphone',
    granted: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
    sound: 'heard',
    insteadOf: null,
    bluetooth: false
  }
  private readonly changed = new Set<() => void>()
  private readonly heard = new Set<(levels: Levels) => void>()
  private found: ((check: EchoCheck) => void) | undefined

  configure(setup: AudioSetup): void {
    this.setups.push(setup)
  }

  open(what?: 'microphone'): Promise<void> {
    this.calls.push(what === undefined ? 'open' : `open ${what}`)
    this.become(this.opened)
    return Promise.resolve()
  }

  close(): void {
    this.calls.push('close')
    this.become({ kind: 'off' })
  }

  talk(gate: Gate, mode: TalkMode): void {
    this.calls.push(`talk ${gate} ${mode}`)
  }

  /** What the check opens for itself changes no state. */
  checkEcho(): Promise<EchoCheck> {
    this.calls.push('check')
    return new Promise((resolve) => {
      this.found = resolve
    })
  }

  stopEchoCheck(): void {
    this.calls.push('stop check')
    this.find({ kind: 'failed', reason: 'busy' })
  }

  earcon(earcon: Earcon): void {
    this.earcons.push(earcon)
  }

  devices(): Promise<Devices> {
    return Promise.resolve(this.present)
  }

  onChange(listener: () => void): () => void {
    this.changed.add(listener)
    return () => this.changed.delete(listener)
  }

  onLevels(listener: (levels: Levels) => void): () => void {
    this.heard.add(listener)
    return () => this.heard.delete(listener)
  }

  /** What the check that runs comes to. */
  find(check: EchoCheck): void {
    this.found?.(check)
  }

  become(microphone: MicrophoneState): void {
    this.report({ microphone })
  }

  /** A live microphone that differs in this, now and at the next opening. */
  differ(change: Partial<Live>): void {
    this.opened = { ...this.opened, ...change } as MicrophoneState
    if (this.microphone.kind === 'live') this.become(this.opened)
  }

  report(states: Partial<Pick<AudioEngine, 'microphone' | 'loudspeaker' | 'systemAudio' | 'echo'>>): void {
    Object.assign(this, states)
    for (const listener of this.changed) listener()
  }

  level(levels: Levels): void {
    for (const listener of this.heard) listener(levels)
  }
}
