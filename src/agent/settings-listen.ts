import { DEFAULT_LISTEN, type ListenOptions } from './speech/contract.ts'
import { inRange, invalid, parse, quote } from './settings-refusal.ts'
import { ListenV1, ListenV2 } from './settings-schema.ts'

/** What `agent.listen` asks for, as the built-in agent uses it. */
export interface ListenConfig {
  /** `v2` is Flux: it has `ForceEndTurn`, thresholds and `EndOfTurn`. */
  readonly version: 'v1' | 'v2'
  /** Repeated in every user text; [] when there are none. */
  readonly languageHints: readonly string[]
  readonly options: ListenOptions
  /** The provider as the client gave it, for later patches. */
  readonly provider: Readonly<Record<string, unknown>>
}

const PATH = ['agent', 'listen', 'provider']
const MAX_KEYTERMS = 100

/** Reads `agent.listen.provider`; undefined is what the service has when the block is omitted. */
export function readListen(provider: unknown): ListenConfig {
  return check(provider ?? { type: 'deepgram' }, PATH)
}

/**
 * `UpdateListen`: fields that the patch omits keep their values, except `language_hints`, which are cleared (deepgram.md
 * section 3). With another version the fields that only the old one has are dropped.
 */
export function patchListen(current: ListenConfig, patch: Readonly<Record<string, unknown>>): ListenConfig {
  const path = ['listen', 'provider']
  const version = patch['version'] ?? current.version
  if (version === 'v2') parse(ListenV2.partial(), patch, path)
  else parse(ListenV1.partial(), patch, path)
  const { shape } = version === 'v2' ? ListenV2 : ListenV1
  const kept = Object.entries(current.provider).filter(([key]) => key in shape && key !== 'language_hints')
  return check({ ...Object.fromEntries(kept), ...patch, ...(version === 'v2' ? { version } : {}) }, path)
}

function check(provider: unknown, path: readonly string[]): ListenConfig {
  const isFlux = typeof provider === 'object' && provider !== null && 'version' in provider && provider.version === 'v2'
  return isFlux ? readFlux(parse(ListenV2, provider, path), path) : readNova(parse(ListenV1, provider, path), path)
}

function readFlux(flux: ListenV2, path: readonly string[]): ListenConfig {
  const at = path.join('.')
  if (!flux.model.startsWith('flux')) {
    throw invalid(`${at}.model ${quote(flux.model)} is not a Flux model; give it "version": "v1".`)
  }
  inRange(`${at}.eot_threshold`, flux.eot_threshold, 0.5, 1)
  inRange(`${at}.eager_eot_threshold`, flux.eager_eot_threshold, 0.3, 0.9)
  inRange(`${at}.eot_timeout_ms`, flux.eot_timeout_ms, 500, 60_000)
  checkKeyterms(flux.keyterms, at)
  const eotThreshold = flux.eot_threshold ?? DEFAULT_LISTEN.eotThreshold
  const eagerEotThreshold = flux.eager_eot_threshold ?? null
  if (eagerEotThreshold !== null && eagerEotThreshold > eotThreshold) {
    throw invalid(
      `${at}.eager_eot_threshold is ${eagerEotThreshold}; it must not be above eot_threshold, ${eotThreshold}.`
    )
  }
  return {
    version: 'v2',
    languageHints: flux.language_hints ?? [],
    options: { eotThreshold, eagerEotThreshold, eotTimeoutMs: flux.eot_timeout_ms ?? DEFAULT_LISTEN.eotTimeoutMs },
    provider: flux
  }
}

function readNova(nova: ListenV1, path: readonly string[]): ListenConfig {
  const at = path.join('.')
  if (nova.model?.startsWith('flux') === true) {
    throw invalid(`${at}.model ${quote(nova.model)} needs "version": "v2".`)
  }
  checkKeyterms(nova.keyterms, at)
  return { version: 'v1', languageHints: nova.language_hints ?? [], options: DEFAULT_LISTEN, provider: nova }
}

function checkKeyterms(keyterms: readonly string[] | undefined, at: string): void {
  if (keyterms === undefined || keyterms.length <= MAX_KEYTERMS) return
  throw invalid(`${at}.keyterms has ${keyterms.length} entries; at most ${MAX_KEYTERMS} fit.`)
}
