import type { AudioPreferences, DeviceChoice, Preferences } from '../../../../shared/ipc/contract.ts'
import type { AudioEngine, AudioSetup, Gate, TalkMode } from '../../audio/api.ts'
import { gateOf, microphoneWanted } from '../session/gate.ts'
import { isActive, isTextOnly } from '../session/state.ts'
import type { AppStore } from '../session/store.ts'

interface SoundDeps {
  engine: AudioEngine
  store: AppStore
  /** Shows the change at once, and keeps it. */
  prefer: (change: Partial<Preferences>) => void
  /** Told when the devices cannot be listed. */
  onFailure: (cause: unknown) => void
}

/** The engine follows the state: its setup, whether the microphone is open, and the gate; and what a person can ask of it. */
export class SoundControl {
  private readonly deps: SoundDeps
  /** A conversation was asked for and main has not said yet that it began. */
  private asked = false
  private configured = ''
  /** As the engine said it last, which is often. */
  private leakDb: number | null = null
  private gate: { gate: Gate; mode: TalkMode } = { gate: 'closed', mode: 'push-to-talk' }

  constructor(deps: SoundDeps) {
    this.deps = deps
    deps.engine.onChange(() => {
      this.onEngine()
    })
  }

  /** A conversation is asked for: the microphone opens while it connects. */
  expectConversation(): void {
    this.asked = true
    if (isTextOnly(this.deps.store.getState())) return
    // One that is open already, as when it was kept warm, is left alone: opening it again would cut the first word.
    const { kind } = this.deps.engine.microphone
    if (kind === 'off' || kind === 'failed') this.open()
  }

  /** It has begun, and is followed by its state; or it will not begin. */
  conversationSettled(): void {
    this.asked = false
  }

  /** Brings the engine in line with the state; call it after every change. */
  follow(): void {
    const { engine, store } = this.deps
    const state = store.getState()
    this.configure(state.preferences)
    // A check opens what it needs, and closes it again itself.
    if (state.echoCheck.kind !== 'running') {
      const wanted = microphoneWanted(state, this.asked)
      if (!wanted && engine.microphone.kind !== 'off') engine.close()
      if (wanted && !this.asked && engine.microphone.kind === 'off') this.open()
    }
    this.talk()
  }

  /** Opens the microphone again, after a failure. */
  open(): void {
    void this.deps.engine.open()
  }

  /** Null is the system's default. */
  chooseMicrophone(microphone: DeviceChoice | null): void {
    const failed = this.deps.engine.microphone.kind === 'failed'
    this.deps.prefer({ microphone })
    if (failed && microphoneWanted(this.deps.store.getState(), this.asked)) this.open()
  }

  /**
   * Null is the system's default. How much comes back from another one nobody knows: it is listened to at once, or where a conversation
   * runs it is said that this is due.
   */
  chooseLoudspeaker(loudspeaker: DeviceChoice | null): void {
    const { store } = this.deps
    this.prefer({ loudspeaker })
    if (store.getState().echoCheck.kind === 'running') return
    store.dispatch({ kind: 'echo-check', check: { kind: loudspeaker === null ? 'none' : 'due' } })
    const state = store.getState()
    if (loudspeaker !== null && !isTextOnly(state) && !isActive(state.session) && !this.asked) void this.checkEcho()
  }

  /** What the person changed of how sound is taken and played. */
  prefer(change: Partial<AudioPreferences>): void {
    this.deps.prefer({ audio: { ...this.deps.store.getState().preferences.audio, ...change } })
  }

  /** As {@link prefer}, but heard and shown only: a slider that moves is kept when it is let go. */
  preview(change: Partial<AudioPreferences>): void {
    const { preferences } = this.deps.store.getState()
    const audio = { ...preferences.audio, ...change }
    this.deps.store.dispatch({ kind: 'preferences', preferences: { ...preferences, audio } })
  }

  /** Opens the microphone only for the person to look at its meter. */
  tryOut(on: boolean): void {
    const failed = this.deps.engine.microphone.kind === 'failed'
    this.deps.store.dispatch({ kind: 'trying', on })
    // One that is off was opened by what follows from the state.
    if (on && failed) this.open()
  }

  /** Plays and listens for three seconds; what it found is in the state. One at a time. */
  async checkEcho(): Promise<void> {
    const { engine, store } = this.deps
    if (store.getState().echoCheck.kind === 'running') return
    const { loudspeaker } = store.getState().preferences.audio
    store.dispatch({ kind: 'echo-check', check: { kind: 'running' } })
    const found = await engine.checkEcho()
    const now = store.getState().preferences.audio.loudspeaker
    // What was found of another loudspeaker says nothing.
    const check = now?.deviceId === loudspeaker?.deviceId ? found : ({ kind: 'due' } as const)
    store.dispatch({ kind: 'echo-check', check })
  }

  /** Looks at the devices without being asked to; who talks to an agent without audio may have none. */
  async followDevices(): Promise<void> {
    if (!isTextOnly(this.deps.store.getState())) await this.refreshDevices()
  }

  async refreshDevices(): Promise<void> {
    const { engine, store, onFailure } = this.deps
    try {
      store.dispatch({ kind: 'devices', devices: await engine.devices() })
    } catch (cause) {
      onFailure(cause)
    }
  }

  hideNote(key: string): void {
    this.deps.store.dispatch({ kind: 'hide-note', key })
  }

  /** The devices may have changed when no state has, and their names are known once the microphone is open. */
  private onEngine(): void {
    const { engine, store } = this.deps
    const before = store.getState()
    const { microphone, loudspeaker, systemAudio, echo } = engine
    store.dispatch({ kind: 'audio', microphone, loudspeaker, systemAudio, echo })
    const after = store.getState()
    const leaks = echo.leakDb !== this.leakDb
    this.leakDb = echo.leakDb
    if (after.microphone !== before.microphone || (after === before && !leaks)) void this.followDevices()
  }

  private configure({ microphone, audio }: Preferences): void {
    const setup: AudioSetup = { microphone, ...audio }
    const told = JSON.stringify(setup)
    if (told === this.configured) return
    this.configured = told
    this.deps.engine.configure(setup)
  }

  private talk(): void {
    const state = this.deps.store.getState()
    const next = { gate: gateOf(state), mode: state.preferences.talkMode }
    if (next.gate === this.gate.gate && (next.gate === 'closed' || next.mode === this.gate.mode)) return
    this.gate = next
    this.deps.engine.talk(next.gate, next.mode)
  }
}
