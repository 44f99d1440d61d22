import { AgentProfile, PROFILE_SCHEMA_VERSION } from '../../shared/profile.ts'
import { addressWarnings } from '../secrets/address-warnings.ts'
import { keyLiteralWarnings } from '../secrets/key-literals.ts'
import { secretNames } from '../secrets/placeholders.ts'
import { jsonLoss } from './exact-json.ts'
import type { Fields } from './migrations/migrate.ts'
import { migrateProfile } from './migrations/profile-file.ts'
import { checkService, napsterWarnings } from './napster-profile.ts'
import { ProfileError } from './profile-error.ts'

type Issue = { path: PropertyKey[]; code: string; message: string }

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const ADVICE: Readonly<Record<string, string>> = {
  schemaVersion: `Write "schemaVersion": ${PROFILE_SCHEMA_VERSION}.`,
  name: 'Give it a "name" of 1 to 200 characters.',
  service: 'Write "service": "builtin", "deepgram" or "napster".',
  url: 'Write "url" as text, for example "wss://agent.deepgram.com", or leave it out.',
  settings:
    'Write "settings" as an object: the Settings message of the service without "type", or what a Napster agent needs.',
  tuning: 'Write "tuning" as an object with instructions, temperature, turnDetection or context.'
}

function sentence(issue: Issue, value: Fields): string {
  const field = String(issue.path[0] ?? '')
  const where = issue.path.map(String).join('.')
  const problem = Object.hasOwn(value, field)
    ? `The profile's "${where}" is not valid.`
    : `The profile has no "${field}".`
  return `${problem} ${ADVICE[field] ?? 'Correct that field.'}`
}

/** Far more than any service's settings need; what follows walks a profile by recursion. */
const MAX_LEVELS = 100

export function isTooDeep(value: unknown): boolean {
  let level: unknown[] = [value]
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_LEVELS) return true
    level = level.flatMap((item): unknown[] => (typeof item === 'object' && item !== null ? Object.values(item) : []))
  }
  return false
}

/** JSON may hold a field of this name; copies of objects lose it, so it could not be passed through. */
const UNKEEPABLE = '__proto__'

function hasUnkeepable(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return Object.hasOwn(value, UNKEEPABLE) || Object.values(value).some(hasUnkeepable)
}

/** Checks parsed JSON as a profile; throws {@link ProfileError} with a sentence for the first thing that is wrong. */
function parseProfile(value: unknown): AgentProfile {
  if (isTooDeep(value)) {
    throw new ProfileError(`The profile is nested too deeply: more than ${MAX_LEVELS} levels. Correct the file.`)
  }
  if (hasUnkeepable(value)) {
    throw new ProfileError(`The profile has a field named "${UNKEEPABLE}", which cannot be kept. Rename or remove it.`)
  }
  if (!isObject(value))
    throw new ProfileError('The profile is not a JSON object. Start the file with { and end it with }.')
  if (value['type'] === 'Settings' && !Object.hasOwn(value, 'settings')) {
    throw new ProfileError(
      'This is a Settings message, not a profile. Put it under "settings" and add "schemaVersion": 1, "name" and "service".'
    )
  }
  const migrated = migrateProfile(value)
  if (migrated.kind === 'newer') {
    throw new ProfileError(
      `The profile has schemaVersion ${migrated.version}, but this Parley reads up to ${PROFILE_SCHEMA_VERSION}. Update Parley to use it.`
    )
  }
  const parsed = AgentProfile.safeParse(migrated.value)
  if (!parsed.success) throw new ProfileError(sentence(parsed.error.issues[0] as Issue, migrated.value))
  checkService(parsed.data)
  return inOrderOf(migrated.value, parsed.data)
}

/** The schema puts the fields that it knows first; a person finds them where they stood. */
export function inOrderOf(written: Fields, profile: AgentProfile): AgentProfile {
  return Object.fromEntries(Object.keys(written).map((name) => [name, profile[name]])) as AgentProfile
}

/** Sentences about a profile that works but that its owner should know of. */
function profileWarnings(profile: AgentProfile): string[] {
  const { service, url } = profile
  const sent = { key: service !== 'builtin', secrets: secretNames([profile.settings, url]).length > 0 }
  const keyed = service === 'napster' ? 'napster' : 'deepgram'
  return [
    ...keyLiteralWarnings(profile),
    ...napsterWarnings(profile),
    ...(url === undefined ? [] : addressWarnings(url, sent, keyed))
  ]
}

/**
 * Reads a profile file. `warnings` are sentences for a person (a literal that looks like a key, for one).
 * Throws {@link ProfileError} with a sentence that names the field and what to do.
 */
export function parseProfileFile(text: string): { profile: AgentProfile; warnings: string[] } {
  const profile = parseProfile(parseJson(text))
  refuseLoss(text)
  return { profile, warnings: profileWarnings(profile) }
}

/** What could not be kept as it is written is refused, because it would be gone without a word. */
function refuseLoss(text: string): void {
  const loss = jsonLoss(withoutMark(text))
  if (loss === undefined) return
  throw new ProfileError(
    loss.kind === 'duplicate'
      ? `The profile has "${loss.path}" twice, and only one of them could be kept. Remove the other.`
      : `The profile's "${loss.path}" is a number that cannot be kept as it is written. Write fewer digits, or write it as text.`
  )
}

/** Some editors begin a file with a byte order mark. */
function withoutMark(text: string): string {
  return text.replace(/^\uFEFF/, '')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(withoutMark(text))
  } catch (cause) {
    const at = /line (\d+) column (\d+)/.exec(cause instanceof Error ? cause.message : '')
    const where = at === null ? '' : ` (line ${at[1]}, column ${at[2]})`
    // The parser's own message quotes the file, which may hold a key.
    throw new ProfileError(`The profile is not valid JSON${where}. Correct the file and try again.`)
  }
}

/** The file text of a profile: unknown fields are kept, two spaces of indentation, a newline at the end. */
export function formatProfileFile(profile: AgentProfile): string {
  return `${JSON.stringify(profile, null, 2)}\n`
}
