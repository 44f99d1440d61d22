import type { Command, CommandResult } from '../shared/commands.ts'
import type { EndReason, Notice, SessionEvent } from '../shared/events.ts'
import type { AudioLink, AudioLinkHandlers } from '../shared/ipc/audio-link.ts'
import {
  CallError,
  type AppInfo,
  type CallOutput,
  type EventName,
  type EventPayload,
  type Handlers,
  type ImportResult,
  type Preferences
} from '../shared/ipc/contract.ts'
import type { DataProblem } from '../shared/ipc/data-calls.ts'
import type { AgentProfile, ProfileId, Service } from '../shared/profile.ts'
import { AudioPlug } from './audio-plug.ts'
import { beginProblem, requireBegin } from './begin-problem.ts'
import { serviceChoices } from './catalogue/service-choices.ts'
import { ConversationRecord } from './conversation-record.ts'
import { hostHandlers, type HostHandlers } from './host-handlers.ts'
import type {
  BuiltinAgent,
  Clock,
  FileStore,
  Http,
  Log,
  Random,
  SecretStore,
  TokenGrant,
  ToolSet,
  Transport
} from './ports.ts'
import { LinkMemory, linkOf } from './link-memory.ts'
import { readPreferences, writePreferences, type PreferencesChange } from './preferences.ts'
import { profileHandlers } from './profiles/profile-handlers.ts'
import { Profiles } from './profiles/profile-list.ts'
import type { EarlierConversation } from './session/earlier.ts'
import { Session } from './session/session.ts'

/** What the assistant needs from its host. `profile` is the one given on the command line: chosen, and not saved. */
export interface AssistantDeps {
  transport: Transport
  clock: Clock
  /** The date, in ms since 1970. */
  dateMs: () => number
  random: Random
  log: Log
  secrets: SecretStore
  tokens?: TokenGrant
  http?: Http
  tools?: ToolSet
  builtinAgent: BuiltinAgent
  store: FileStore
  info: AppInfo
  profile?: AgentProfile
  /** Lets the page capture what the computer plays; absent where the host cannot. */
  allowSystemAudio?: (on: boolean) => CallOutput<'system-audio:allow'> | Promise<CallOutput<'system-audio:allow'>>
  /** What the host answers itself: keys, hotkeys, tray and overlay, the history's file, the data folder. A call that is not in it is refused. */
  host?: Partial<HostHandlers>
  /** Gets what a person should know of the profiles as they were found in the store. */
  onProblem?: (problem: DataProblem) => void
}

const NO_SYSTEM_AUDIO: CallOutput<'system-audio:allow'> = {
  how: 'none',
  reason:
    'Only the desktop program can capture all that the computer plays. Choose a monitor source or a virtual cable as the source of system audio.'
}

/** What a session still has to tell its service when the app closes is not waited for longer. */
const CLOSE_LIMIT_MS = 2_000

export type AssistantListener = (name: EventName, payload: unknown) => void

const SERVICE_NAMES: Readonly<Record<Service, string>> = {
  builtin: 'Built-in agent',
  deepgram: 'Deepgram',
  napster: 'Napster'
}

/** The assistant that a desktop or web host runs: one session at a time, profiles, preferences, one audio link. */
export class Assistant {
  readonly handlers: Handlers
  readonly #deps: AssistantDeps
  readonly #profiles: Profiles
  readonly #plug: AudioPlug
  readonly #listeners = new Set<AssistantListener>()
  readonly #preferenceListeners = new Set<(preferences: Preferences) => void>()
  readonly #record = new ConversationRecord()
  /** Sessions that are over, and whose end their service may not know yet. */
  readonly #leaving = new Set<Promise<void>>()
  #session: Session | undefined
  /** The profile of the session, as it was when that began or was last saved. */
  #used: { id: ProfileId; profile: AgentProfile } | undefined
  #carriesOn = false

  constructor(deps: AssistantDeps) {
    this.#deps = deps
    this.#profiles = new Profiles({
      store: deps.store,
      random: deps.random,
      log: deps.log,
      given: deps.profile,
      onProblem: deps.onProblem
    })
    const links = new LinkMemory({ store: deps.store, dateMs: deps.dateMs })
    this.#plug = new AudioPlug({
      clock: deps.clock,
      onLost: () => this.#linkLost(),
      onDropped: (where, ms) => this.#sessionEvent({ kind: 'audio-dropped', where, ms }),
      playoutDelayMs: () => (this.#used === undefined ? undefined : links.playoutDelayMs(linkOf(this.#used.profile))),
      onPlayoutDelay: (ms) => {
        if (this.#used !== undefined) links.learnt(linkOf(this.#used.profile), ms)
      }
    })
    this.handlers = this.#makeHandlers()
  }

  /** Calls `listener` for every event of the contract; returns its own unsubscribe. */
  onEvent(listener: AssistantListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Tells every listener an event of the host's own. */
  tell<N extends EventName>(name: N, payload: EventPayload<N>): void {
    this.#emit(name, payload)
  }

  /** Ends the conversation because of Parley itself; `reason` is told as why. */
  endBecause(reason: EndReason): void {
    this.#session?.hangUp(reason)
  }

  /** Calls `listener` after every change of the preferences; returns its own unsubscribe. */
  onPreferences(listener: (preferences: Preferences) => void): () => void {
    this.#preferenceListeners.add(listener)
    return () => this.#preferenceListeners.delete(listener)
  }

  /** Changes preferences from outside of the page, which is told. */
  prefer(change: PreferencesChange): void {
    this.#emit('preferences:changed', this.#writePreferences(change))
  }

  /** The profile of the conversation that runs, or ran last, as it was when that began or was last saved. */
  get used(): { id: ProfileId; profile: AgentProfile } | undefined {
    return this.#used
  }

  /** The conversation that runs, or ran last, began with what was said before it. */
  get carriesOn(): boolean {
    return this.#carriesOn
  }

  /** What was said in the conversation that runs, or ran last. */
  get said(): EarlierConversation {
    return this.#session?.said ?? []
  }

  /** Ends the conversation that runs, and begins one with the chosen profile that knows `earlier`. Throws `CallError` where that cannot be; what runs goes on then. */
  begin(earlier: EarlierConversation): void {
    requireBegin(this.#profiles.chosen())
    this.#hangUp()
    this.#connect(earlier)
  }

  /** The store was cleared: ends the conversation, forgets it, and tells the list of profiles as it is now. */
  startAfresh(): void {
    this.#hangUp()
    this.#record.clear()
    this.#used = undefined
    if (this.#session !== undefined) this.#leave(this.#session)
    this.#session = undefined
    this.#sessionEvent({ kind: 'state', state: { phase: 'idle' } })
    this.#profiles.reload()
    this.#emit('profiles:changed', this.#profiles.list())
    // What listens to the keyboard, floats or waits was asked for by preferences that are gone.
    this.#emit('preferences:changed', this.#tellPreferences())
  }

  /** Takes over the audio: a newer link replaces the older one, which is closed. */
  attachAudio(link: AudioLink): AudioLinkHandlers {
    return this.#plug.attach(link)
  }

  /** The machine is about to sleep: a session lets its connection go and waits for {@link resume}. */
  suspend(): void {
    this.#session?.suspend()
  }

  /** The machine woke up, or its network came back: a waiting reconnect attempt is made at once, and a live connection is checked. */
  resume(): undefined {
    this.#session?.retryNow()
  }

  /** Ends the session and closes the audio link; resolves when the service knows of it too, or does not answer. */
  async close(): Promise<void> {
    const session = this.#session
    session?.hangUp()
    this.#plug.close()
    this.#listeners.clear()
    if (session !== undefined) this.#leave(session)
    await this.#atMost(CLOSE_LIMIT_MS, Promise.all(this.#leaving))
  }

  async #atMost(limitMs: number, done: Promise<unknown>): Promise<void> {
    const limit = Promise.withResolvers<void>()
    const cancel = this.#deps.clock.after(limitMs, limit.resolve)
    await Promise.race([done, limit.promise])
    cancel()
  }

  #makeHandlers(): Handlers {
    const profiles = this.#profiles
    const { store, info, http, secrets, allowSystemAudio, host = {} } = this.#deps
    return {
      ...hostHandlers(host),
      ...profileHandlers({ profiles, secrets, onChanged: (list) => this.#emit('profiles:changed', list) }),
      'app:info': () => info,
      'session:snapshot': () => ({
        ...this.#record.snapshot(),
        ...(this.#used === undefined ? {} : { profileId: this.#used.id }),
        serviceName: SERVICE_NAMES[((this.#isRunning() ? this.#used : undefined) ?? profiles.chosen()).profile.service]
      }),
      'session:connect': () => this.#connect(),
      'session:hang-up': () => this.#hangUp(),
      'session:retry': () => this.resume(),
      'session:switch': ({ id, carryOver }) => this.#switch(id, carryOver),
      'session:command': (command) => this.#command(command),
      'session:save-changes': () => this.#saveChanges(),
      'service:choices': (asked) => serviceChoices({ http, secrets }, asked),
      'system-audio:allow': ({ on }) => allowSystemAudio?.(on) ?? NO_SYSTEM_AUDIO,
      'preferences:read': () => readPreferences(store),
      'preferences:write': (change) => this.#writePreferences(change)
    }
  }

  #writePreferences(change: PreferencesChange): Preferences {
    writePreferences(this.#deps.store, change)
    return this.#tellPreferences()
  }

  #tellPreferences(): Preferences {
    const preferences = readPreferences(this.#deps.store)
    for (const listener of this.#preferenceListeners) listener(preferences)
    return preferences
  }

  #isRunning(): boolean {
    const { phase } = this.#record.state
    return phase !== 'idle' && phase !== 'ended'
  }

  /** Does nothing while a session runs; a profile that cannot work ends the session before it began. */
  #connect(earlier: EarlierConversation = []): undefined {
    if (this.#isRunning()) return
    const used = this.#profiles.chosen()
    const { profile } = used
    this.#record.clear()
    if (this.#session !== undefined) this.#leave(this.#session)
    this.#session = undefined
    this.#used = used
    this.#carriesOn = earlier.length > 0
    const { transport, clock, random, log, secrets, tokens, http, tools, builtinAgent } = this.#deps
    const sink = this.#plug.sink
    const problem = beginProblem(used)
    if (problem !== undefined) {
      this.#ended(problem)
      return
    }
    const session: Session = new Session(
      {
        transport,
        clock,
        random,
        log,
        secrets,
        builtinAgent,
        sink,
        ...(tokens === undefined ? {} : { tokens }),
        ...(http === undefined ? {} : { http }),
        ...(tools === undefined ? {} : { tools }),
        onEvent: (event) => {
          if (this.#session === session) this.#sessionEvent(event)
        }
      },
      { profile, earlier }
    )
    this.#session = session
    this.#plug.begin(session)
    session.connect()
  }

  /** What runs goes on if the other profile cannot be talked to. */
  #switch(id: ProfileId, carryOver: boolean): undefined {
    requireBegin(this.#profiles.require(id))
    this.#profiles.choose(id)
    this.#emit('profiles:changed', this.#profiles.list())
    this.#hangUp()
    // Of a reply that was cut off just now, only what was heard was said.
    this.#connect(carryOver ? this.said : [])
  }

  #leave(session: Session): void {
    const settled = session.settled().finally(() => this.#leaving.delete(settled))
    this.#leaving.add(settled)
  }

  #hangUp(): undefined {
    this.#session?.hangUp()
  }

  #command(command: Command): CommandResult | Promise<CommandResult> {
    return this.#session?.execute(command) ?? { outcome: 'failed', reason: 'There is no session. Connect first.' }
  }

  /** Also after the end of the session, until the next begins. */
  #saveChanges(): ImportResult {
    const agent = this.#session?.changedAgent
    if (this.#used === undefined || agent === undefined) {
      throw new CallError(
        'refused',
        'Nothing of the agent was changed in this conversation, so there is nothing to save.'
      )
    }
    const { id, profile, warnings } = this.#profiles.saveChanges(this.#used, agent)
    this.#used = { id, profile }
    this.#session?.changesSaved()
    this.#emit('profiles:changed', this.#profiles.list())
    return { id, warnings }
  }

  #ended(reason: EndReason): void {
    this.#sessionEvent({ kind: 'state', state: { phase: 'ended', reason } })
  }

  #linkLost(): void {
    if (!this.#isRunning()) return
    this.#notice({
      level: 'warning',
      code: 'audio-link-lost',
      message: 'Microphone and loudspeaker were disconnected. The session goes on; you can type meanwhile.'
    })
  }

  #notice(notice: Notice): void {
    this.#sessionEvent({ kind: 'notice', notice })
  }

  #sessionEvent(event: SessionEvent): void {
    this.#record.add(event)
    this.#emit('session:event', event)
  }

  #emit(name: EventName, payload: unknown): void {
    for (const listener of this.#listeners) listener(name, payload)
  }
}
