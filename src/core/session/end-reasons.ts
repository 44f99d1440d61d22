import type { EndReason } from '../../shared/events.ts'
import type { Service } from '../../shared/profile.ts'
import { assertNever } from '../../shared/assert-never.ts'
import type { TransportFailure } from '../ports.ts'

/** Normal closure of a WebSocket. */
export const CLOSE_NORMAL = 1000

const KEY_VARIABLE: Readonly<Record<Service, string | undefined>> = {
  builtin: undefined,
  deepgram: 'DEEPGRAM_API_KEY',
  napster: 'NAPSTER_API_KEY'
}

/** The end of a session whose reason is known before a socket exists. */
export class EndError extends Error {
  readonly reason: EndReason
  constructor(reason: EndReason, options?: ErrorOptions) {
    super(reason.message, options)
    this.name = 'EndError'
    this.reason = reason
  }
}

export function missingSecret(name: string): EndReason {
  return {
    code: 'missing-secret',
    message: `The profile uses {{secret:${name}}}, but there is no such secret. Set the environment variable PARLEY_SECRET_${name} and connect again.`
  }
}

export function missingKey(service: Service): EndReason {
  return {
    code: 'missing-secret',
    message: `There is no key for the service. Set the environment variable ${KEY_VARIABLE[service] ?? ''} and connect again.`
  }
}

function refused(httpStatus: number, service: Service): EndReason {
  const variable = KEY_VARIABLE[service]
  const key = variable === undefined ? 'Check the key.' : `Check ${variable}.`
  switch (httpStatus) {
    case 401:
      return { code: 'unauthorized', message: `The service did not accept the key (HTTP 401). ${key}` }
    case 402:
    case 403:
      return {
        code: 'forbidden',
        message: `The service does not allow this (HTTP ${httpStatus}). Check the account's rights and credit.`
      }
    case 404:
      return {
        code: 'not-found',
        message: 'There is no voice agent at this address (HTTP 404). Check the url of the profile.'
      }
    case 429:
      return {
        code: 'rate-limited',
        message: 'The service has too many sessions of this account (HTTP 429). Wait a moment and connect again.'
      }
    default:
      return {
        code: 'unreachable',
        message: `The service refused the connection (HTTP ${httpStatus}). Check the url of the profile, or try again later.`
      }
  }
}

/** Why a connection could not be made or broke. The transport's own text is left out: it may name the address with all it holds. */
export function failureReason(failure: TransportFailure, service: Service, wasOpen: boolean): EndReason {
  switch (failure.kind) {
    case 'refused':
      return refused(failure.httpStatus, service)
    case 'unreachable':
      return wasOpen
        ? {
            code: 'unreachable',
            message: 'The connection to the service was lost. Check the network and connect again.'
          }
        : {
            code: 'unreachable',
            message: 'The service cannot be reached. Check the network and the url of the profile.'
          }
    case 'timeout':
      return timeoutReason('The service did not answer the connection in time.')
    default:
      return assertNever(failure)
  }
}

export function timeoutReason(what: string): EndReason {
  return { code: 'timeout', message: `${what} Check the network and the url of the profile, then connect again.` }
}

/** The service closed the socket without an `Error` before it. */
export function closeReason(code: number): EndReason {
  return code === CLOSE_NORMAL
    ? { code: 'service-closed', message: 'The service ended the session.' }
    : { code: 'service-closed', message: `The service broke off the session (close code ${code}). Connect again.` }
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
