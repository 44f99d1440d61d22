import type { Assistant } from '../../../core/assistant.ts'
import type { HostHandlers } from '../../../core/host-handlers.ts'
import { IdleWatch } from '../../../core/presence/idle-watch.ts'
import { hotkeyNote, idleNote, type Looking, type Note, noteOf } from '../../../core/presence/notifications.ts'
import { oneLine } from '../../../core/one-line.ts'
import { OverlayFeed } from '../../../core/presence/overlay-feed.ts'
import { isActive, type TrayAction, type TrayState } from '../../../core/presence/tray-menu.ts'
import type { EndReason, SessionEvent, SessionState } from '../../../shared/events.ts'
import type { Preferences, ProfileList } from '../../../shared/ipc/contract.ts'
import type { OverlayState, PresenceInfo } from '../../../shared/ipc/presence-calls.ts'
import type { Clock, Log } from '../../../shared/runtime.ts'

/** What presence needs of the assistant. */
export type PresenceAssistant = Pick<
  Assistant,
  'onEvent' | 'onPreferences' | 'tell' | 'prefer' | 'endBecause' | 'used' | 'handlers'
>

export interface PresenceDeps {
  clock: Clock
  log: Log
  info: () => PresenceInfo
  /** Brings the window to the front; throws a `CallError` where that cannot be. */
  show: () => void
  /** To whoever looks at the overlay; absent where every page is told. */
  sendOverlay?: (state: OverlayState) => void
  /** Absent where there are no notifications. */
  notify?: (note: Note) => void
  /** Whether a window of ours has the focus. */
  focused?: () => boolean
}

type Handled = 'presence:info' | 'presence:level' | 'presence:overlay' | 'presence:show' | 'presence:stay'

/** What the window, the tray and the overlay of a host are fed from. */
export interface Presence {
  handlers: Pick<HostHandlers, Handled>
  /** Follows `assistant` from now on. */
  follow(assistant: PresenceAssistant): Promise<void>
  /** For the tray; undefined before {@link Presence.follow} has read everything. */
  trayState(): TrayState | undefined
  /** Does what was chosen in the tray; `show`, `overlay` and `quit` are the host's. */
  perform(action: TrayAction): void
  /** Called whenever the tray may look otherwise. */
  onTray(listener: () => void): void
  onPreferences(listener: (preferences: Preferences) => void): void
  /** The system refused a hotkey; `sentence` says why. */
  hotkeyRefused(sentence: string): void
  /** The overlay cannot be seen any more. */
  overlayHidden(): void
  /** The screen was locked, or unlocked. While it is, no microphone is open; the overlay says so. */
  screenLocked(locked: boolean): void
  /** The computer falls asleep, or woke up. The conversation that sleeps closes its microphone itself; the overlay says so. */
  asleep(asleep: boolean): void
  close(): void
}

const MINUTE_MS = 60_000

function silence(minutes: number): EndReason {
  return { code: 'idle', message: `Nothing was said for ${minutes} minutes, so Parley ended the conversation.` }
}

const TEXT_ONLY = 'text'

class HostPresence implements Presence {
  readonly handlers: Presence['handlers']
  readonly #deps: PresenceDeps
  readonly #idle: IdleWatch
  readonly #overlay: OverlayFeed
  readonly #trayListeners = new Set<() => void>()
  readonly #preferenceListeners = new Set<(preferences: Preferences) => void>()
  #assistant: PresenceAssistant | undefined
  #preferences: Preferences | undefined
  #profiles: ProfileList | undefined
  #session: SessionState = { phase: 'idle' }
  #unfollow: (() => void)[] = []
  #locked = false
  #asleep = false
  #mutedByLock = false
  /** The warning of the idle hang-up stands. */
  #ending = false

  constructor(deps: PresenceDeps) {
    this.#deps = deps
    const { clock } = deps
    this.#idle = new IdleWatch({
      clock,
      limitMs: () => (this.#minutes === null ? null : this.#minutes * MINUTE_MS),
      onEndsIn: (endsInSeconds) => this.#idleWarning(endsInSeconds),
      onEnd: () => this.#assistant?.endBecause(silence(this.#minutes ?? 0))
    })
    this.#overlay = new OverlayFeed({
      clock,
      about: () => ({ agent: this.#agentName(), theme: this.#preferences?.theme ?? 'system' }),
      send: (state) => {
        if (deps.sendOverlay === undefined) this.#assistant?.tell('presence:overlay-changed', state)
        else deps.sendOverlay(state)
      },
      onWatched: (watched) => this.#assistant?.tell('presence:watched', { watched })
    })
    this.handlers = {
      'presence:info': () => deps.info(),
      'presence:level': (level) => this.#level(level),
      'presence:overlay': () => this.#overlay.watch(),
      'presence:show': () => {
        deps.show()
        return undefined
      },
      'presence:stay': () => {
        this.#idle.tell({ kind: 'stay' })
        return undefined
      }
    }
  }

  async follow(assistant: PresenceAssistant): Promise<void> {
    this.#assistant = assistant
    this.#unfollow = [
      assistant.onEvent((name, payload) => {
        if (name === 'session:event') this.#event(payload as SessionEvent)
        else if (name === 'profiles:changed') this.#listed(payload as ProfileList)
      }),
      assistant.onPreferences((preferences) => this.#preferred(preferences))
    ]
    this.#preferred(await assistant.handlers['preferences:read'](undefined))
    this.#listed(await assistant.handlers['profiles:list'](undefined))
  }

  trayState(): TrayState | undefined {
    if (this.#profiles === undefined || this.#preferences === undefined) return undefined
    const { profiles, chosenId } = this.#profiles
    const chosen = profiles.find(({ id }) => id === chosenId)
    return {
      session: this.#session,
      agent: this.#agentName(),
      profiles: profiles.map(({ id, name, held }) => ({ id, name, held: held === true })),
      chosenId,
      muted: this.#overlay.state.muted,
      textOnly: chosen?.modality === TEXT_ONLY,
      overlay: { possible: this.#deps.info().overlay.works, on: this.#preferences.presence.overlay }
    }
  }

  perform(action: TrayAction): void {
    void this.#perform(action).catch((cause: unknown) => this.#deps.log.warn('the tray could not do that', { cause }))
  }

  onTray(listener: () => void): void {
    this.#trayListeners.add(listener)
  }

  onPreferences(listener: (preferences: Preferences) => void): void {
    this.#preferenceListeners.add(listener)
  }

  hotkeyRefused(sentence: string): void {
    this.#note(hotkeyNote(sentence, this.#looking))
  }

  overlayHidden(): void {
    this.#overlay.unwatch()
  }

  screenLocked(locked: boolean): void {
    this.#locked = locked
    this.#awayChanged()
    this.#muteLocked()
    if (locked || !this.#mutedByLock) return
    this.#mutedByLock = false
    this.#assistant?.tell('presence:mute', { muted: false })
  }

  asleep(asleep: boolean): void {
    this.#asleep = asleep
    this.#awayChanged()
  }

  close(): void {
    for (const unfollow of this.#unfollow) unfollow()
    this.#unfollow = []
    this.#idle.close()
    this.#overlay.close()
    this.#trayListeners.clear()
    this.#preferenceListeners.clear()
  }

  get #minutes(): number | null {
    return this.#preferences?.presence.idleHangUpMinutes ?? null
  }

  get #looking(): Looking {
    return { on: this.#preferences?.presence.notifications ?? false, focused: this.#deps.focused?.() ?? true }
  }

  #agentName(): string {
    const chosen = this.#profiles?.profiles.find(({ id }) => id === this.#profiles?.chosenId)
    return oneLine(
      (isActive(this.#session) ? this.#assistant?.used?.profile.name : chosen?.name) ?? chosen?.name ?? 'Parley'
    )
  }

  #event(event: SessionEvent): void {
    const before = this.#session
    if (event.kind === 'state') this.#session = event.state
    if (this.#session.phase === 'ended') this.#mutedByLock = false
    this.#note(noteOf(event, before, this.#looking))
    this.#idle.tell({ kind: 'event', event })
    this.#overlay.event(event)
    if (event.kind !== 'state') return
    this.#muteLocked()
    this.#tray()
  }

  #awayChanged(): void {
    this.#overlay.away(this.#asleep ? 'asleep' : this.#locked ? 'locked' : undefined)
  }

  /** However a conversation came about, and whatever page it has: nobody is heard at a locked computer. */
  #muteLocked(): void {
    if (!this.#locked || !isActive(this.#session) || this.#overlay.state.muted) return
    this.#mutedByLock = true
    this.#assistant?.tell('presence:mute', { muted: true })
  }

  #idleWarning(endsInSeconds: number | null): void {
    this.#assistant?.tell('presence:idle', { endsInSeconds })
    if (endsInSeconds !== null && !this.#ending) this.#note(idleNote(endsInSeconds, this.#looking))
    this.#ending = endsInSeconds !== null
  }

  #level(level: Pick<OverlayState, 'level' | 'microphoneOpen' | 'muted'>): undefined {
    const { muted } = this.#overlay.state
    this.#overlay.level(level)
    if (level.microphoneOpen) this.#muteLocked()
    if (muted !== level.muted) this.#tray()
  }

  #preferred(preferences: Preferences): void {
    this.#preferences = preferences
    this.#idle.look()
    this.#overlay.aboutChanged()
    for (const listener of this.#preferenceListeners) listener(preferences)
    this.#tray()
  }

  #listed(profiles: ProfileList): void {
    this.#profiles = profiles
    this.#overlay.aboutChanged()
    this.#tray()
  }

  #note(note: Note | undefined): void {
    if (note !== undefined) this.#deps.notify?.(note)
  }

  #tray(): void {
    for (const listener of this.#trayListeners) listener()
  }

  async #perform(action: TrayAction): Promise<void> {
    const assistant = this.#assistant
    if (assistant === undefined) return
    const { handlers } = assistant
    switch (action.kind) {
      case 'show':
        this.#deps.show()
        return
      case 'talk':
        await handlers['session:connect'](undefined)
        return
      case 'hang-up':
        await handlers['session:hang-up'](undefined)
        return
      case 'stop':
        await handlers['session:command']({ kind: 'stop-speaking' })
        return
      case 'mute':
        assistant.tell('presence:mute', { muted: action.muted })
        return
      case 'choose':
        assistant.tell('profiles:changed', await handlers['profiles:choose']({ id: action.id }))
        return
      case 'overlay':
        if (this.#preferences !== undefined) {
          assistant.prefer({ presence: { ...this.#preferences.presence, overlay: action.on } })
        }
        return
      case 'quit':
    }
  }
}

/** What feeds tray, overlay, notifications and the idle hang-up of a host, from one assistant. */
export function createPresence(deps: PresenceDeps): Presence {
  return new HostPresence(deps)
}
