import type { AudioPreferences, DeviceChoice, Preferences } from '../../../../shared/ipc/contract.ts'
import type { AudioEngine, AudioSetup, Gate, TalkMode } from '../../audio/api.ts'
import { gateOf, soundWanted, type Wanted } from '../session/gate.ts'
import { isActive, isTextOnly } from '../session/state.ts'
import type { AppStore } from '../session/store.ts'
import type { EchoCheckState } from './sound-state.ts'

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
  /** What the engine was told last to have open. */
  private told: Wanted = 'nothing'
  /** The check that runs was ended by the person: its result is what was known before. */
  private stopped = false
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
    this.stopCheck()
    const { kind } = this.deps.engine.microphone
    if (this.told !== 'all' || kind === 'off' || kind === 'failed') this.open()
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
    const wanted = soundWanted(state, this.asked)
    if (state.echoCheck.kind === 'running') {
      // A check opens what it needs, and closes it again itself; whoever talks wants no check.
      if (wanted === 'all') this.stopCheck()
    } else {
      const isOff = engine.microphone.kind === 'off'
      if (wanted === 'nothing') {
        this.told = wanted
        if (!isOff) engine.close()
      } else if (wanted !== this.told || (isOff && !this.asked)) this.open()
    }
    this.talk()
  }

  /** Opens what is wanted now, also again after a failure. */
  open(): void {
    const { engine, store } = this.deps
    this.told = soundWanted(store.getState(), this.asked)
    if (this.told === 'all') void engine.open()
    if (this.told === 'microphone') void engine.open('microphone')
  }

  /** Null is the system's default. */
  chooseMicrophone(microphone: DeviceChoice | null): void {
    const failed = this.deps.engine.microphone.kind === 'failed'
    this.deps.prefer({ microphone })
    if (failed) this.open()
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

  /** Opens the microphone only for the person to look at its meter; in a conversation, which has it open, there is nothing to try. */
  tryOut(on: boolean): void {
    const { engine, store } = this.deps
    const failed = engine.microphone.kind === 'failed'
    store.dispatch({ kind: 'trying', on: on && soundWanted(store.getState(), this.asked) !== 'all' })
    // One that is off was opened by what follows from the state.
    if (on && failed) this.open()
  }

  /** The settings are closed: nothing that was opened for them alone goes on. */
  settingsClosed(): void {
    this.stopCheck()
    this.tryOut(false)
  }

  /** Plays and listens for some seconds; what it found is in the state. One at a time. */
  async checkEcho(): Promise<void> {
    const { engine, store } = this.deps
    const before = store.getState().echoCheck
    if (before.kind === 'running') return
    const { loudspeaker } = store.getState().preferences.audio
    this.stopped = false
    store.dispatch({ kind: 'echo-check', check: { kind: 'running' } })
    const found = await engine.checkEcho()
    const now = store.getState().preferences.audio.loudspeaker
    // What was found of another loudspeaker says nothing.
    const isSame = now?.deviceId === loudspeaker?.deviceId
    const check: EchoCheckState = isSame ? (this.stopped ? before : found) : { kind: 'due' }
    store.dispatch({ kind: 'echo-check', check })
  }

  private stopCheck(): void {
    if (this.stopped || this.deps.store.getState().echoCheck.kind !== 'running') return
    this.stopped = true
    this.deps.engine.stopEchoCheck()
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
