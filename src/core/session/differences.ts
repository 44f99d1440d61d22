import type { EffectiveAgent } from '../dialects/dialect.ts'
import { isObject, itemsOf, type JsonObject } from '../dialects/json.ts'
import { same } from '../dialects/undo.ts'
import type { Json } from '../secrets/placeholders.ts'

/** Fields of the listen provider that say when a turn begins and ends, of either service. */
const TURN_DETECTION: ReadonlySet<string> = new Set([
  'eot_threshold',
  'eager_eot_threshold',
  'eot_timeout_ms',
  'threshold',
  'prefix_padding_ms',
  'silence_duration_ms'
])

/** What differs between two states of an agent, in words of a person and in a fixed order; empty where nothing does. */
export function differences(before: EffectiveAgent, now: EffectiveAgent): string[] {
  const [one, other] = [before, now].map(({ think }) => itemsOf(think ?? {}).map(partsOf)) as [Parts[], Parts[]]
  const differ = (part: (parts: Parts) => Json): boolean => !same(one.map(part), other.map(part))
  const prompt = promptDifferences(before, now, differ)
  return [
    ...(prompt.replaced ? ['the prompt'] : []),
    ...(differ(({ temperature }) => temperature) ? ['the temperature'] : []),
    ...(differ(({ rest }) => rest) ? ['the model'] : []),
    ...(same(before.speak, now.speak) ? [] : ['the voice']),
    ...listenDifferences(before, now),
    ...(prompt.added ? ['added context'] : [])
  ]
}

/** A whole prompt that took the place of another may stand in its block, or as the first of what is added to a block without one. */
function promptDifferences(
  before: EffectiveAgent,
  now: EffectiveAgent,
  differ: (part: (parts: Parts) => Json) => boolean
): { replaced: boolean; added: boolean } {
  const kept = same(now.additions.slice(0, before.additions.length), before.additions)
  const replaced = !kept || differ(({ prompt }) => prompt)
  const replacement = replaced && itemsOf(now.think ?? {}).every(({ prompt }) => prompt === undefined) ? 1 : 0
  const more = kept ? now.additions.slice(before.additions.length) : now.additions
  return { replaced, added: more.length > replacement }
}

interface Parts {
  prompt: Json
  temperature: Json
  rest: Json
}

function partsOf(block: JsonObject): Parts {
  const { prompt = null, provider, ...around } = block
  if (!isObject(provider)) return { prompt, temperature: null, rest: provider === undefined ? around : block }
  const { temperature = null, ...kept } = provider
  return { prompt, temperature, rest: Object.keys(kept).length === 0 ? around : { ...around, provider: kept } }
}

function listenDifferences({ listen: before = {} }: EffectiveAgent, { listen: now = {} }: EffectiveAgent): string[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(now)])]
  const changed = keys.filter((key) => !same(before[key] ?? null, now[key] ?? null))
  const detection = changed.filter((key) => TURN_DETECTION.has(key))
  return [
    ...(detection.length > 0 ? ['turn detection'] : []),
    ...(detection.length < changed.length ? ['listening'] : [])
  ]
}
