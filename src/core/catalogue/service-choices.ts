import type { CallInput, ServiceChoices } from '../../shared/ipc/contract.ts'
import { NAPSTER_BASE_URL } from '../../shared/protocol/napster.ts'
import type { Http, SecretStore, TransportFailure } from '../ports.ts'
import { isDeepgramHost, isNapsterHost } from '../secrets/address-warnings.ts'
import { EndError } from '../session/end-reasons.ts'
import { BUILTIN_VOICES } from './builtin-voices.ts'
import { deepgramModels, deepgramVoices, napsterAgents, type Choice } from './lists.ts'

/** A picker is open meanwhile. */
const TIMEOUT_MS = 6_000

/** Hosts of Deepgram's lists (deepgram.md section 1): voices at the REST host, models at the agent's. */
const VOICES_HOST = 'api.deepgram.com'
const MODELS_HOST = 'agent.deepgram.com'

export interface CatalogueDeps {
  http: Http | undefined
  secrets: Pick<SecretStore, 'serviceKey'>
}

type Asked = CallInput<'service:choices'>

/** One list at a service: where it is, how it is read, and what it is called. */
interface Source {
  url: string
  headers: Readonly<Record<string, string>>
  service: string
  list: string
  read: (json: unknown) => Choice[] | undefined
}

/**
 * What the service lists for a picker. A key goes to the service's own hosts only, whatever `url` says: it comes from the page.
 * Never rejects: `problem` is a sentence that says why there is nothing to choose. That one can type instead, or ask again, the picker says.
 */
export async function serviceChoices({ http, secrets }: CatalogueDeps, asked: Asked): Promise<ServiceChoices> {
  const { service, what } = asked
  if (service === 'builtin') return builtinChoices(what)
  const source = await sourceOf(asked, secrets)
  if (typeof source === 'string') return nothing(source)
  if (http === undefined) return nothing(`This Parley cannot ask ${source.service} for its lists.`)
  const answer = await http.request({ method: 'GET', url: source.url, headers: source.headers, timeoutMs: TIMEOUT_MS })
  if (answer.kind === 'failed') return nothing(failureText(answer.failure, source))
  if (answer.status < 200 || answer.status > 299) return nothing(refusalText(answer.status, source))
  const choices = source.read(answer.json)
  if (choices === undefined) return nothing(`${source.service} answered with something that is no list.`)
  return choices.length > 0 ? { choices } : nothing(emptyText(source))
}

/** A sentence where there is no such list, or no key for it. */
async function sourceOf(asked: Asked, secrets: CatalogueDeps['secrets']): Promise<Source | string> {
  try {
    return asked.service === 'napster' ? await napsterSource(asked, secrets) : await deepgramSource(asked, secrets)
  } catch (cause) {
    // A key that is kept and cannot be read now: the key store is locked, or another program's.
    if (cause instanceof EndError) return cause.reason.message
    throw cause
  }
}

function nothing(problem: string): ServiceChoices {
  return { choices: [], problem }
}

function builtinChoices(what: Asked['what']): ServiceChoices {
  if (what === 'voices') return { choices: BUILTIN_VOICES }
  return what === 'models'
    ? nothing('The built-in agent thinks by itself, whatever model is named, unless the model has an endpoint.')
    : nothing('Only Napster keeps agents that can be listed.')
}

/** Undefined where `url` is no http or WebSocket address, or names a secret. */
function restBase(url: string): URL | undefined {
  if (url.includes('{{') || !URL.canParse(url)) return undefined
  const parsed = new URL(url)
  if (!/^(?:http|ws)s?:$/.test(parsed.protocol) || parsed.username !== '' || parsed.password !== '') return undefined
  return new URL(`${parsed.protocol.replace('ws', 'http')}//${parsed.host}${parsed.pathname.replace(/\/+$/, '')}`)
}

async function napsterSource({ what, url = NAPSTER_BASE_URL }: Asked, secrets: CatalogueDeps['secrets']) {
  if (what !== 'agents') return 'Napster lists neither voices nor models: they belong to the agent.'
  const base = restBase(url)
  if (base === undefined) return 'The url of the profile cannot be asked for a list.'
  const isOwn = isNapsterHost(base.hostname) && base.protocol === 'https:'
  const key = isOwn ? await secrets.serviceKey('napster') : undefined
  if (isOwn && key === undefined)
    return 'There is no key for Napster. Add it under Settings, Keys, to choose from your agents.'
  const source: Source = {
    url: `${base.protocol}//${base.host}${base.pathname.replace(/\/+$/, '')}/public/agents`,
    headers: key === undefined ? {} : { 'X-Api-Key': key },
    service: isOwn ? 'Napster' : base.host,
    list: 'agents',
    read: napsterAgents
  }
  return source
}

async function deepgramSource({ what, url }: Asked, secrets: CatalogueDeps['secrets']) {
  if (what === 'agents') return 'Only Napster keeps agents that can be listed.'
  const base = url === undefined ? undefined : restBase(url)
  if (url !== undefined && (base === undefined || !isDeepgramHost(base.hostname))) {
    return 'The url of the profile is not of Deepgram.'
  }
  const key = await secrets.serviceKey('deepgram')
  if (key === undefined) return `There is no key for Deepgram. Add it under Settings, Keys, to choose from its ${what}.`
  // Hosts of a region serve both; the host of the agent alone has no list of voices.
  const regional = base !== undefined && base.hostname !== MODELS_HOST ? base.host : undefined
  const source: Source = {
    url:
      what === 'voices'
        ? `https://${regional ?? VOICES_HOST}/v1/models`
        : `https://${regional ?? MODELS_HOST}/v1/agent/settings/think/models`,
    headers: { Authorization: `Token ${key}` },
    service: 'Deepgram',
    list: what,
    read: what === 'voices' ? deepgramVoices : deepgramModels
  }
  return source
}

function emptyText({ service, list, headers }: Source): string {
  return `${service} lists no ${list}${Object.keys(headers).length > 0 ? ' for this key' : ''}.`
}

function failureText(failure: TransportFailure, { service }: Source): string {
  const what = failure.kind === 'timeout' ? 'did not answer in time' : 'cannot be reached'
  return `${service} ${what}.`
}

function refusalText(status: number, { service, list, headers }: Source): string {
  if (status === 401 || status === 403) {
    return Object.keys(headers).length > 0
      ? `${service} did not accept the key for its ${list} (HTTP ${status}). Check the key under Settings, Keys.`
      : `${service} asks for a key (HTTP ${status}), and for lists Parley gives yours to Napster alone.`
  }
  if (status === 429) return `${service} asks to wait before it lists its ${list} (HTTP 429).`
  return `${service} does not list its ${list} now (HTTP ${status}).`
}
