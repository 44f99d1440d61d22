import { z } from 'zod'
import { DeviceChoice } from './device-choice.ts'
import { Hotkey } from './hotkey.ts'

/** Newest profile file version this build reads and writes. */
export const PROFILE_SCHEMA_VERSION = 1

/** Services a profile may name (design.md section 1). */
export const Service = z.enum(['builtin', 'deepgram', 'napster'])
export type Service = z.infer<typeof Service>

/** "After N seconds of silence say ..." (rule I11); sent with `default`, a refusal is dropped. */
export const Nudge = z.strictObject({
  afterSeconds: z.number().min(3).max(3600),
  say: z.string().min(1).max(2000)
})
export type Nudge = z.infer<typeof Nudge>

/** How Parley answers one of the agent's client-side functions: with a fixed text, or by asking the person. */
export const ProfileTool = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('answer'), content: z.string().max(100_000) }),
  z.strictObject({ kind: z.literal('ask') })
])
export type ProfileTool = z.infer<typeof ProfileTool>

/**
 * Changes that Parley makes at the start of every conversation, where the service keeps the agent itself (Napster): `set_settings` and
 * context without a response. Saved by "save these changes".
 */
export const Tuning = z.strictObject({
  instructions: z.string().max(100_000).optional(),
  temperature: z.number().min(0).max(1).optional(),
  turnDetection: z
    .strictObject({
      threshold: z.number().min(0).max(1).optional(),
      prefixPaddingMs: z.number().min(0).max(5_000).optional(),
      silenceDurationMs: z.number().min(0).max(60_000).optional()
    })
    .optional(),
  context: z.array(z.string().min(1).max(100_000)).max(50).optional()
})
export type Tuning = z.infer<typeof Tuning>

/** What a conversation with this agent uses instead of what is set for all; absent: as set for all. */
export const ProfileDevices = z.strictObject({
  microphone: DeviceChoice.optional(),
  loudspeaker: DeviceChoice.optional(),
  talkMode: z.enum(['push-to-talk', 'open']).optional()
})
export type ProfileDevices = z.infer<typeof ProfileDevices>

/**
 * A saved agent as it stands in a file. `settings` is the service's own Settings message without `type` and is passed
 * through losslessly; unknown top-level fields are kept; `{{secret:NAME}}` in any string is resolved in main at send time.
 */
export const AgentProfile = z.looseObject({
  schemaVersion: z.literal(PROFILE_SCHEMA_VERSION),
  name: z.string().trim().min(1).max(200).regex(/\S/),
  service: Service,
  url: z.string().optional(),
  /** `key` (default): the API key itself (`Token`); `short-lived-token`: one minted from it for every connection (`Bearer`). */
  auth: z.enum(['key', 'short-lived-token']).optional(),
  nudge: Nudge.optional(),
  /** Chooses this agent and talks to it, in any application. */
  hotkey: Hotkey.optional(),
  devices: ProfileDevices.optional(),
  /** Client-side functions by name; one that is not named is asked of the person. */
  tools: z.record(z.string(), ProfileTool).optional(),
  settings: z.record(z.string(), z.json()).optional(),
  /** Napster only. */
  tuning: Tuning.optional()
})
export type AgentProfile = z.infer<typeof AgentProfile>

/** Whether a conversation with this agent has audio. */
export function modalityOf({ service, settings }: AgentProfile): 'audio' | 'text' {
  return service === 'napster' && settings?.['modality'] === 'text' ? 'text' : 'audio'
}

/** Identifies one profile in this installation's list; never part of the file. */
export const ProfileId = z.string().min(1).max(64).brand<'ProfileId'>()
export type ProfileId = z.infer<typeof ProfileId>

/** One row of the profile list. `builtIn` rows come with Parley and cannot be removed. */
export const ProfileSummary = z.strictObject({
  id: ProfileId,
  name: z.string(),
  service: Service,
  /** `text`: no microphone and no loudspeaker. */
  modality: z.enum(['audio', 'text']),
  /** Where the conversation goes instead of to the service's own hosts; '' where a secret tells it. */
  host: z.string().optional(),
  builtIn: z.boolean(),
  hotkey: Hotkey.optional(),
  devices: ProfileDevices.optional(),
  /** Imported, and what it would enable was not allowed yet: no conversation begins with it. */
  held: z.literal(true).optional()
})
export type ProfileSummary = z.infer<typeof ProfileSummary>
