import type { Command, CommandResult } from '../../../../shared/commands.ts'
import type {
  CallInput,
  CallName,
  CallOutput,
  EventName,
  EventPayload,
  Preferences,
  ProfileList,
  ServiceChoices
} from '../../../../shared/ipc/contract.ts'
import type { SessionState } from '../../../../shared/events.ts'
import type { ConversationId } from '../../../../shared/ipc/history-calls.ts'
import type { ProfileId, ProfileSummary } from '../../../../shared/profile.ts'
import type { AudioEngine } from '../../audio/api.ts'
import { text } from '../../text/en.ts'
import { keptOf } from '../profiles/own-devices.ts'
import { SoundControl } from '../sound/sound-control.ts'
import type { KeySignal } from '../talk/key-source.ts'
import { TalkKeys } from '../talk/talk-keys.ts'
import type { Bridge } from './ports.ts'
import { chosenProfile, isActive } from './state.ts'
import type { AppStore } from './store.ts'

/** What became of "save these changes": `id` is the profile that they are in now; `warnings` and `problem` are sentences. */
export type SaveOutcome =
  { saved: true; id: ProfileId; warnings: readonly string[] } | { saved: false; problem: string }

/** How long the link to main may be down before it is told. */
const LINK_GRACE_MS = 800

/** A change of agents that main was expected to make, and has not made by then, will not come. */
const SWITCH_LIMIT_MS = 2_000

/** Everything a person can ask for. Main is asked over the bridge and its answer is shown; `sound` makes the engine follow the state. */
export class Controller {
  readonly sound: SoundControl
  private readonly bridge: Bridge
  private readonly store: AppStore
  private readonly talkKeys: TalkKeys
  private lostTimer: ReturnType<typeof setTimeout> | undefined
  /** One conversation ends so that the next can begin. */
  private switching = false
  private switchTimer: ReturnType<typeof setTimeout> | undefined

  constructor(bridge: Bridge, engine: AudioEngine, store: AppStore) {
    this.bridge = bridge
    this.store = store
    this.talkKeys = new TalkKeys(store)
    this.sound = new SoundControl({
      engine,
      store,
      prefer: (change) => {
        this.prefer(change)
      },
      onFailure: (cause) => {
        this.notice('devices', `${text.problem.callFailed}: ${messageOf(cause)}`)
      }
    })
  }

  /** Listens first and then loads, so that nothing said in between is lost. */
  async start(): Promise<void> {
    this.bridge.on('session:event', (event) => {
      if (event.kind === 'state' && !this.isBetween(event.state.phase)) this.sound.conversationSettled()
      const { conversation } = this.store.getState()
      this.store.dispatch({ kind: 'session-event', event })
      const begins = this.store.getState().conversation > conversation
      if (begins && this.switchTimer !== undefined) this.switched()
    })
    this.bridge.on('profiles:changed', (list) => {
      this.store.dispatch({ kind: 'profiles', list })
    })
    this.bridge.on('data:problem', (problem) => {
      this.tellDataProblem(problem)
    })
    this.bridge.onLink((link) => {
      if (link.kind === 'down') this.linkDown(link.message)
      else void this.linkUp()
    })
    if (!(await this.load())) return
    this.store.subscribe(() => {
      // What one conversation used stays open for the next.
      if (!this.switching || this.store.getState().session.phase !== 'ended') this.sound.follow()
    })
    this.sound.follow()
    void this.sound.followDevices()
    void this.tellDataProblems()
    const { host, session } = this.store.getState()
    if (host.kind === 'up' && host.info.connectAtStart && session.phase === 'idle') this.connect()
  }

  connect(): void {
    this.expect(chosenProfile(this.store.getState()))
    this.bridge.invoke('session:connect', undefined).catch((cause: unknown) => {
      this.notExpected()
      this.notice('call-session:connect', `${text.problem.callFailed}: ${messageOf(cause)}`)
      this.sound.follow()
    })
  }

  /** Begins a conversation with the chosen agent that goes on from a kept one; what runs ends. Rejects as the call does. */
  async continueFrom(id: ConversationId, title: string): Promise<void> {
    this.expect(chosenProfile(this.store.getState()))
    this.store.dispatch({ kind: 'goes-on-from', title })
    try {
      await this.bridge.invoke('history:continue', { id })
    } catch (cause) {
      this.store.dispatch({ kind: 'goes-on-from', title: null })
      this.notExpected()
      this.sound.follow()
      throw cause
    }
  }

  /** What main tells one part of the screen; returns its own unsubscribe. */
  on<N extends EventName>(name: N, listener: (payload: EventPayload<N>) => void): () => void {
    return this.bridge.on(name, listener)
  }

  hangUp(): void {
    void this.ask('session:hang-up', undefined)
  }

  /** Somebody is there: a silent conversation is not hung up. */
  stay(): void {
    void this.ask('presence:stay', undefined)
  }

  /** Makes the next reconnect attempt at once. */
  retry(): void {
    void this.ask('session:retry', undefined)
  }

  /** Never rejects: a failed call is a failed command. */
  async send(command: Command): Promise<CommandResult> {
    try {
      return await this.bridge.invoke('session:command', command)
    } catch (cause) {
      return { outcome: 'failed', reason: messageOf(cause) }
    }
  }

  /** Writes what was changed in this conversation into its profile. Never rejects. */
  async saveChanges(): Promise<SaveOutcome> {
    try {
      return { saved: true, ...(await this.bridge.invoke('session:save-changes', undefined)) }
    } catch (cause) {
      return { saved: false, problem: messageOf(cause) }
    }
  }

  /** What a service lists for a picker. Never rejects: a failed call is an empty list with its problem. */
  async choices(of: CallInput<'service:choices'>): Promise<ServiceChoices> {
    try {
      return await this.bridge.invoke('service:choices', of)
    } catch (cause) {
      return { choices: [], problem: messageOf(cause) }
    }
  }

  async stopSpeaking(): Promise<void> {
    const result = await this.send({ kind: 'stop-speaking' })
    if (result.outcome !== 'applied') this.notice('stop-speaking', result.reason)
  }

  /** What a push-to-talk source says. */
  talkKey(source: string, signal: KeySignal): void {
    this.talkKeys.hear(source, signal)
  }

  setMuted(muted: boolean): void {
    this.store.dispatch({ kind: 'muted', muted })
  }

  /** Shows the change at once; main keeps it. */
  prefer(change: Partial<Preferences>): void {
    this.store.dispatch({ kind: 'preferences', preferences: { ...this.store.getState().preferences, ...change } })
    const kept = keptOf(change, this.store.getState())
    if (Object.keys(kept).length > 0) void this.ask('preferences:write', kept)
  }

  async chooseProfile(id: ProfileId): Promise<void> {
    const list = await this.ask('profiles:choose', { id })
    if (list !== undefined) this.store.dispatch({ kind: 'profiles', list })
  }

  /** Ends the conversation that runs and begins one with this agent; `carryOver`: it knows what was said so far. Rejects as the call does. */
  async switchTo(id: ProfileId, carryOver: boolean): Promise<void> {
    this.sound.expectConversation()
    this.switching = true
    this.store.dispatch({ kind: 'goes-on-from', title: carryOver ? '' : null })
    try {
      await this.bridge.invoke('session:switch', { id, carryOver })
    } catch (cause) {
      this.store.dispatch({ kind: 'goes-on-from', title: null })
      throw cause
    } finally {
      this.switched()
    }
  }

  /** Main changes to another agent by itself: what is open stays open until that conversation has begun. */
  expectSwitch(): void {
    this.sound.expectConversation()
    this.switching = true
    clearTimeout(this.switchTimer)
    this.switchTimer = setTimeout(() => {
      this.switched()
    }, SWITCH_LIMIT_MS)
  }

  private switched(): void {
    clearTimeout(this.switchTimer)
    this.switchTimer = undefined
    this.switching = false
    this.sound.conversationSettled()
    this.sound.follow()
  }

  /** The list as a call has answered it. */
  showProfiles(list: ProfileList): void {
    this.store.dispatch({ kind: 'profiles', list })
  }

  /** Rejects with a sentence for the person who wrote the profile. */
  async call<N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>> {
    return this.bridge.invoke(name, input)
  }

  /**
   * Saves the text over the profile `id`, or as a new one, which is chosen for the next conversation unless one runs. Resolves to the
   * warnings; rejects with a sentence for the person who wrote the profile.
   */
  async saveProfile(profileText: string, id?: ProfileId): Promise<readonly string[]> {
    const saved = await this.call('profiles:save', { text: profileText, ...(id === undefined ? {} : { id }) })
    await this.reloadProfiles()
    if (id === undefined && !isActive(this.store.getState().session)) await this.chooseProfile(saved.id)
    return saved.warnings
  }

  /** Brings the list up to date after an import or a save. */
  async reloadProfiles(): Promise<ProfileList | undefined> {
    const list = await this.ask('profiles:list', undefined)
    if (list !== undefined) this.showProfiles(list)
    return list
  }

  dismissNotice(id: string): void {
    this.store.dispatch({ kind: 'dismiss-notice', id })
  }

  /** A key or secret was saved: what was said of a missing one is not true any more. */
  keySaved(): void {
    this.store.dispatch({ kind: 'key-saved' })
  }

  hideProblem(key: string): void {
    this.store.dispatch({ kind: 'hide-problem', key })
  }

  /** All that main knows; false when main does not answer. */
  private async load(): Promise<boolean> {
    try {
      const [info, profiles, preferences, snapshot] = await Promise.all([
        this.bridge.invoke('app:info', undefined),
        this.bridge.invoke('profiles:list', undefined),
        this.bridge.invoke('preferences:read', undefined),
        this.bridge.invoke('session:snapshot', undefined)
      ])
      this.store.dispatch({ kind: 'loaded', info, snapshot, profiles, preferences })
      return true
    } catch (cause) {
      this.store.dispatch({ kind: 'host-lost', message: messageOf(cause) })
      return false
    }
  }

  /** No conversation runs, and the one that was asked for has not begun: the microphone stays open for it. */
  private isBetween(phase: SessionState['phase']): boolean {
    return phase === 'idle' || (this.switching && phase === 'ended')
  }

  /** The microphone that this agent is talked to with opens at once, while main begins the conversation. */
  private expect(profile: ProfileSummary | undefined): void {
    const { session } = this.store.getState()
    if (!isActive(session)) this.store.dispatch({ kind: 'own-devices', of: profile })
    this.sound.expectConversation()
  }

  private notExpected(): void {
    const { session } = this.store.getState()
    if (!isActive(session)) this.store.dispatch({ kind: 'own-devices', of: undefined })
    this.sound.conversationSettled()
  }

  /** A link that is back before a person can read about it is not told. */
  private linkDown(message: string): void {
    if (this.lostTimer !== undefined) return
    this.lostTimer = setTimeout(() => {
      this.store.dispatch({ kind: 'host-lost', message })
    }, LINK_GRACE_MS)
  }

  private async linkUp(): Promise<void> {
    clearTimeout(this.lostTimer)
    this.lostTimer = undefined
    await this.load()
  }

  private notice(code: string, message: string): void {
    this.store.dispatch({ kind: 'notice', level: 'error', code, message })
  }

  /** A call whose failure is shown as a notice. */
  private async ask<N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N> | undefined> {
    try {
      return await this.bridge.invoke(name, input)
    } catch (cause) {
      this.notice(`call-${name}`, `${text.problem.callFailed}: ${messageOf(cause)}`)
      return undefined
    }
  }

  /** What went wrong with the files before this page was there. */
  private async tellDataProblems(): Promise<void> {
    const info = await this.ask('data:info', undefined)
    for (const problem of info?.problems ?? []) this.tellDataProblem(problem)
  }

  private tellDataProblem({ code, message }: EventPayload<'data:problem'>): void {
    this.store.dispatch({ kind: 'notice', level: 'warning', code: `data-${code}`, message })
  }
}

/** The sentence of a failed call. */
export function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
