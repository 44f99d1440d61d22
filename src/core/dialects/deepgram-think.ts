import type { Command } from '../../shared/commands.ts'
import { promptUse, type PromptUse } from '../../shared/prompt.ts'
import type { EffectiveAgent } from './effective-agent.ts'
import { isObject, itemsOf, mapItems, without, type Block, type JsonObject } from './json.ts'

/** A new effective think block with what was added to it, or why there can be none. */
export type ThinkChange = { think: Block; additions: readonly string[] } | { reason: string }

/** Where a temperature ends (deepgram.md section 4.2). */
const ANTHROPIC_TEMPERATURE = 1
const TEMPERATURE = 2

/** `block` as it is sent: what was added stands behind the prompt of each item (rule P1). */
export function withAdditions(block: Block, additions: readonly string[]): Block {
  const added = additions.join('\n')
  if (added === '') return block
  return mapItems(block, (item) => {
    const prompt = item['prompt']
    return { ...item, prompt: typeof prompt === 'string' && prompt !== '' ? `${prompt}\n${added}` : added }
  })
}

/** What is wrong with a think block, as a sentence beginning with the field at `path`; undefined if nothing is (C10). */
export function thinkProblem(block: Block, path: string): string | undefined {
  for (const { functions } of itemsOf(block)) {
    if (!Array.isArray(functions)) continue
    if (functions.some((item) => isObject(item) && item['client_side'] !== undefined)) {
      return `${path}.functions: client_side is not a field of a function. Leave it out; without endpoint the client is asked.`
    }
  }
  return undefined
}

/** Why Parley cannot send the whole think block; undefined where it can. */
export function thinkObstacle(agent: EffectiveAgent): string | undefined {
  if (agent.think !== undefined) return undefined
  return agent.savedId === undefined
    ? 'The profile has no think block, and only a whole one can be sent. Add agent.think to its settings.'
    : 'The service keeps this agent under an id: Parley does not know its prompt and functions, and only a whole think block can be sent.'
}

/** The prompt becomes `text`; everything else of every item stays. */
export function replacePrompt(agent: EffectiveAgent, text: string): ThinkChange {
  if (agent.think === undefined) return { reason: thinkObstacle(agent) ?? '' }
  const additions = text === '' ? [] : [text]
  return { think: mapItems(agent.think, (item) => without(item, 'prompt')), additions }
}

/**
 * A whole block as a person wrote it. What was added to the prompt is not lost by it (rule P1), and not doubled if the
 * block was made from the effective one.
 */
export function replaceThink(agent: EffectiveAgent, think: Block): ThinkChange {
  const problem = thinkProblem(think, 'think')
  if (problem !== undefined) return { reason: problem }
  const added = agent.additions.join('\n')
  const holdsThem = added !== '' && itemsOf(think).every(({ prompt }) => endsWith(prompt, added))
  if (!holdsThem) return { think, additions: agent.additions }
  return {
    think: mapItems(think, (item) => ({ ...item, prompt: withoutEnd(item['prompt'], added) })),
    additions: agent.additions
  }
}

function endsWith(prompt: unknown, end: string): boolean {
  return prompt === end || (typeof prompt === 'string' && prompt.endsWith(`\n${end}`))
}

function withoutEnd(prompt: unknown, end: string): string {
  return typeof prompt === 'string' ? prompt.slice(0, Math.max(0, prompt.length - end.length - 1)) : ''
}

type SetModel = Extract<Command, { kind: 'set-model' }>

/** Another model or temperature in the first item, the one that every turn starts with; fallbacks stay. */
export function setModel(agent: EffectiveAgent, command: SetModel): ThinkChange {
  if (agent.think === undefined) return { reason: thinkObstacle(agent) ?? '' }
  const first = itemsOf(agent.think)[0] as JsonObject
  const provider = changedProvider(first, command)
  if ('reason' in provider) return { reason: provider.reason }
  const think = mapItems(agent.think, (item, index) => (index === 0 ? { ...item, provider: provider.provider } : item))
  return { think, additions: agent.additions }
}

function changedProvider(item: JsonObject, command: SetModel): { provider: JsonObject } | { reason: string } {
  const { provider: type, model, temperature } = command
  const known = isObject(item['provider']) ? item['provider'] : {}
  if (type === undefined && model === undefined && temperature === undefined) {
    return { reason: 'Nothing is to be changed. Give a model, a provider or a temperature.' }
  }
  const moves = type !== undefined && type !== known['type']
  if (moves && model === undefined) return { reason: 'Another provider needs a model of its own. Give both.' }
  if (moves && item['endpoint'] !== undefined) {
    return { reason: 'This agent thinks at an endpoint of its own. Send a whole think block to change its provider.' }
  }
  const provider: JsonObject = {
    ...(moves ? { type } : known),
    ...(model === undefined ? {} : { model }),
    ...(temperature === undefined ? {} : { temperature })
  }
  if (typeof provider['type'] !== 'string' || typeof provider['model'] !== 'string') {
    return { reason: 'The think block names no provider and model. Give both.' }
  }
  const most = provider['type'] === 'anthropic' ? ANTHROPIC_TEMPERATURE : TEMPERATURE
  if (temperature !== undefined && !(temperature >= 0 && temperature <= most)) {
    return { reason: `A temperature of ${provider['type']} is from 0 to ${most}.` }
  }
  return { provider }
}

/** How much of its limit the effective prompt uses; the first item's counts, and an endpoint has no limit (rules P2 and P3). */
export function effectivePromptUse({ think, additions }: EffectiveAgent): PromptUse {
  const first = think === undefined ? {} : (itemsOf(think)[0] ?? {})
  const prompt = typeof first['prompt'] === 'string' ? first['prompt'] : ''
  return promptUse(prompt, additions, first['endpoint'] !== undefined)
}
