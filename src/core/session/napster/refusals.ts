import type { EndReason } from '../../../shared/events.ts'
import type { HttpAnswer } from '../../ports.ts'
import { closeText, failureReason, waitText, type Place } from '../end-reasons.ts'
import { transportFailure } from '../reconnect/failure.ts'
import type { Failure } from '../reconnect/policy.ts'

type Answered = Extract<HttpAnswer, { kind: 'answered' }>

/** The service's own words in an answer that is no success. */
interface Refusal {
  code: string | undefined
  text: string
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function textOf(...values: unknown[]): string {
  return values.find((value): value is string => typeof value === 'string' && value.trim() !== '') ?? ''
}

/** The fields of a validation problem, `{errors: {Field: [..]}}`. */
function fieldProblems(errors: unknown): string {
  if (!isRecord(errors)) return ''
  return Object.entries(errors)
    .flatMap(([field, problems]) =>
      (Array.isArray(problems) ? problems : [problems]).map((one) => [field, one] as const)
    )
    .flatMap(([field, one]) => (typeof one === 'string' ? [field === '' ? one : `${field}: ${one}`] : []))
    .join(' ')
}

/** Reads the three error shapes that are known, and a list of the first (napster.md section 2). */
export function readRefusal(json: unknown): Refusal {
  const entries = Array.isArray(json) ? json : [json]
  const read = entries.filter(isRecord).map((entry) => ({
    code: textOf(entry['code']) || undefined,
    text: textOf(
      entry['description'],
      fieldProblems(entry['errors']),
      entry['message'],
      entry['detail'],
      entry['title']
    )
  }))
  const text = closeText(read.map((one) => one.text).join(' '))
  const last = text.at(-1)
  return {
    code: read.find(({ code }) => code !== undefined)?.code,
    text: text === '' || last === '.' || last === '!' || last === '?' || last === '…' ? text : `${text}.`
  }
}

function refused(answer: Answered, agentId: string, place: Place): EndReason {
  const { status, json, retryAfterMs } = answer
  const { code, text } = readRefusal(json)
  const told = code === undefined ? {} : { serviceCode: code }
  const known = failureReason({ kind: 'refused', httpStatus: status }, place, false)
  switch (status) {
    case 400:
    case 422:
      return {
        code: 'settings-refused',
        message: `Napster does not accept the settings: ${text === '' ? `HTTP ${status}.` : text} Correct the profile, or the agent at Napster, and connect again.`,
        ...told
      }
    case 404:
      return {
        code: 'not-found',
        message: `Napster has no agent ${JSON.stringify(agentId)} for this key (HTTP 404). Check agentId in the profile${place.from === 'parley' ? '' : ', and its url'}.`,
        ...told
      }
    case 409:
      return code === undefined || /ConcurrentSession/i.test(code)
        ? {
            code: 'rate-limited',
            message: `Napster has as many sessions of this account as it allows (HTTP 409). ${waitText(retryAfterMs, 'One of them has to end first.')}`,
            ...told
          }
        : { code: 'service-error', message: `Napster refused the connection (HTTP 409): ${text || code}`, ...told }
    case 429:
      return {
        code: 'rate-limited',
        message: `Napster takes no more connections of this key right now (HTTP 429). ${waitText(retryAfterMs, 'It usually does again after a moment.')}`,
        ...told
      }
    default:
      return { ...known, message: text === '' ? known.message : `${known.message} Napster says: ${text}`, ...told }
  }
}

/** The connection was not created. */
export function creationFailure(answer: HttpAnswer, agentId: string, place: Place): Failure {
  if (answer.kind === 'failed') return transportFailure(answer.failure, place, false)
  const { status, retryAfterMs } = answer
  if (status < 300) {
    return {
      reason: {
        code: 'service-error',
        message: `What answers at ${place.host ?? 'the address'} gives out no Napster connection. Check the url of the profile.`
      },
      retry: false
    }
  }
  const reason = refused(answer, agentId, place)
  const retry = status >= 500 || status === 408 || status === 425 || reason.code === 'rate-limited'
  return { reason, retry, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) }
}
