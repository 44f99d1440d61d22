import type { Assistant } from '../../../core/assistant.ts'
import type { HostHandlers } from '../../../core/host-handlers.ts'
import { hookObstacle, type KeyboardFacts, shortcutAbilities } from '../../../core/shortcuts/abilities.ts'
import {
  actionKey,
  chosenKeys,
  hotkeyRows,
  isTalk,
  type KeyOutcome,
  planHotkeys,
  type PlannedKey,
  usableKeys
} from '../../../core/shortcuts/hotkey-plan.ts'
import type { TalkSignal } from '../../../core/shortcuts/talk-key.ts'
import type { SessionEvent } from '../../../shared/events.ts'
import type { Preferences, ProfileList } from '../../../shared/ipc/contract.ts'
import type { ShortcutPreferences, ShortcutSignal, ShortcutStatus } from '../../../shared/ipc/shortcut-calls.ts'
import type { Clock, Log } from '../../../shared/runtime.ts'
import type { HookChild } from './hook-child.ts'
import { KeyHook } from './key-hook.ts'
import { PressedConversation } from './pressed-conversation.ts'
import { SystemKeys, type SystemShortcuts } from './system-keys.ts'
import { TalkGate } from './talk-gate.ts'

/** "Press it now" ends by itself after so long. */
export const TEST_LIMIT_MS = 60_000

const SIGNALS = { down: 'press', repeat: 'repeat', up: 'release' } as const

export type ShortcutAssistant = Pick<Assistant, 'onEvent' | 'onPreferences' | 'tell' | 'handlers'>

export interface ShortcutDeps {
  facts: KeyboardFacts
  forkHook: () => HookChild
  /** The system's own shortcuts; absent where the host cannot have them. */
  system?: SystemShortcuts
  /** Brings the window to the front; absent where the host cannot. */
  show?: () => void
  /** Whether there is a page that could listen and play; absent: always. */
  hasPage?: () => boolean
  /** A hotkey could not be had, or could not do what it is for; `sentence` says which and why. */
  onRefused?: (sentence: string) => void
  clock: Pick<Clock, 'nowMs' | 'after'>
  log: Log
}

/** Hotkeys that work in any application, for a host. */
export interface Shortcuts {
  readonly handlers: Pick<HostHandlers, 'shortcuts:status' | 'shortcuts:test'>
  /** Follows the assistant's preferences and profiles from now on. */
  follow(assistant: ShortcutAssistant): Promise<void>
  /** The screen was locked: no release will come any more, and until it is unlocked no key does anything. */
  screenLocked(locked: boolean): void
  /** The computer falls asleep: no release will come any more. It woke up: the hook is built anew, for the old one may hear nothing. */
  asleep(asleep: boolean): void
  /** The page that has the microphone was closed, crashed or is loaded anew: it knows of no key that is held. */
  pageGone(): void
  /** Ends the hook's process and gives the system's shortcuts back. Idempotent. */
  close(): void
}

type Hearing = ShortcutStatus['hearing']

const OFF = 'Hotkeys are off.'
const NO_WINDOW = 'Only the desktop program can bring its window to the front.'

class HostShortcuts implements Shortcuts {
  readonly handlers: Shortcuts['handlers']
  readonly #deps: ShortcutDeps
  readonly #hook: KeyHook
  readonly #system: SystemKeys | undefined
  readonly #talk: TalkGate
  readonly #conversation: PressedConversation
  #assistant: ShortcutAssistant | undefined
  #unfollow: (() => void)[] = []
  #preferences: ShortcutPreferences | undefined
  #profiles: ProfileList['profiles'] = []
  #plan: PlannedKey[] = []
  /** What is listened for, in the order of its ids. */
  #keys: PlannedKey[] = []
  /** Of the first of them. No id is used twice: a report that was on its way when the keys were changed names none of the new ones. */
  #firstId = 0
  #hearing: Hearing = 'nothing'
  #outcomes = new Map<string, KeyOutcome>()
  /** What was last asked of the hook or the system, to leave alone what has not changed. */
  #asked = ''
  #locked = false
  #cancelTest: (() => void) | undefined
  #told = ''

  constructor(deps: ShortcutDeps) {
    this.#deps = deps
    const { clock, log } = deps
    this.#talk = new TalkGate({ clock, onSignal: (signal) => this.#talkSignal(signal) })
    this.#conversation = new PressedConversation({
      hasPage: deps.hasPage,
      onRefused: deps.onRefused,
      // With the conversation the talk ends, so that the next press is one and not the end of the last.
      onOver: () => this.#talk.lose(),
      log
    })
    this.#hook = new KeyHook({
      fork: deps.forkHook,
      clock,
      log,
      onKey: ({ kind, id }) => this.#heard(kind, this.#keys[id - this.#firstId]),
      onState: () => this.#hookChanged()
    })
    if (deps.system !== undefined) this.#system = new SystemKeys(deps.system, clock)
    this.handlers = {
      'shortcuts:status': () => this.#status(),
      'shortcuts:test': ({ on }) => {
        this.#test(on)
        return this.#status()
      }
    }
  }

  async follow(assistant: ShortcutAssistant): Promise<void> {
    this.#assistant = assistant
    this.#unfollow = [
      assistant.onPreferences(({ shortcuts }: Preferences) => {
        this.#preferences = shortcuts
        this.#apply()
      }),
      assistant.onEvent((name, payload) => {
        if (name === 'session:event') this.#conversation.event(payload as SessionEvent)
        if (name !== 'profiles:changed') return
        this.#profiles = (payload as ProfileList).profiles
        this.#apply()
      })
    ]
    this.#profiles = (await assistant.handlers['profiles:list'](undefined)).profiles
    this.#preferences = (await assistant.handlers['preferences:read'](undefined)).shortcuts
    this.#apply()
  }

  screenLocked(locked: boolean): void {
    this.#locked = locked
    this.asleep(locked)
  }

  asleep(asleep: boolean): void {
    this.#talk.lose()
    if (!asleep && this.#hearing === 'hook') this.#hook.rebuild()
  }

  pageGone(): void {
    this.#talk.lose()
  }

  close(): void {
    for (const stop of this.#unfollow.splice(0)) stop()
    this.#test(false)
    this.#talk.lose()
    this.#assistant = undefined
    this.#hook.stop()
    this.#system?.clear()
  }

  /** Makes what listens follow what is wanted. */
  #apply(): void {
    const preferences = this.#preferences
    if (preferences === undefined) return
    this.#plan = planHotkeys(preferences, this.#profiles, this.#deps.facts.platform).map((key) =>
      key.action.kind === 'show' && this.#deps.show === undefined ? { ...key, problem: NO_WINDOW } : key
    )
    // A hook that failed for good is tried again once hotkeys were off.
    if (!preferences.enabled) this.#hook.stop()
    const way = preferences.enabled ? this.#way(preferences) : 'nothing'
    const keys = way === 'nothing' ? [] : usableKeys(this.#plan)
    const asked = JSON.stringify([way, preferences.talkMode, keys])
    if (asked !== this.#asked) {
      this.#asked = asked
      this.#talk.lose()
      this.#firstId += this.#keys.length
      this.#keys = keys
      this.#hearing = keys.length === 0 ? 'nothing' : way
      this.#listen()
    }
    this.#changed()
  }

  /** The way that was chosen, where it works; the system's shortcuts are the floor. */
  #way({ hear }: ShortcutPreferences): Hearing {
    const { facts } = this.#deps
    const hook = hookObstacle(facts) === undefined && this.#hook.state.kind !== 'failed'
    if (hear === 'hook' && hook) return 'hook'
    return this.#system !== undefined && shortcutAbilities(facts).system.works ? 'system' : 'nothing'
  }

  #listen(): void {
    this.#outcomes = new Map()
    if (this.#hearing !== 'hook' && this.#hook.state.kind !== 'failed') this.#hook.stop()
    this.#system?.clear()
    if (this.#hearing === 'hook') this.#hook.listen(chosenKeys(this.#keys, this.#firstId))
    else if (this.#hearing === 'system') this.#register()
  }

  #register(): void {
    const unsure = this.#deps.facts.platform === 'linux' && this.#deps.facts.display === 'wayland'
    for (const key of this.#keys) {
      const outcome = this.#system?.register(key.hotkey, unsure, () => this.#heard('down', key))
      if (outcome === undefined) continue
      this.#outcomes.set(actionKey(key.action), outcome)
      if (outcome.state === 'refused') this.#deps.onRefused?.(`The hotkey ${key.hotkey} does not work. ${outcome.why}`)
    }
  }

  #hookChanged(): void {
    // Everything but listening means that no release will come; a hook that begins to listen knows of no key that is down.
    this.#talk.lose()
    const { state } = this.#hook
    if (this.#hearing === 'hook' && state.kind === 'failed') {
      const { hook } = shortcutAbilities(this.#deps.facts, state.reason)
      this.#deps.onRefused?.(`Hotkeys do not work. ${hook.why}`)
      this.#apply()
      return
    }
    this.#changed()
  }

  #status(): ShortcutStatus {
    const { state } = this.#hook
    const listening = this.#hearing === 'hook' && state.kind === 'listening'
    const outcomes = listening
      ? new Map<string, KeyOutcome>(this.#keys.map(({ action }) => [actionKey(action), { state: 'active' }]))
      : this.#outcomes
    return {
      can: shortcutAbilities(this.#deps.facts, state.kind === 'failed' ? state.reason : undefined),
      hearing: this.#hearing === 'hook' && !listening ? 'nothing' : this.#hearing,
      rows: hotkeyRows(this.#plan, outcomes, this.#whyOff())
    }
  }

  #whyOff(): string {
    if (this.#preferences?.enabled !== true) return OFF
    const { kind } = this.#hook.state
    if (this.#hearing === 'hook')
      return kind === 'waiting'
        ? 'The process that hears keys is started again.'
        : 'The process that hears keys is starting.'
    return 'Nothing hears keys here.'
  }

  #changed(): void {
    const status = this.#status()
    const text = JSON.stringify(status)
    if (text === this.#told) return
    this.#told = text
    this.#assistant?.tell('shortcuts:changed', status)
  }

  #test(on: boolean): void {
    this.#cancelTest?.()
    this.#cancelTest = undefined
    if (!on) return
    this.#talk.lose()
    this.#cancelTest = this.#deps.clock.after(TEST_LIMIT_MS, () => this.#test(false))
  }

  #heard(kind: keyof typeof SIGNALS, key: PlannedKey | undefined): void {
    if (key === undefined || this.#preferences === undefined || this.#locked) return
    const { action } = key
    if (this.#cancelTest !== undefined) this.#tell({ action, signal: SIGNALS[kind] }, true)
    else if (isTalk(action)) {
      const mode = this.#hearing === 'system' ? 'toggle' : this.#preferences.talkMode
      this.#talk.heard(kind, actionKey(action), mode)
    } else if (kind === 'down') this.#act(action)
  }

  #act(action: PlannedKey['action']): void {
    if (action.kind === 'stop') this.#stop()
    else if (action.kind === 'show') this.#deps.show?.()
    this.#tell({ action, signal: 'press' }, false)
  }

  #stop(): void {
    Promise.resolve(this.#assistant?.handlers['session:command']({ kind: 'stop-speaking' })).catch((cause: unknown) =>
      this.#deps.log.warn('The agent could not be stopped', { cause })
    )
  }

  #talkSignal({ key, signal }: TalkSignal): void {
    const action = this.#keys.find((one) => actionKey(one.action) === key)?.action
    if (action === undefined) return
    this.#tell({ action, signal }, false)
    if (signal === 'press' && this.#assistant !== undefined)
      void this.#conversation.begin(action, this.#assistant.handlers)
  }

  #tell(signal: ShortcutSignal, test: boolean): void {
    this.#assistant?.tell('shortcuts:key', { ...signal, test })
  }
}

export function openShortcuts(deps: ShortcutDeps): Shortcuts {
  return new HostShortcuts(deps)
}
