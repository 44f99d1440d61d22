import { z } from 'zod'

/** Newest profile file version this build reads and writes. */
export const PROFILE_SCHEMA_VERSION = 1

/** Services a profile may name (design.md section 1). */
export const Service = z.enum(['builtin', 'deepgram', 'napster'])
export type Service = z.infer<typeof Service>

/**
 * A saved agent as it stands in a file. `settings` is the service's own Settings message without `type` and is passed
 * through losslessly; unknown top-level fields are kept; `{{secret:NAME}}` in any string is resolved in main at send time.
 */
export const AgentProfile = z.looseObject({
  schemaVersion: z.literal(PROFILE_SCHEMA_VERSION),
  name: z.string().trim().min(1).max(200).regex(/\S/),
  service: Service,
  url: z.string().optional(),
  settings: z.record(z.string(), z.json()).optional()
})
export type AgentProfile = z.infer<typeof AgentProfile>

/** Identifies one profile in this installation's list; never part of the file. */
export const ProfileId = z.string().min(1).max(64).brand<'ProfileId'>()
export type ProfileId = z.infer<typeof ProfileId>

/** One row of the profile list. `builtIn` rows come with Parley and cannot be removed. */
export const ProfileSummary = z.strictObject({
  id: ProfileId,
  name: z.string(),
  service: Service,
  builtIn: z.boolean()
})
export type ProfileSummary = z.infer<typeof ProfileSummary>
