import type {
  AudioEngine,
  Levels,
  LoudspeakerState,
  MicrophoneChoice,
  MicrophoneState
} from '../../../src/renderer/src/audio/api.ts'

/** Plays the audio engine's part where there is no microphone: the test says what it reports and reads what it was told. */
export class ScriptedEngine implements AudioEngine {
  microphone: MicrophoneState = { kind: 'off' }
  loudspeaker: LoudspeakerState = 'ready'
  readonly calls: string[] = []
  choices: MicrophoneChoice[] = [
    { deviceId: 'desk', label: 'Desk Microphone' },
    { deviceId: 'headset', label: 'Headset' }
  ]
  /** What `open` leads to. */
  opened: MicrophoneState = {
    kind: 'live',
    deviceId: 'desk',
    label: 'Desk Microphone',
    echoCancellation: true,
    noiseSuppression: true,
    autoGainControl: true,
    sound: 'heard',
    insteadOf: null
  }
  private readonly changed = new Set<() => void>()
  private readonly heard = new Set<(levels: Levels) => void>()

  open(choice: MicrophoneChoice | null): Promise<void> {
    this.calls.push(`open ${choice?.deviceId ?? 'default'}`)
    this.become(this.opened)
    return Promise.resolve()
  }

  close(): void {
    this.calls.push('close')
    this.become({ kind: 'off' })
  }

  talk(open: boolean, mode: string): void {
    this.calls.push(`talk ${open ? 'open' : 'closed'} ${mode}`)
  }

  devices(): Promise<MicrophoneChoice[]> {
    return Promise.resolve(this.choices)
  }

  onChange(listener: () => void): () => void {
    this.changed.add(listener)
    return () => this.changed.delete(listener)
  }

  onLevels(listener: (levels: Levels) => void): () => void {
    this.heard.add(listener)
    return () => this.heard.delete(listener)
  }

  become(state: MicrophoneState): void {
    this.microphone = state
    for (const listener of this.changed) listener()
  }

  block(loudspeaker: LoudspeakerState): void {
    this.loudspeaker = loudspeaker
    for (const listener of this.changed) listener()
  }

  level(levels: Levels): void {
    for (const listener of this.heard) listener(levels)
  }
}
