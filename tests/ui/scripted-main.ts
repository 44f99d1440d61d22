import type { Caption, SessionState } from '../../src/shared/events.ts'
import type {
  AudioPreferences,
  CallName,
  ParleyBridge,
  Preferences,
  Reply,
  Snapshot
} from '../../src/shared/ipc/contract.ts'
import type { ProfileSummary } from '../../src/shared/profile.ts'
import type { ScriptedEngine } from './harness/scripted-engine.ts'

/** A row of the list; ids are plain here. */
export type ScriptedProfile = Omit<ProfileSummary, 'id'> & { id: string }

/** What main answers; the last word of a call name wins over the defaults below. */
export interface Script {
  connectAtStart?: boolean
  state?: SessionState
  captions?: Caption[]
  /** More of the snapshot than the two above. */
  snapshot?: Partial<Snapshot>
  theme?: 'system' | 'light' | 'dark'
  talkMode?: 'push-to-talk' | 'open'
  /** What differs from the defaults of how sound is taken and played. */
  audio?: Partial<AudioPreferences>
  history?: Preferences['history']
  /** What differs from the defaults of tray, overlay and the rest. */
  presence?: Partial<Preferences['presence']>
  shortcuts?: Partial<Preferences['shortcuts']>
  host?: 'desktop' | 'web'
  platform?: string
  /** Listed below the others; the first one is chosen. */
  profiles?: ScriptedProfile[]
  answers?: Partial<Record<CallName, Reply<unknown>>>
}

declare global {
  interface Window {
    engine: ScriptedEngine
    asked: { name: string; input: unknown }[]
    cspReports: string[]
    emit(name: string, payload: unknown): void
    answer(name: string, reply: Reply<unknown>): void
    /** From now on calls of this name are left open. */
    hold(name: string): void
    /** Answers those, and holds none any more. */
    release(name: string, reply: Reply<unknown>): void
  }
}

/** What a script needs beside itself: the page gets its text alone. */
interface Scripted {
  script: Script
  file: string
  audio: AudioPreferences
  presence: Preferences['presence']
  shortcuts: Preferences['shortcuts']
}

/** Runs in the page before its own scripts: a main process that follows a script. */
export function scriptedMain({ script, file, audio, presence, shortcuts }: Scripted): void {
  // oxlint-disable-next-line unicorn/consistent-function-scoping -- the page gets this function's text alone
  const ok = (value: unknown): Reply<unknown> => ({ ok: true, value })
  const profiles: { chosenId: string; profiles: ScriptedProfile[] } = {
    chosenId: 'builtin',
    profiles: [
      { id: 'builtin', name: 'Built-in agent', service: 'builtin', modality: 'audio', builtIn: true },
      { id: 'printed', name: 'Deepgram example', service: 'deepgram', modality: 'audio', builtIn: true },
      { id: 'own', name: 'Kitchen helper', service: 'deepgram', modality: 'audio', builtIn: false },
      ...(script.profiles ?? [])
    ]
  }
  let before = profiles.profiles
  profiles.chosenId = script.profiles?.[0]?.id ?? profiles.chosenId
  let preferences = {
    talkMode: script.talkMode ?? 'push-to-talk',
    microphone: null,
    audio: { ...audio, ...script.audio },
    theme: script.theme ?? 'system',
    shortcuts: { ...shortcuts, ...script.shortcuts },
    presence: { ...presence, ...script.presence },
    history: script.history ?? { keep: true, days: null }
  }
  const listeners = new Map<string, Set<(payload: unknown) => void>>()
  const answers = new Map<string, Reply<unknown>>(Object.entries(script.answers ?? {}))
  window.asked = []
  window.cspReports = []
  window.addEventListener('securitypolicyviolation', (event) => {
    window.cspReports.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`)
  })
  window.emit = (name, payload) => {
    for (const listener of listeners.get(name) ?? []) listener(payload)
  }
  window.answer = (name, reply) => answers.set(name, reply)
  const held = new Map<string, ((reply: Reply<unknown>) => void)[]>()
  window.hold = (name) => held.set(name, [])
  window.release = (name, reply) => {
    for (const tell of held.get(name) ?? []) tell(reply)
    held.delete(name)
  }
  const own = (name: string, input: unknown): Reply<unknown> => {
    switch (name) {
      case 'app:info':
        return ok({
          version: '0.1.0',
          host: script.host ?? 'web',
          platform: script.platform ?? 'linux',
          connectAtStart: script.connectAtStart ?? false
        })
      case 'session:snapshot':
        return ok({
          state: script.state ?? { phase: 'idle' },
          captions: script.captions ?? [],
          serviceName: 'Built-in agent',
          toolCalls: [],
          latencies: [],
          support: {},
          changes: [],
          ...script.snapshot
        })
      case 'session:command':
        return ok({ outcome: 'applied' })
      case 'profiles:list':
        return ok(profiles)
      case 'profiles:choose':
        profiles.chosenId = (input as { id: string }).id
        return ok(structuredClone(profiles))
      case 'profiles:remove':
        before = profiles.profiles
        profiles.profiles = profiles.profiles.filter((profile) => profile.id !== (input as { id: string }).id)
        return ok(structuredClone(profiles))
      case 'profiles:restore':
        profiles.profiles = before
        return ok(structuredClone(profiles))
      case 'profiles:move': {
        const { id, before: next } = input as { id: string; before: string | null }
        const moved = profiles.profiles.filter((profile) => profile.id === id)
        const rest = profiles.profiles.filter((profile) => profile.id !== id)
        const at = next === null ? rest.length : rest.findIndex((profile) => profile.id === next)
        profiles.profiles = rest.toSpliced(at, 0, ...moved)
        return ok(structuredClone(profiles))
      }
      case 'profiles:allow':
        profiles.profiles = profiles.profiles.map((profile) => {
          const free = { ...profile }
          delete free.held
          return free
        })
        return ok(structuredClone(profiles))
      case 'profiles:preview':
        return ok({ name: 'Kitchen helper', service: 'deepgram', warnings: [], enables: [] })
      case 'profiles:enables':
        return ok({ enables: [] })
      case 'profiles:duplicate':
        return ok({ id: 'own', warnings: [] })
      case 'profiles:export':
        return ok({ fileName: 'kitchen-helper.parley.json', text: file, removed: [] })
      case 'usage:list':
        return ok([])
      case 'profiles:read':
        return ok({ text: file })
      case 'profiles:import':
      case 'profiles:save':
      case 'session:save-changes':
        return ok({ id: 'new', warnings: [] })
      case 'presence:info': {
        const desktop = script.host === 'desktop'
        const ability = { works: desktop, why: desktop ? 'It works here.' : 'Parley runs in a browser here.' }
        const overlay = { works: true, why: 'Keep it in sight yourself.' }
        return ok({ tray: ability, overlay, startAtLogin: ability, notifications: ability })
      }
      case 'shortcuts:status':
      case 'shortcuts:test': {
        const why = 'It works here.'
        const can = { hook: { works: true, why }, system: { works: script.host === 'desktop', why } }
        return ok({
          can,
          hearing: 'nothing',
          rows: [{ action: { kind: 'talk' }, hotkey: 'Ctrl+Alt+Space', state: 'off' }]
        })
      }
      case 'service:choices':
        return ok({ choices: [] })
      case 'preferences:read':
        return ok(preferences)
      case 'preferences:write':
        preferences = { ...preferences, ...(input as object) }
        return ok(preferences)
      default:
        return ok(undefined)
    }
  }
  const bridge: ParleyBridge = {
    invoke: (name, input) => {
      window.asked.push({ name, input })
      const waiting = held.get(name)
      if (waiting !== undefined) return new Promise((resolve) => waiting.push(resolve))
      return Promise.resolve(answers.get(name) ?? own(name, input))
    },
    on: (name, listener) => {
      const set = listeners.get(name) ?? new Set()
      listeners.set(name, set.add(listener))
      return () => set.delete(listener)
    }
  }
  Object.assign(window, { parley: bridge })
}
