import type { EndReason } from '../../../shared/events.ts'
import type { Service } from '../../../shared/profile.ts'
import type { ServiceEvent } from '../../dialects/dialect.ts'
import { ownWords } from '../../dialects/napster-errors.ts'
import type { TransportFailure, UnreachableReason } from '../../ports.ts'
import {
  changeReason,
  CLOSE_NORMAL,
  closeReason,
  failureReason,
  noGrantReason,
  serviceReason,
  timeoutReason,
  type Place
} from '../end-reasons.ts'
import { napsterEnd } from '../napster/ends.ts'
import type { Failure } from './policy.ts'

type ServiceError = Extract<ServiceEvent, { kind: 'error' }>

/** Refusals that another attempt may get past: a time-out, too early, too many. Every other 4xx stays as it is (B1: auth and 4xx stop). */
const PASSING_STATUS: ReadonlySet<number> = new Set([408, 425, 429])

/** What no waiting mends. A host that was talked to before may well be unreachable, or hidden by a portal, for a while. */
const LASTING: ReadonlySet<UnreachableReason> = new Set<UnreachableReason>([
  'bad-address',
  'proxy-unusable',
  'proxy-credentials'
])

/** The upgrade was refused, or the socket broke. */
export function transportFailure(failure: TransportFailure, place: Place, wasOpen: boolean): Failure {
  const reason = failureReason(failure, place, wasOpen)
  if (failure.kind === 'timeout') return { reason, retry: true }
  if (failure.kind === 'unreachable') return { reason, retry: wasOpen || !LASTING.has(failure.reason) }
  const { httpStatus, retryAfterMs } = failure
  const retry = httpStatus >= 500 || PASSING_STATUS.has(httpStatus)
  return { reason, retry, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) }
}

/** No short-lived token could be had. */
export function grantFailure(failure: TransportFailure, place: Place): Failure {
  const told = transportFailure(failure, place, false)
  return failure.kind === 'refused' && failure.httpStatus === 404 ? { ...told, reason: noGrantReason(place) } : told
}

/**
 * The service closed without an `Error` before it; a normal close is its wish, every other one an accident. Napster's codes are not known,
 * and it can be asked why before another connection is made (napster.md section 7.6).
 */
export function closeFailure(code: number, text: string, service: Service): Failure {
  return {
    reason: closeReason(code, ''),
    retry: code !== CLOSE_NORMAL || service === 'napster',
    closed: { code, text }
  }
}

/** The service sent an `Error`; the socket closes right after it. */
export function serviceFailure(event: ServiceError, configuring: boolean, service: Service): Failure {
  const { code, message, settings, retry } = event
  const known = service === 'napster' ? napsterEnd(code) : undefined
  if (known !== undefined) {
    const says = ownWords(message)
    return { reason: known, retry: retry !== 'no', error: event, ...(says === undefined ? {} : { says }) }
  }
  const unreadable = code === 'UNPARSABLE_CLIENT_MESSAGE' && configuring
  return { reason: serviceReason(code, message, settings || unreadable), retry: retry !== 'no', error: event }
}

/** The service sent its error after a change of `what` that it had not taken: where that is the end, the change is to blame and not the profile. */
export function changeFailure(failure: Failure, what: string): Failure {
  const { error, retry } = failure
  return retry || error === undefined ? failure : { ...failure, reason: changeReason(error.code, error.message, what) }
}

/** Neither answer nor close came in time. */
export function timeoutFailure(what: string, place: Place): Failure {
  return { reason: timeoutReason(what, place), retry: true }
}

/** Something that was needed before dialling is not there. Only an agent that does not start may start later. */
export function accessFailure(reason: EndReason): Failure {
  return { reason, retry: reason.code === 'unreachable' }
}

/** The connection is there and does not move. */
export function lostFailure(why: 'silent' | 'stalled'): Failure {
  const message =
    why === 'silent'
      ? 'The service does not answer any more. Check the network.'
      : 'Nothing gets through to the service any more. Check the network.'
  return { reason: { code: 'unreachable', message }, retry: true }
}

/** Parley gives the connection up itself, before the service does. */
export const RENEWAL: Failure = {
  reason: {
    code: 'service-closed',
    message: 'Parley replaces the connection before it gets too old for the service.'
  },
  retry: true,
  ours: true
}

/** Parley gives the connection up because the agent shall be as its profile has it. */
export const REVERT: Failure = {
  reason: {
    code: 'service-closed',
    message: 'Parley makes a new connection with the profile as it is.'
  },
  retry: true,
  ours: true
}

/** Parley lets the connection go because the machine is about to sleep. */
export const ASLEEP: EndReason = {
  code: 'unreachable',
  message: 'The computer goes to sleep. Parley connects again when it wakes up.'
}

/** Three connections in a row were lost within seconds: another one would be, too. */
export function quickFailureReason(reason: EndReason): EndReason {
  return {
    ...reason,
    message: `The connection was lost again and again within seconds, so Parley stopped trying. ${reason.message}`
  }
}
