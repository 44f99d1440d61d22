import type { EndReason } from '../../shared/events.ts'
import type { Service } from '../../shared/profile.ts'
import { assertNever } from '../../shared/assert-never.ts'
import type { KeyService } from '../../shared/ipc/secret-calls.ts'
import type { KeyEntry, TransportFailure, UnreachableReason } from '../ports.ts'
import { addAdvice, checkAdvice, correctAdvice } from '../secrets/key-entry.ts'
import { MIN_SECRET_LENGTH } from '../secrets/redactor.ts'
import { SERVICE_NAMES } from '../secrets/secret-use.ts'

/** Normal closure of a WebSocket. */
export const CLOSE_NORMAL = 1000

/** The end of a session whose reason is known before a socket exists. */
export class EndError extends Error {
  readonly reason: EndReason
  constructor(reason: EndReason, options?: ErrorOptions) {
    super(reason.message, options)
    this.name = 'EndError'
    this.reason = reason
  }
}

const named = (name: string) => ({ kind: 'named', name }) as const
const keyOf = (service: KeyService) => ({ kind: 'service-key', service }) as const

export function missingSecret(name: string, entry: KeyEntry | undefined): EndReason {
  return {
    code: 'missing-secret',
    message: `The profile uses {{secret:${name}}}, but there is no such secret. ${addAdvice(named(name), entry)} and connect again.`
  }
}

/** A secret that could not be kept out of what is reported. */
export function shortSecret(name: string, entry: KeyEntry | undefined): EndReason {
  return {
    code: 'missing-secret',
    message: `The secret ${name} is shorter than ${MIN_SECRET_LENGTH} characters, so it could not be kept out of captions and logs. ${correctAdvice(named(name), entry)} and connect again.`
  }
}

/** As {@link shortSecret}, for the key of the service. */
export function shortKey(service: KeyService, entry: KeyEntry | undefined): EndReason {
  return {
    code: 'missing-secret',
    message: `The key for ${SERVICE_NAMES[service]} is shorter than ${MIN_SECRET_LENGTH} characters, so it is no key. ${correctAdvice(keyOf(service), entry)} and connect again.`
  }
}

/** As {@link shortSecret}, for a token that somebody else minted; it comes from the environment alone. */
export function shortToken(): EndReason {
  return {
    code: 'missing-secret',
    message: `DEEPGRAM_ACCESS_TOKEN is shorter than ${MIN_SECRET_LENGTH} characters, so it is no token. Set it to a short-lived token, or unset it, and connect again.`
  }
}

export function missingKey(service: KeyService, entry: KeyEntry | undefined): EndReason {
  return {
    code: 'missing-secret',
    message: `There is no key for ${SERVICE_NAMES[service]}. ${addAdvice(keyOf(service), entry)} and connect again.`
  }
}

/** A key or secret is kept, and cannot be read now; `problem` says what to do. */
export function unreadableSecret(problem: string): EndReason {
  return { code: 'missing-secret', message: problem }
}

/** Which address a session dials: given over the profile's own, the profile's own, or what Parley knows itself. */
export type AddressFrom = 'given' | 'profile' | 'parley'

/** Where a connection was tried. `host` is `name:port`, undefined before it is known. */
export interface Place {
  service: Service
  host: string | undefined
  from: AddressFrom
  /** Of the secret store. */
  keyEntry?: KeyEntry | undefined
}

const ADDRESS: Readonly<Record<AddressFrom, string | undefined>> = {
  given: 'the url that was given',
  profile: 'the url of the profile',
  parley: undefined
}

/** `Check A and B.` for what there is to check. */
function check(...things: (string | undefined)[]): string {
  const known = things.filter((thing) => thing !== undefined)
  return known.length === 0 ? 'Try again later.' : `Check ${known.join(' and ')}.`
}

const MINUTE_MS = 60_000

/** When there is room again, true whether Parley waits for that by itself or not. `otherwise`: for a service that does not say. */
export function waitText(retryAfterMs: number | undefined, otherwise: string): string {
  if (retryAfterMs === undefined || !(retryAfterMs > 0)) return otherwise
  if (retryAfterMs > 60 * MINUTE_MS) return 'It asks to wait for more than an hour.'
  return retryAfterMs > 2 * MINUTE_MS
    ? `It asks to wait ${Math.ceil(retryAfterMs / MINUTE_MS)} min.`
    : `It asks to wait ${Math.ceil(retryAfterMs / 1000)} s.`
}

function refused(httpStatus: number, retryAfterMs: number | undefined, place: Place): EndReason {
  const { service, from, keyEntry } = place
  switch (httpStatus) {
    case 401:
      return {
        code: 'unauthorized',
        message: `The service did not accept the key (HTTP 401). ${service === 'builtin' ? check('the key') : checkAdvice(keyOf(service), keyEntry)}`
      }
    case 402:
    case 403:
      return {
        code: 'forbidden',
        message: `The service does not allow this (HTTP ${httpStatus}). Check the account's rights and credit.`
      }
    case 404:
      return {
        code: 'not-found',
        message: `There is no voice agent at this address (HTTP 404). ${check(ADDRESS[from])}`
      }
    case 429:
      return {
        code: 'rate-limited',
        message: `The service has too many sessions of this account (HTTP 429). ${waitText(retryAfterMs, 'One of them has to end first.')}`
      }
    default:
      return {
        code: 'unreachable',
        message: `The service refused the connection (HTTP ${httpStatus}). ${check(ADDRESS[from])} It may also help to wait.`
      }
  }
}

type Unreachable = (host: string, address: string | undefined) => string

const UNREACHABLE: Readonly<Record<UnreachableReason, Unreachable>> = {
  'bad-address': (_host, address) =>
    `The address or the key cannot be used for a WebSocket. ${check(address, 'the key')}`,
  'unknown-host': (host, address) => `${host} was not found. ${check('the network', address)}`,
  'lookup-failed': (host) => `The name of ${host} cannot be looked up now. Check the network.`,
  'no-route': (host, address) => `There is no network route to ${host}. ${check('the network', address)}`,
  'nothing-answers': (host, address) => `Nothing answers at ${host}. ${check('that the service runs', address)}`,
  'no-answer': (host, address) => `${host} does not answer. ${check('the network', address)}`,
  'broken-off': (host) => `${host} broke the connection off. Check the network.`,
  'certificate-expired': (host) =>
    `The certificate of ${host} has expired. Check the clock of this machine, or tell whoever runs the service.`,
  'certificate-name': (host, address) =>
    `The certificate of ${host} is for another name. ${check(address, 'the network')}`,
  'certificate-untrusted': (host) =>
    `The certificate of ${host} is not trusted here. Give Parley its authority's with NODE_EXTRA_CA_CERTS if you trust it.`,
  'not-tls': (host, address) =>
    `${host} does not speak TLS as asked. ${check(address)} A server without encryption has ws:// in its address.`,
  'not-websocket': (host, address) => `What answers at ${host} is no voice agent. ${check(address, 'the network')}`,
  'proxy-unusable': () =>
    'The proxy setting cannot be used. Write HTTPS_PROXY as http://HOST:PORT or https://HOST:PORT, or name the host in NO_PROXY.',
  'proxy-unreachable': (host) =>
    `The proxy on the way to ${host} cannot be reached. Check HTTPS_PROXY or the proxy settings of the system, and the network.`,
  'proxy-credentials': (host) =>
    `The proxy on the way to ${host} asks for a name and a password (HTTP 407). Write them in HTTPS_PROXY: http://NAME:PASSWORD@HOST:PORT.`,
  'proxy-refused': (host) =>
    `The proxy does not connect to ${host}. Ask whoever runs the proxy, or name the host in NO_PROXY.`,
  'no-token': (host) => `What gives out short-lived tokens for ${host} gave none. Check the url of the profile.`,
  other: (host, address) => `The service at ${host} cannot be reached. ${check('the network', address)}`
}

/** Why a connection could not be made or broke. The texts are all ours: the transport gives reasons only. */
export function failureReason(failure: TransportFailure, place: Place, wasOpen: boolean): EndReason {
  switch (failure.kind) {
    case 'refused':
      return refused(failure.httpStatus, failure.retryAfterMs, place)
    case 'unreachable':
      return {
        code: 'unreachable',
        message: wasOpen
          ? 'The connection to the service was lost. Check the network.'
          : UNREACHABLE[failure.reason](place.host ?? 'the address', ADDRESS[place.from])
      }
    case 'timeout':
      return timeoutReason('The service did not answer the connection in time.', place)
    default:
      return assertNever(failure)
  }
}

/** The host that is asked for short-lived tokens knows nothing of them. */
export function noGrantReason({ from }: Place): EndReason {
  const address = ADDRESS[from] === undefined ? '' : `, or check ${ADDRESS[from]}`
  return {
    code: 'not-found',
    message: `Short-lived tokens are not given out at this address (HTTP 404). Let the profile use the key itself${address}.`
  }
}

export function timeoutReason(what: string, { from }: Place): EndReason {
  return { code: 'timeout', message: `${what} ${check('the network', ADDRESS[from])}` }
}

/** Longest words of a service about why it closed a socket. */
const CLOSE_TEXT_LIMIT = 200

/** What a service said when it closed a socket, for one line of a log or a sentence; empty where it cannot be read. It must hold no secret any more. */
export function closeText(text: string): string {
  const line = text.replace(/[\p{C}\s]+/gu, ' ').trim()
  if (!/\p{L}/u.test(line) || line.includes('\uFFFD')) return ''
  const characters = Array.from(line)
  return characters.length > CLOSE_TEXT_LIMIT ? `${characters.slice(0, CLOSE_TEXT_LIMIT - 1).join('')}…` : line
}

/** The service closed the socket without an `Error` before it. `text`: of {@link closeText}. */
export function closeReason(code: number, text: string): EndReason {
  const what =
    code === CLOSE_NORMAL ? 'The service ended the session' : `The service broke off the session (close code ${code})`
  return { code: 'service-closed', message: text === '' ? `${what}.` : `${what}: ${text}` }
}

/** The service sent an error; `settings`: it was about the settings or an update of them. */
export function serviceReason(serviceCode: string, description: string, settings: boolean): EndReason {
  return settings
    ? {
        code: 'settings-refused',
        serviceCode,
        message: `The service does not accept the settings: ${description} Correct the profile and connect again.`
      }
    : { code: 'service-error', serviceCode, message: `The service ended the session with an error: ${description}` }
}

/**
 * The service sent an error over a change of `what` in the running conversation. Its code stands in the sentence: as `serviceCode` it would
 * bring the advice to correct the profile, which is not at fault.
 */
export function changeReason(serviceCode: string, description: string, what: string): EndReason {
  return {
    code: 'service-error',
    message: `The service refused the change that was just made to ${what}: ${description} (${serviceCode}) The profile is as it was. Connect again.`
  }
}
