import { z } from 'zod'
import { PROFILE_TEXT_LIMIT } from '../limits.ts'
import { ProfileId, ProfileSummary, Service } from '../profile.ts'

/** Profiles and which one is chosen for the next session. */
export const ProfileList = z.strictObject({ profiles: z.array(ProfileSummary), chosenId: ProfileId })
export type ProfileList = z.infer<typeof ProfileList>

/** Result of reading a profile file: warnings are sentences (a literal that looks like a key, for one). */
export const ImportResult = z.strictObject({ id: ProfileId, warnings: z.array(z.string()) })
export type ImportResult = z.infer<typeof ImportResult>

/**
 * Something that a profile from elsewhere would do once it is used: connect to a host that is not the service's own, let the service call an
 * address, send a stored secret somewhere, answer tools by itself, take a global hotkey, open the microphone without a key, or choose which
 * device is heard. `where` is its place in the file (`settings.agent.think.endpoint.url`), `value` what
 * stands there, never a secret.
 */
export const Enabled = z.strictObject({
  kind: z.enum([
    'connects-to',
    'service-calls',
    'uses-secret',
    'answers-tool',
    'hotkey',
    'opens-microphone',
    'chooses-device'
  ]),
  where: z.string(),
  value: z.string()
})
export type Enabled = z.infer<typeof Enabled>

/** What an import would bring, before anything is kept. */
export const ImportPreview = z.strictObject({
  name: z.string(),
  service: Service,
  warnings: z.array(z.string()),
  enables: z.array(Enabled)
})
export type ImportPreview = z.infer<typeof ImportPreview>

/** `removed`: the places (`settings.agent.think.endpoint.headers.authorization`) whose value looked like a secret and was replaced by a placeholder. */
export const ProfileExport = z.strictObject({ fileName: z.string(), text: z.string(), removed: z.array(z.string()) })
export type ProfileExport = z.infer<typeof ProfileExport>

const one = z.strictObject({ id: ProfileId })
const text = z.string().max(PROFILE_TEXT_LIMIT)

export const profileCalls = {
  'profiles:list': { input: z.undefined(), output: ProfileList },
  'profiles:choose': { input: one, output: ProfileList },
  /** Reads the text of a file and says what it would bring; keeps nothing. */
  'profiles:preview': { input: z.strictObject({ text }), output: ImportPreview },
  /** Adds the text of a file as a new profile. What it would enable stays off (`held`) until `profiles:allow`. */
  'profiles:import': { input: z.strictObject({ text }), output: ImportResult },
  /** What a held profile waits for. */
  'profiles:enables': { input: one, output: z.strictObject({ enables: z.array(Enabled) }) },
  /** The person allows everything that a held profile would enable. */
  'profiles:allow': { input: one, output: ProfileList },
  'profiles:read': { input: one, output: z.strictObject({ text: z.string() }) },
  /** As a file for others: without secrets and without devices of this machine. */
  'profiles:export': { input: one, output: ProfileExport },
  /** Saves the file text as a new profile (`id` absent) or over an own one. */
  'profiles:save': { input: z.strictObject({ id: ProfileId.optional(), text }), output: ImportResult },
  'profiles:duplicate': { input: one, output: ImportResult },
  /** Moves an own profile before another own one; null: to the end. */
  'profiles:move': { input: z.strictObject({ id: ProfileId, before: ProfileId.nullable() }), output: ProfileList },
  'profiles:remove': { input: one, output: ProfileList },
  /** Takes back the removal of this profile, to where it was; as long as Parley runs, the last 20 of them. */
  'profiles:restore': { input: one, output: ProfileList }
} as const

export const profileEvents = { 'profiles:changed': ProfileList } as const
