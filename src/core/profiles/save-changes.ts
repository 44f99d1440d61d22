import { AgentProfile, Tuning } from '../../shared/profile.ts'
import { withAdditions } from '../dialects/deepgram-think.ts'
import type { EffectiveAgent } from '../dialects/effective-agent.ts'
import { isObject, itemsOf, type JsonObject } from '../dialects/json.ts'
import { nameWith } from './copy-name.ts'
import { ProfileError } from './profile-error.ts'

/** Pieces of context that a profile holds; older ones are joined. */
const MOST_CONTEXT = 50

/**
 * The profile with everything that was changed of its agent in a conversation; everything else in it stays as it is written. Throws
 * {@link ProfileError} with a sentence where the profile has no place for it; nothing is lost then.
 */
export function withChanges(profile: AgentProfile, agent: EffectiveAgent): AgentProfile {
  const changed = profile.service === 'napster' ? withTuning(profile, agent) : withBlocks(profile, agent)
  const checked = AgentProfile.safeParse(changed)
  if (checked.success) return checked.data
  const where = checked.error.issues[0]?.path.map(String).join('.') ?? ''
  throw new ProfileError(`The changes do not fit into the profile ("${where}" is too long). Make them shorter.`)
}

/** Deepgram and the built-in agent: the profile holds the whole agent. */
function withBlocks(profile: AgentProfile, agent: EffectiveAgent): AgentProfile {
  const settings: JsonObject = profile.settings ?? {}
  const written = settings['agent'] ?? {}
  if (!isObject(written)) {
    throw new ProfileError(
      'The service keeps this agent under an id, so Parley cannot save changes of it. Change it at the service, or write its blocks into the profile.'
    )
  }
  const { updated, additions, listen, speak } = agent
  const think = thinkWithAdditions(agent)
  const listenBlock = isObject(written['listen']) ? written['listen'] : {}
  const blocks: JsonObject = {
    ...written,
    ...(updated.listen && listen !== undefined ? { listen: { ...listenBlock, provider: listen } } : {}),
    ...((updated.think || additions.length > 0) && think !== undefined ? { think } : {}),
    ...(updated.speak && speak !== undefined ? { speak } : {})
  }
  return { ...profile, settings: { ...settings, agent: blocks } }
}

function thinkWithAdditions({ think, additions }: EffectiveAgent): EffectiveAgent['think'] {
  if (think !== undefined) return withAdditions(think, additions)
  if (additions.length === 0) return undefined
  throw new ProfileError(
    'The profile has no think block, so there is no prompt to add to. Add agent.think to its settings first.'
  )
}

/** Napster keeps the agent itself: the profile holds what Parley changes of it at the start of each conversation. */
function withTuning(profile: AgentProfile, agent: EffectiveAgent): AgentProfile {
  const first = agent.think === undefined ? undefined : itemsOf(agent.think)[0]
  const provider = first?.['provider']
  const turnDetection = defined({
    threshold: agent.listen?.['threshold'],
    prefixPaddingMs: agent.listen?.['prefix_padding_ms'],
    silenceDurationMs: agent.listen?.['silence_duration_ms']
  })
  const tuning = Tuning.safeParse(
    defined({
      instructions: first?.['prompt'],
      temperature: isObject(provider) ? provider['temperature'] : undefined,
      turnDetection: Object.keys(turnDetection).length === 0 ? undefined : turnDetection,
      context: agent.additions.length === 0 ? undefined : joined(agent.additions)
    })
  )
  if (!tuning.success) {
    const where = tuning.error.issues[0]?.path.map(String).join('.') ?? ''
    throw new ProfileError(
      `The changes do not fit into the profile ("tuning.${where}" is not valid). Make them shorter.`
    )
  }
  const saved = { ...profile, tuning: tuning.data }
  if (Object.keys(tuning.data).length === 0) delete (saved as AgentProfile).tuning
  return saved
}

/** The oldest become one, in order. */
function joined(additions: readonly string[]): string[] {
  const surplus = additions.length - MOST_CONTEXT
  if (surplus <= 0) return [...additions]
  return [additions.slice(0, surplus + 1).join('\n'), ...additions.slice(surplus + 1)]
}

function defined(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

const TUNED = / \(tuned(?: \d+)?\)$/

/** `NAME (tuned)`, with a number where there is one already. */
export function tunedName(name: string, taken: ReadonlySet<string>): string {
  return nameWith('tuned', name.replace(TUNED, ''), taken)
}
