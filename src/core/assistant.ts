import type { Command, CommandResult } from '../shared/commands.ts'
import type { EndReason, Notice, SessionEvent } from '../shared/events.ts'
import type { AudioLink, AudioLinkHandlers } from '../shared/ipc/audio-link.ts'
import {
  CallError,
  type EventName,
  type EventPayload,
  type Handlers,
  type ImportResult,
  type Preferences
} from '../shared/ipc/contract.ts'
import type { AgentProfile, ProfileId } from '../shared/profile.ts'
import { NO_SYSTEM_AUDIO, type AssistantDeps } from './assistant-deps.ts'
import { AudioPlug } from './audio-plug.ts'
import { beginProblem, requireBegin } from './begin-problem.ts'
import { serviceChoices } from './catalogue/service-choices.ts'
import { ConversationRecord } from './conversation-record.ts'
import { hostHandlers } from './host-handlers.ts'
import { KeptPreferences } from './kept-preferences.ts'
import { LinkMemory, linkOf } from './link-memory.ts'
import type { PreferencesChange } from './preferences.ts'
import { profileHandlers } from './profiles/profile-handlers.ts'
import { Profiles } from './profiles/profile-list.ts'
import { SERVICE_NAMES } from './secrets/secret-use.ts'
import type { EarlierConversation } from './session/earlier.ts'
import { LeavingSessions } from './session/leaving-sessions.ts'
import { Session } from './session/session.ts'

/** What a session still has to tell its service when the app closes is not waited for longer. */
const CLOSE_LIMIT_MS = 2_000

export type AssistantListener = (name: EventName, payload: unknown) => void

/** The assistant that a desktop or web host runs: one session at a time, profiles, preferences, one audio link. */
export class Assistant {
  readonly handlers: Handlers
  readonly #deps: AssistantDeps
  readonly #profiles: Profiles
  readonly #plug: AudioPlug
  readonly #listeners = new Set<AssistantListener>()
  readonly #preferences: KeptPreferences
  readonly #record = new ConversationRecord()
  readonly #leaving: LeavingSessions
  #session: Session | undefined
  /** The profile of the session, as it was when that began or was last saved. */
  #used: { id: ProfileId; profile: AgentProfile } | undefined
  #carriesOn = false

  constructor(deps: AssistantDeps) {
    this.#deps = deps
    this.#preferences = new KeptPreferences(deps.store)
    this.#leaving = new LeavingSessions(deps.clock)
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
    return this.#preferences.onChange(listener)
  }

  /** Changes preferences from outside of the page, which is told. */
  prefer(change: PreferencesChange): void {
    this.#emit('preferences:changed', this.#preferences.write(change))
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
    if (this.#session !== undefined) this.#leaving.add(this.#session)
    this.#session = undefined
    this.#sessionEvent({ kind: 'state', state: { phase: 'idle' } })
    this.#profiles.reload()
    this.#emit('profiles:changed', this.#profiles.list())
    // What listens to the keyboard, floats or waits was asked for by preferences that are gone.
    this.#emit('preferences:changed', this.#preferences.tell())
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
    if (session !== undefined) this.#leaving.add(session)
    await this.#leaving.settled(CLOSE_LIMIT_MS)
  }

  #makeHandlers(): Handlers {
    const profiles = this.#profiles
    const { info, http, secrets, allowSystemAudio, host = {} } = this.#deps
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
      'preferences:read': () => this.#preferences.read(),
      'preferences:write': (change) => this.#preferences.write(change)
    }
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
    if (this.#session !== undefined) this.#leaving.add(this.#session)
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
