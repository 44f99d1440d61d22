import { z } from 'zod'
import { ProfileId } from '../profile.ts'
import { SessionState } from '../events.ts'

/** How Parley is there while nobody looks at its window. What a host cannot do is off and named in `PresenceInfo`. */
export const PresencePreferences = z.strictObject({
  /** Closing the window hides it; Parley goes on in the tray. */
  closeHides: z.boolean(),
  startAtLogin: z.boolean(),
  overlay: z.boolean(),
  notifications: z.boolean(),
  /** Short sounds when the microphone opens and closes, and when a conversation ends by itself. */
  earcons: z.boolean(),
  /** A conversation in which nothing was said for so long ends, with a warning a minute before; null: never. */
  idleHangUpMinutes: z.int().min(2).max(240).nullable()
})
export type PresencePreferences = z.infer<typeof PresencePreferences>

const Ability = z.strictObject({ works: z.boolean(), why: z.string() })

/** What this host can do, each with a sentence. */
export const PresenceInfo = z.strictObject({
  tray: Ability,
  overlay: Ability,
  startAtLogin: Ability,
  notifications: Ability
})
export type PresenceInfo = z.infer<typeof PresenceInfo>

/** What the overlay shows. Levels are 0 to 1. */
export const OverlayState = z.strictObject({
  state: SessionState,
  agent: z.string(),
  microphoneOpen: z.boolean(),
  muted: z.boolean(),
  level: z.number().min(0).max(1),
  caption: z.strictObject({ role: z.enum(['user', 'agent', 'parley']), text: z.string() }).nullable(),
  theme: z.enum(['system', 'light', 'dark']),
  /** The computer is locked or sleeps: the microphone is closed. */
  away: z.enum(['locked', 'asleep']).optional()
})
export type OverlayState = z.infer<typeof OverlayState>

/** Minutes in which a connection to a service was live. */
export const UsageRow = z.strictObject({
  profileId: ProfileId.nullable(),
  profileName: z.string(),
  today: z.number().min(0),
  last30Days: z.number().min(0),
  total: z.number().min(0)
})
export type UsageRow = z.infer<typeof UsageRow>

export const presenceCalls = {
  'presence:info': { input: z.undefined(), output: PresenceInfo },
  /** From the page that has the microphone: when `microphoneOpen` or `muted` changes, and at most 10 times a second while an overlay is looked at. */
  'presence:level': {
    input: z.strictObject({ level: z.number().min(0).max(1), microphoneOpen: z.boolean(), muted: z.boolean() }),
    output: z.undefined()
  },
  /** What the overlay shows now; the overlay's own page may make this call and `presence:show` only. */
  'presence:overlay': { input: z.undefined(), output: OverlayState },
  /** Brings the window to the front. */
  'presence:show': { input: z.undefined(), output: z.undefined() },
  /** The person is still there: the idle hang-up begins to wait anew. */
  'presence:stay': { input: z.undefined(), output: z.undefined() },
  'usage:list': { input: z.undefined(), output: z.array(UsageRow) }
} as const

export const presenceEvents = {
  'presence:overlay-changed': OverlayState,
  /** Whether somebody looks at an overlay: only then is `presence:level` wanted for the level's sake. Told again every few seconds. */
  'presence:watched': z.strictObject({ watched: z.boolean() }),
  /** From the tray, or because the screen was locked or unlocked: the page that has the microphone mutes or unmutes it. */
  'presence:mute': z.strictObject({ muted: z.boolean() }),
  /** Seconds until the conversation ends because nothing was said; null: it does not any more. */
  'presence:idle': z.strictObject({ endsInSeconds: z.int().min(0).nullable() })
} as const
