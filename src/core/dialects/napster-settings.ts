import { Tuning, type AgentProfile } from '../../shared/profile.ts'
import { NapsterSettings } from '../../shared/protocol/napster.ts'
import { ProfileError } from '../profiles/profile-error.ts'
import { eachString, hasBrokenPlaceholder, secretNames } from '../secrets/placeholders.ts'
import type { EffectiveAgent } from './effective-agent.ts'
import { without, type JsonObject } from './json.ts'

interface Issue {
  code: string
  path: readonly PropertyKey[]
  keys?: readonly string[]
}

const ADVICE: Readonly<Record<string, string>> = {
  agentId: 'Write the id of a Napster agent, for example "agent_0123".',
  modality: 'Write "audio" or "text".',
  externalClientId: 'Write 1 to 32 letters, digits, _ or -.',
  externalClientProfile: 'Write an object with what the agent shall know of the user.',
  initialSpeech: 'Write how the agent shall open the conversation.',
  tags: 'Write an object whose values are texts.',
  mcp: 'Write an object with authorizations: a list of { "mcpServerId", "token" }, each token as {{secret:NAME}}.',
  instructions: 'Write the instructions as text of at most 100000 characters.',
  temperature: 'Write a number from 0 to 1.',
  turnDetection: 'Write an object with threshold, prefixPaddingMs or silenceDurationMs.',
  threshold: 'Write a number from 0 to 1.',
  prefixPaddingMs: 'Write milliseconds from 0 to 5000.',
  silenceDurationMs: 'Write milliseconds from 0 to 60000.',
  context: 'Write a list of at most 50 texts.'
}

/** A sentence for the first thing that is wrong; it holds no value of the profile. */
function sentence(root: string, issue: Issue, given: unknown): string {
  const { code, path, keys } = issue
  if (code === 'unrecognized_keys' && keys?.[0] !== undefined) {
    const field = [root, ...path.map(String), keys[0]].join('.')
    return `${field} is not a field that Napster has. Leave it out.`
  }
  const field = [root, ...path.map(String)].join('.')
  const named = path.map(String).findLast((key) => ADVICE[key] !== undefined)
  const advice = named === undefined ? undefined : ADVICE[named]
  return `${field} ${isThere(given, path) ? 'is not valid' : 'is missing'}. ${advice ?? 'Correct it.'}`
}

function isThere(given: unknown, path: readonly PropertyKey[]): boolean {
  let value = given
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return false
    value = (value as Record<PropertyKey, unknown>)[key]
  }
  return true
}

function checkPlaceholders(settings: JsonObject): void {
  eachString(settings, (text, path) => {
    if (!hasBrokenPlaceholder(text)) return
    throw new ProfileError(
      `settings.${path} names a secret in a way that Parley cannot read. Write {{secret:NAME}} with letters, digits and _.`
    )
  })
}

/**
 * `settings` of a Napster profile, checked; throws {@link ProfileError} naming the field. Fields that Parley does not know are kept, and
 * placeholders stand as written.
 */
export function napsterSettings({ settings = {} }: AgentProfile): NapsterSettings {
  const parsed = NapsterSettings.loose().safeParse(settings)
  if (!parsed.success) throw new ProfileError(sentence('settings', parsed.error.issues[0] as Issue, settings))
  const { channelType } = settings
  if (channelType !== undefined && channelType !== 'websocket') {
    throw new ProfileError('settings.channelType is not "websocket", the only one that Parley speaks. Leave it out.')
  }
  checkPlaceholders(settings)
  return parsed.data
}

/** `tuning` of a profile, checked. It is said to the agent as it stands, so it cannot name a secret. */
export function napsterTuning({ tuning = {} }: AgentProfile): Tuning {
  const parsed = Tuning.safeParse(tuning)
  if (!parsed.success) throw new ProfileError(sentence('tuning', parsed.error.issues[0] as Issue, tuning))
  if (secretNames(tuning).length > 0) {
    throw new ProfileError('tuning names a secret, but what is said to an agent cannot hold one. Take it out.')
  }
  return parsed.data
}

/** The agent as the profile describes it: what Parley does not set stays as Napster keeps it, and is not known here. */
export function napsterAgent({ agentId }: NapsterSettings, tuning: Tuning): EffectiveAgent {
  const { instructions, temperature, turnDetection = {}, context = [] } = tuning
  const { threshold, prefixPaddingMs, silenceDurationMs } = turnDetection
  const think: JsonObject = {
    ...(instructions === undefined ? {} : { prompt: instructions }),
    ...(temperature === undefined ? {} : { provider: { temperature } })
  }
  const listen: JsonObject = {
    ...(threshold === undefined ? {} : { threshold }),
    ...(prefixPaddingMs === undefined ? {} : { prefix_padding_ms: prefixPaddingMs }),
    ...(silenceDurationMs === undefined ? {} : { silence_duration_ms: silenceDurationMs })
  }
  return {
    savedId: agentId,
    listen: Object.keys(listen).length === 0 ? undefined : listen,
    think: Object.keys(think).length === 0 ? undefined : think,
    speak: undefined,
    additions: context,
    told: [],
    updated: { listen: false, think: false, speak: false }
  }
}

/**
 * Body of `POST /public/agents/{agentId}/connections` (napster.md section 3), with what Parley does not know as it stands in the profile.
 * `again`: the agent must not open the conversation anew.
 */
export function connectionBody(settings: NapsterSettings, again: boolean): JsonObject {
  const body: JsonObject = { channelType: 'websocket', ...(settings as JsonObject) }
  return without(body, 'agentId', ...(again ? ['initialSpeech'] : []))
}
