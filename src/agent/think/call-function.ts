import type { Clock } from '../../shared/runtime.ts'
import { BodyReader, type Piece } from './body.ts'
import type { CallFunction, FunctionResult } from './contract.ts'
import { addressOf, headersOf, hostNote, networkReason, statusReason, type Endpoint } from './endpoint.ts'
import { FUNCTION_LIMITS, type FunctionLimits } from './limits.ts'

/** What calling functions needs from its surroundings. */
export interface FunctionCallerDeps {
  readonly clock: Clock
  /** Default: Node's own. */
  readonly fetch?: typeof globalThis.fetch
  readonly limits?: FunctionLimits
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'])
const WITHOUT_BODY = new Set(['GET', 'HEAD'])

/**
 * Calls functions at their endpoints: the arguments as the JSON body (`POST` unless the endpoint names a method), or
 * as query parameters with `GET` and `HEAD`, which have no body. The content of an answer below 300 is the result.
 */
export function functionCaller({
  clock,
  fetch = globalThis.fetch,
  limits = FUNCTION_LIMITS
}: FunctionCallerDeps): CallFunction {
  return async (endpoint, call, signal) => {
    const failed = (reason: string): FunctionResult => ({
      ok: false,
      message: `The endpoint of the function ${call.name.slice(0, 80)}${hostNote(endpoint)} ${reason}.`
    })
    const prepared = prepare(endpoint, call.arguments)
    if (!prepared.ok) return failed(prepared.reason)
    const abort = new AbortController()
    const onCancel = (): void => abort.abort()
    signal.addEventListener('abort', onCancel, { once: true })
    if (signal.aborted) abort.abort()
    let late = false
    const stopTimer = clock.after(limits.timeoutMs, () => {
      late = true
      abort.abort()
    })
    const whyNot = (otherwise: string): FunctionResult =>
      failed(
        signal.aborted
          ? 'was not waited for: the call was cancelled'
          : late
            ? `did not answer within ${limits.timeoutMs / 1000} seconds`
            : otherwise
      )
    try {
      let response: Response
      try {
        response = await fetch(prepared.url, { ...prepared.init, redirect: 'manual', signal: abort.signal })
      } catch (error) {
        return whyNot(networkReason(error))
      }
      const body = await new BodyReader(response, limits.responseBytes).all()
      if (body.kind !== 'all') return whyNot(bodyReason(body, limits))
      if (!response.ok) return failed(statusReason(endpoint, response.status, body.text))
      return { ok: true, content: body.text }
    } finally {
      stopTimer()
      signal.removeEventListener('abort', onCancel)
      // Nothing is left open, whatever was not read.
      abort.abort()
    }
  }
}

type Prepared = { ok: true; url: URL; init: RequestInit } | { ok: false; reason: string }

function prepare(endpoint: Endpoint, argumentsText: string): Prepared {
  const address = addressOf(endpoint)
  if (!address.ok) return address
  const method = (endpoint.method ?? 'POST').toUpperCase()
  if (!METHODS.has(method)) return { ok: false, reason: `cannot be asked with the method ${method.slice(0, 20)}` }
  let given: unknown
  try {
    given = JSON.parse(argumentsText)
  } catch {
    return { ok: false, reason: 'was not asked: the arguments are no JSON' }
  }
  const bodyless = WITHOUT_BODY.has(method)
  const headers = headersOf(endpoint, bodyless ? {} : { 'content-type': 'application/json' })
  if (headers === undefined) return { ok: false, reason: 'has a header that cannot be sent' }
  if (!bodyless) return { ok: true, url: address.url, init: { method, headers, body: argumentsText } }
  if (typeof given === 'object' && given !== null) {
    for (const [name, value] of Object.entries(given)) {
      address.url.searchParams.append(name, typeof value === 'string' ? value : JSON.stringify(value))
    }
  }
  return { ok: true, url: address.url, init: { method, headers } }
}

function bodyReason(piece: Exclude<Piece, { kind: 'text' | 'end' }>, limits: FunctionLimits): string {
  return piece.kind === 'too-large'
    ? `answered with more than ${Math.round(limits.responseBytes / 1024)} KiB`
    : networkReason(piece.error).replace('could not be reached', 'broke off its answer')
}
