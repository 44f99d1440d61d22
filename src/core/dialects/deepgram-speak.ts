import type { Command } from '../../shared/commands.ts'
import type { EffectiveAgent } from './effective-agent.ts'
import { isObject, itemsOf, mapItems, without, type Block, type JsonObject } from './json.ts'

/** A new effective speak block, or why there can be none. */
export type SpeakChange = { speak: Block } | { reason: string }

const AURA_SPEED = { least: 0.7, most: 1.5 } as const
const FLUX_SPEED = { least: 0.5, most: 1.5 } as const
/** Another value is refused (deepgram.md section 4.3). */
const FLUX_SPEED_STEP = 0.05
const EXPRESSIVITY = { least: -2, most: 2 } as const

/** What is wrong with a speak block, as a sentence beginning with the field at `path`; undefined if nothing is (C10). */
export function speakProblem(block: Block, path: string): string | undefined {
  for (const { provider } of itemsOf(block)) {
    if (!isObject(provider) || provider['type'] !== 'deepgram') continue
    if (provider['language'] !== undefined) {
      return `${path}.provider.language is not possible with a Deepgram voice. Leave it out: the model names the language.`
    }
  }
  return undefined
}

/** A whole block as a person wrote it. */
export function replaceSpeak(speak: Block): SpeakChange {
  const problem = speakProblem(speak, 'speak')
  return problem === undefined ? { speak } : { reason: problem }
}

/** Why the voice cannot be named by a model; undefined where it can. */
export function voiceObstacle({ speak }: EffectiveAgent): string | undefined {
  const provider = speak === undefined ? undefined : itemsOf(speak)[0]?.['provider']
  const type = isObject(provider) ? provider['type'] : undefined
  return type === undefined || type === 'deepgram'
    ? undefined
    : 'The agent speaks with a voice of another provider. Send a whole speak block to change it.'
}

type SetVoice = Extract<Command, { kind: 'set-voice' }>

/** Another Deepgram voice, or another manner of it, in the first item, the one that every reply starts with; fallbacks stay. */
export function setVoice(agent: EffectiveAgent, command: SetVoice): SpeakChange {
  const obstacle = voiceObstacle(agent)
  if (obstacle !== undefined) return { reason: obstacle }
  if (command.model === undefined && command.speed === undefined && command.expressivity === undefined) {
    return { reason: 'Nothing is to be changed. Give a model, a speed or an expressivity.' }
  }
  const block = agent.speak ?? {}
  const first = itemsOf(block)[0] as JsonObject
  const known = isObject(first['provider']) ? first['provider'] : {}
  const model = command.model ?? known['model']
  if (typeof model !== 'string') {
    return { reason: 'Parley does not know which voice the agent speaks with. Name it as the model of the voice.' }
  }
  const provider = voiceProvider(known, { ...command, model })
  const problem = voiceProblem(provider)
  if (problem !== undefined) return { reason: problem }
  return { speak: mapItems(block, (item, index) => (index === 0 ? { ...item, provider } : item)) }
}

/** Flux voices carry `version: "v2"`; a voice of the other family does not take over what only the one before had. */
function voiceProvider(known: JsonObject, { model, speed, expressivity }: SetVoice & { model: string }): JsonObject {
  const isFlux = model.startsWith('flux')
  const sameFamily = model === known['model'] || isFlux === (known['version'] === 'v2')
  const kept = sameFamily ? known : without(known, 'version', 'speed', 'expressivity')
  return {
    ...kept,
    type: 'deepgram',
    ...(isFlux ? { version: 'v2' } : {}),
    model,
    ...(speed === undefined ? {} : { speed }),
    ...(expressivity === undefined ? {} : { expressivity })
  }
}

/** 1.15 and its like are no exact numbers. */
function isStep(speed: number): boolean {
  const steps = speed / FLUX_SPEED_STEP
  return Math.abs(steps - Math.round(steps)) < 1e-6
}

function voiceProblem({ version, speed, expressivity }: JsonObject): string | undefined {
  const { least, most } = version === 'v2' ? FLUX_SPEED : AURA_SPEED
  if (typeof speed === 'number' && !(speed >= least && speed <= most)) {
    return `The speed of this voice is from ${least} to ${most}.`
  }
  if (version === 'v2' && typeof speed === 'number' && !isStep(speed)) {
    return `The speed of this voice goes in steps of ${FLUX_SPEED_STEP}, for example 0.95 or 1.05.`
  }
  if (expressivity === undefined) return undefined
  if (version !== 'v2') return 'Only Flux voices have an expressivity.'
  const inRange =
    Number.isInteger(expressivity) &&
    (expressivity as number) >= EXPRESSIVITY.least &&
    (expressivity as number) <= EXPRESSIVITY.most
  return inRange ? undefined : `Expressivity is a whole number from ${EXPRESSIVITY.least} to ${EXPRESSIVITY.most}.`
}
