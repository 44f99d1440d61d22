import { z } from 'zod'
import { Command, CommandResult } from '../commands.ts'
import { Caption, SessionEvent, SessionState, SupportTable, ToolCall, TurnLatency } from '../events.ts'
import { DeviceChoice } from '../device-choice.ts'
import { Placement } from '../placement.ts'
import { ProfileId, Service } from '../profile.ts'
import { dataCalls, dataEvents } from './data-calls.ts'
import { historyCalls, historyEvents, HistoryPreferences } from './history-calls.ts'
import { PresencePreferences, presenceCalls, presenceEvents } from './presence-calls.ts'
import { ImportResult, profileCalls, profileEvents } from './profile-calls.ts'
import { secretCalls } from './secret-calls.ts'
import { selfCheckCalls } from './self-check-calls.ts'
import { shortcutCalls, shortcutEvents, ShortcutPreferences } from './shortcut-calls.ts'

export { DeviceChoice } from '../device-choice.ts'
export { ImportResult, ProfileList } from './profile-calls.ts'

/** What the computer plays as a second input: `computer` is the platform's own capture (desktop only), `device` any input device. */
export const SystemAudioChoice = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('off') }),
  z.strictObject({ kind: z.literal('computer') }),
  z.strictObject({ kind: z.literal('device'), ...DeviceChoice.shape })
])
export type SystemAudioChoice = z.infer<typeof SystemAudioChoice>

/** How sound is taken and played. */
export const AudioPreferences = z.strictObject({
  /** What the platform is asked to do with the microphone's sound. */
  processing: z.strictObject({
    echoCancellation: z.boolean(),
    noiseSuppression: z.boolean(),
    autoGainControl: z.boolean()
  }),
  /** Null: the system's default. */
  loudspeaker: DeviceChoice.nullable(),
  /** Of the agent's voice; 1 is as it comes. */
  volume: z.number().min(0).max(1),
  /** The microphone stays open between conversations, so that the first word is never cut off. */
  keepWarm: z.boolean(),
  systemAudio: SystemAudioChoice,
  systemAudioGainDb: z.number().min(-30).max(20),
  /** Whether the microphone is silent while the agent speaks; `auto`: while too much of its voice comes back. */
  halfDuplex: z.enum(['auto', 'on', 'off']),
  /** The agent becomes quieter as soon as the person seems to speak, before the service has said so. */
  duck: z.boolean()
})
export type AudioPreferences = z.infer<typeof AudioPreferences>

/** What the renderer remembers between starts. */
export const Preferences = z.strictObject({
  talkMode: z.enum(['push-to-talk', 'open']),
  /** Null: the system's default. */
  microphone: DeviceChoice.nullable(),
  audio: AudioPreferences,
  theme: z.enum(['system', 'light', 'dark']),
  shortcuts: ShortcutPreferences,
  presence: PresencePreferences,
  history: HistoryPreferences
})
export type Preferences = z.infer<typeof Preferences>

/** The host as the renderer needs to know it. `connectAtStart`: `--connect` was given. */
export const AppInfo = z.strictObject({
  version: z.string(),
  host: z.enum(['desktop', 'web']),
  platform: z.string(),
  connectAtStart: z.boolean()
})
export type AppInfo = z.infer<typeof AppInfo>

/** All of a conversation that a renderer needs after it (re)loads. */
export const Snapshot = z.strictObject({
  state: SessionState,
  captions: z.array(Caption),
  serviceName: z.string(),
  /** With which profile the conversation was begun; absent before the first. */
  profileId: ProfileId.optional(),
  /** As the `prompt` event said it last in this conversation; absent before. */
  prompt: z.strictObject({ codePoints: z.int(), limit: z.int().nullable() }).optional(),
  /** Of this conversation, oldest first; bounded. */
  toolCalls: z.array(ToolCall),
  latencies: z.array(TurnLatency),
  support: SupportTable,
  /** As the `changes` event said it last. */
  changes: z.array(z.string()),
  /** Where the calls and latencies stand among the captions (`place` of src/shared/placement.ts over every event); absent: below them. */
  placement: Placement.optional()
})
export type Snapshot = z.infer<typeof Snapshot>

/** What a service lists for a picker. `problem`: a sentence why the list is empty or short; free text always works. */
export const ServiceChoices = z.strictObject({
  choices: z.array(z.strictObject({ id: z.string(), label: z.string(), about: z.string().optional() })),
  problem: z.string().optional()
})
export type ServiceChoices = z.infer<typeof ServiceChoices>

/**
 * Every call from the renderer to main. Handlers, the preload bridge and the renderer's client derive from this one table;
 * input is parsed in main before a handler runs, output is typed by the handler.
 */
export const calls = {
  'app:info': { input: z.undefined(), output: AppInfo },
  'session:snapshot': { input: z.undefined(), output: Snapshot },
  'session:connect': { input: z.undefined(), output: z.undefined() },
  'session:hang-up': { input: z.undefined(), output: z.undefined() },
  /** While the session is `reconnecting`: makes the next attempt at once. While it is live: checks the connection. Else nothing. */
  'session:retry': { input: z.undefined(), output: z.undefined() },
  /** Chooses this profile and talks to it: a running conversation ends and a new one begins. `carryOver`: it knows what was said so far. */
  'session:switch': { input: z.strictObject({ id: ProfileId, carryOver: z.boolean() }), output: z.undefined() },
  'session:command': { input: Command, output: CommandResult },
  /** Writes what was changed of the agent in this conversation into its profile; into a new one where it comes with Parley or was given. */
  'session:save-changes': { input: z.undefined(), output: ImportResult },
  /** Napster's agents, or Deepgram's voices or models; `url` as in a profile. */
  'service:choices': {
    input: z.strictObject({
      service: Service,
      what: z.enum(['agents', 'voices', 'models']),
      url: z.string().max(2_000).optional()
    }),
    output: ServiceChoices
  },
  /**
   * Lets the page capture what the computer plays (`getDisplayMedia`), or no longer. `how`: what the page has to ask for; `none` with the
   * reason as a sentence. Only the desktop host can.
   */
  'system-audio:allow': {
    input: z.strictObject({ on: z.boolean() }),
    output: z.discriminatedUnion('how', [
      z.strictObject({ how: z.literal('display-media'), platform: z.enum(['windows', 'macos', 'linux']) }),
      z.strictObject({ how: z.literal('none'), reason: z.string() })
    ])
  },
  'preferences:read': { input: z.undefined(), output: Preferences },
  'preferences:write': { input: Preferences.partial(), output: Preferences },
  ...profileCalls,
  ...secretCalls,
  ...shortcutCalls,
  ...presenceCalls,
  ...historyCalls,
  ...dataCalls,
  ...selfCheckCalls
} as const

/** Every event from main to the renderer. */
export const events = {
  'session:event': SessionEvent,
  /** They were changed from outside of the page (the tray). */
  'preferences:changed': Preferences,
  ...profileEvents,
  ...shortcutEvents,
  ...presenceEvents,
  ...historyEvents,
  ...dataEvents
} as const

export type CallName = keyof typeof calls
export type EventName = keyof typeof events
export type CallInput<N extends CallName> = z.infer<(typeof calls)[N]['input']>
export type CallOutput<N extends CallName> = z.infer<(typeof calls)[N]['output']>
export type EventPayload<N extends EventName> = z.infer<(typeof events)[N]>

/** What main must implement; a missing handler is a compile error. A handler that fails throws a `CallError`. */
export type Handlers = { [N in CallName]: (input: CallInput<N>) => CallOutput<N> | Promise<CallOutput<N>> }

/** Failures as they cross processes; `message` is a sentence for a person and never holds a secret. */
export const CallErrorCode = z.enum([
  'untrusted',
  'unknown-call',
  'invalid-input',
  'invalid-profile',
  'not-found',
  'refused',
  'internal'
])
export type CallErrorCode = z.infer<typeof CallErrorCode>

/** Thrown by a handler to answer with a reason from the closed set. */
export class CallError extends Error {
  readonly code: CallErrorCode
  constructor(code: CallErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'CallError'
    this.code = code
  }
}

/** Errors travel as data: Electron would keep only the message of a thrown one. */
export type Reply<T> = { ok: true; value: T } | { ok: false; error: { code: CallErrorCode; message: string } }

/** What `window.parley` offers the renderer on both hosts (preload on the desktop, a socket client in the web host). */
export interface ParleyBridge {
  invoke(name: CallName, input: unknown): Promise<Reply<unknown>>
  /** Returns its own unsubscribe. */
  on(name: EventName, listener: (payload: unknown) => void): () => void
}
