import { AgentProfile, PROFILE_SCHEMA_VERSION } from '../../shared/profile.ts'
import { addressWarnings } from '../secrets/address-warnings.ts'
import { keyLiteralWarnings } from '../secrets/key-literals.ts'
import { secretNames } from '../secrets/placeholders.ts'
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

function sentence(issue: Issue, value: Record<string, unknown>): string {
  const field = String(issue.path[0] ?? '')
  const version = value['schemaVersion']
  if (field === 'schemaVersion' && typeof version === 'number' && version > PROFILE_SCHEMA_VERSION) {
    return `The profile has schemaVersion ${version}, but this Parley reads up to ${PROFILE_SCHEMA_VERSION}. Update Parley to use it.`
  }
  const where = issue.path.map(String).join('.')
  const problem = Object.hasOwn(value, field)
    ? `The profile's "${where}" is not valid.`
    : `The profile has no "${field}".`
  return `${problem} ${ADVICE[field] ?? 'Correct that field.'}`
}

/** Far more than any service's settings need; what follows walks a profile by recursion. */
const MAX_LEVELS = 100

function isTooDeep(value: unknown): boolean {
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
  const parsed = AgentProfile.safeParse(value)
  if (parsed.success) {
    checkService(parsed.data)
    return parsed.data
  }
  throw new ProfileError(sentence(parsed.error.issues[0] as Issue, value))
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
  return { profile, warnings: profileWarnings(profile) }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''))
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
