import type { Command } from '../../shared/commands.ts'
import type { EffectiveAgent } from './effective-agent.ts'
import { without, type JsonObject } from './json.ts'

/** Fields that only one of the two provider versions has (deepgram.md section 4.1). */
const V1_ONLY = ['language', 'smart_format'] as const
const V2_ONLY = ['language_hints', 'eot_threshold', 'eager_eot_threshold', 'eot_timeout_ms'] as const

const EOT_THRESHOLD = { least: 0.5, most: 1 } as const
const EAGER_EOT_THRESHOLD = { least: 0.3, most: 0.9 } as const
const EOT_TIMEOUT_MS = { least: 500, most: 60_000 } as const

/** A new `listen.provider` and the patch that tells the service, or why not. */
export type ListenChange = { listen: JsonObject; patch: JsonObject } | { reason: string }

function isFluxModel(model: unknown): boolean {
  return typeof model === 'string' && model.startsWith('flux')
}

/** True for Flux, which ends turns by its own thresholds and can be told to end one. */
export function isFlux(listen: JsonObject | undefined): boolean {
  return listen?.['version'] === 'v2'
}

/** `provider` with `version` where a Flux model needs it and has none (C9). */
export function withVersion(provider: JsonObject): JsonObject {
  return isFluxModel(provider['model']) && provider['version'] === undefined ? { ...provider, version: 'v2' } : provider
}

/** What is wrong with a listen provider, as a sentence beginning with the field at `path`; undefined if nothing is (C9). */
export function listenProblem(provider: JsonObject, path: string): string | undefined {
  const { model, version } = provider
  if (isFluxModel(model) && version !== 'v2') return `${path}.version does not fit a Flux model. Write "v2".`
  if (version !== 'v2') return undefined
  for (const field of V1_ONLY) {
    if (provider[field] !== undefined) return `${path}.${field} is not possible with version "v2". Leave it out.`
  }
  return thresholdProblem(provider, path)
}

function thresholdProblem(provider: JsonObject, path: string): string | undefined {
  const { eot_threshold: eot, eager_eot_threshold: eager, eot_timeout_ms: timeoutMs } = provider
  const fields = [
    ['eot_threshold', eot, EOT_THRESHOLD],
    ['eager_eot_threshold', eager, EAGER_EOT_THRESHOLD],
    ['eot_timeout_ms', timeoutMs, EOT_TIMEOUT_MS]
  ] as const
  for (const [field, value, { least, most }] of fields) {
    if (value === undefined) continue
    if (typeof value === 'number' && value >= least && value <= most) continue
    return `${path}.${field} is out of range. Write a number from ${least} to ${most}.`
  }
  if (timeoutMs !== undefined && !Number.isInteger(timeoutMs)) {
    return `${path}.eot_timeout_ms is not whole. Write whole milliseconds.`
  }
  if (typeof eager === 'number' && eager > (typeof eot === 'number' ? eot : 0.7)) {
    return `${path}.eager_eot_threshold is above eot_threshold (${typeof eot === 'number' ? eot : '0.7 by default'}). Write a lower number.`
  }
  return undefined
}

/**
 * The provider after a patch as a person wrote it. The message names type, version and model again, which some services want to
 * see, and the `language_hints` of the same model, which the service would clear (deepgram.md section 3); an empty list clears them.
 */
export function patchListen(known: JsonObject | undefined, given: JsonObject): ListenChange {
  const patch = withHints(known, given)
  const model = patch['model'] ?? known?.['model']
  if (typeof model !== 'string') {
    return { reason: 'Parley does not know which model the agent listens with. Name it in provider.model.' }
  }
  const identity = withVersion({ type: 'deepgram', ...versionOf(known, patch, model), model })
  const sent = { version: 'v1', ...identity, ...patch }
  const kept =
    known === undefined ? {} : without(known, ...(sent.version === 'v2' ? V1_ONLY : V2_ONLY), 'language_hints')
  const listen = { ...kept, ...sent }
  const problem = keytermsProblem(listen, patch) ?? listenProblem(listen, 'provider')
  return problem === undefined ? { listen, patch: sent } : { reason: problem }
}

function withHints(known: JsonObject | undefined, patch: JsonObject): JsonObject {
  const hints = known?.['language_hints']
  const isOtherModel = patch['model'] !== undefined && patch['model'] !== known?.['model']
  return hints === undefined || isOtherModel ? patch : { language_hints: hints, ...patch }
}

function keytermsProblem(listen: JsonObject, patch: JsonObject): string | undefined {
  return patch['keyterms'] === undefined || isFlux(listen) ? undefined : ONLY_FLUX.keyterms
}

/** The version that goes on with the model; a model of the other family brings its own. */
function versionOf(known: JsonObject | undefined, patch: JsonObject, model: string): JsonObject {
  if (patch['version'] !== undefined) return { version: patch['version'] }
  const version = known?.['version']
  return version !== undefined && isFluxModel(model) === (version === 'v2') ? { version } : {}
}

type TurnDetection = Extract<Command, { kind: 'set-turn-detection' }>

const ONLY_FLUX = {
  turnDetection: 'Only Flux models (version "v2") have settings for the end of a turn. Choose one as the listen model.',
  keyterms: 'Only Flux models (version "v2") take other keyterms during a conversation. Choose one as the listen model.'
} as const

/** Why this cannot be changed with this agent while it talks; undefined where it can. */
export function fluxObstacle(agent: EffectiveAgent, what: keyof typeof ONLY_FLUX): string | undefined {
  if (agent.listen === undefined && agent.savedId !== undefined) {
    return 'The service keeps this agent under an id, so Parley does not know whether it listens with Flux.'
  }
  return isFlux(agent.listen) ? undefined : ONLY_FLUX[what]
}

/** Why a field of turn detection does not exist here at all. */
export const FOREIGN_FIELD: Readonly<Record<'threshold' | 'prefixPaddingMs', string>> = {
  threshold: 'Deepgram has no threshold for speech. Change eotThreshold, the confidence that ends a turn.',
  prefixPaddingMs: 'Deepgram has no padding before speech.'
}

/** Turn detection with Flux's own names and ranges; `silenceDurationMs` is sent as `eot_timeout_ms` (design.md section 4). */
export function detectTurns(agent: EffectiveAgent, command: TurnDetection): ListenChange {
  for (const field of ['threshold', 'prefixPaddingMs'] as const) {
    if (command[field] !== undefined) return { reason: FOREIGN_FIELD[field] }
  }
  const obstacle = fluxObstacle(agent, 'turnDetection')
  if (obstacle !== undefined || agent.listen === undefined) return { reason: obstacle ?? '' }
  const { eotThreshold, eagerEotThreshold, eotTimeoutMs, silenceDurationMs } = command
  if (eotTimeoutMs !== undefined && silenceDurationMs !== undefined && eotTimeoutMs !== silenceDurationMs) {
    return { reason: 'eotTimeoutMs and silenceDurationMs are one setting here. Give one of them.' }
  }
  const timeoutMs = eotTimeoutMs ?? silenceDurationMs
  const changes: JsonObject = {
    ...(eotThreshold === undefined ? {} : { eot_threshold: eotThreshold }),
    ...(eagerEotThreshold === undefined ? {} : { eager_eot_threshold: eagerEotThreshold }),
    ...(timeoutMs === undefined ? {} : { eot_timeout_ms: timeoutMs })
  }
  if (Object.keys(changes).length === 0) return { reason: 'Nothing is to be changed. Give at least one setting.' }
  return patchListen(agent.listen, changes)
}
