import type { CalledEntry, FunctionCall } from './dialogue.ts'
import type { ThinkFunction } from './settings-schema.ts'
import type { FunctionResult } from './think/contract.ts'
import type { OutgoingMessage, WireCall } from './wire.ts'

type Endpoint = NonNullable<ThinkFunction['endpoint']>

/** What the calls of a request need from their surroundings. */
export interface ToolCallsDeps {
  /** Repeat a client's answer to it (deepgram.md section 12). */
  readonly echoResponses: boolean
  readonly history: boolean
  send(message: OutgoingMessage): void
  /** Calls the endpoint of a function. `told` may come at any time, but not after the cancel that is returned. */
  callEndpoint(endpoint: Endpoint, call: FunctionCall, told: (outcome: FunctionResult) => void): () => void
  /** A function has answered. */
  answered(entry: CalledEntry): void
  /** The last open call has been answered; not called when they are cancelled. */
  complete(): void
}

/** What the model reads in place of an answer that never came. */
export const CANCELLED_RESULT = '{"error":"Cancelled: the user spoke before there was an answer."}'

type CallState = 'held' | 'open' | 'answered' | 'cancelled'

interface Running {
  readonly entry: CalledEntry
  readonly target: ThinkFunction
  state: CallState
  cancel: () => void
}

/**
 * The calls of one request of the model, from `FunctionCallRequest` to the last answer. Calls of a draft go out at once,
 * except those whose function says `defer_until_eot`: they wait for {@link dispatchAll}.
 */
export class ToolCalls {
  private readonly calls: Running[]
  private readonly deps: ToolCallsDeps

  constructor(calls: readonly { entry: CalledEntry; target: ThinkFunction | undefined }[], deps: ToolCallsDeps) {
    this.deps = deps
    this.calls = calls.flatMap(({ entry, target }): Running[] =>
      target === undefined ? [] : [{ entry, target, state: 'held', cancel: () => undefined }]
    )
  }

  /** The user's turn is not confirmed yet: deferred calls stay here. */
  dispatchUndeferred(): void {
    this.dispatch(({ target }) => target.defer_until_eot !== true)
  }

  dispatchAll(): void {
    this.dispatch(() => true)
  }

  /** The client answers. False when no call of this id is open here. */
  respond(id: string, content: string): boolean {
    const call = this.calls.find((one) => one.entry.call.id === id && one.state === 'open' && isClientSide(one))
    if (call === undefined) return false
    if (this.deps.echoResponses)
      this.deps.send({ type: 'FunctionCallResponse', id, name: call.entry.call.name, content })
    this.answer(call, content)
    return true
  }

  /** Open calls are given up; late answers are ignored. */
  cancel(): void {
    const open = this.calls.filter(({ state }) => state === 'open')
    for (const call of this.calls) {
      if (call.state === 'answered') continue
      call.state = 'cancelled'
      call.entry.result = CANCELLED_RESULT
      call.cancel()
    }
    if (open.length === 0) return
    const functions = open.map(({ entry }) => ({ id: entry.call.id, name: entry.call.name }))
    this.deps.send({ type: 'FunctionCallCancelled', functions })
  }

  private dispatch(which: (call: Running) => boolean): void {
    const going = this.calls.filter((call) => call.state === 'held' && which(call))
    if (going.length === 0) return
    for (const call of going) call.state = 'open'
    this.deps.send({ type: 'FunctionCallRequest', functions: going.map(wireCall) })
    for (const call of going) {
      const { endpoint } = call.target
      if (endpoint !== undefined && call.state === 'open') this.callEndpoint(call, endpoint)
    }
  }

  private callEndpoint(call: Running, endpoint: Endpoint): void {
    call.cancel = this.deps.callEndpoint(endpoint, call.entry.call, (outcome) => {
      if (call.state !== 'open') return
      if (!outcome.ok) this.deps.send({ type: 'Warning', code: 'FUNCTION_CALL_FAILED', description: outcome.message })
      const content = outcome.ok ? outcome.content : JSON.stringify({ error: outcome.message })
      const { id, name } = call.entry.call
      this.deps.send({ type: 'FunctionCallResponse', id, name, content })
      this.answer(call, content)
    })
  }

  private answer(call: Running, content: string): void {
    call.state = 'answered'
    call.entry.result = content
    this.deps.answered(call.entry)
    if (this.deps.history) {
      this.deps.send({ type: 'History', function_calls: [{ ...wireCall(call), response: content }] })
    }
    if (this.calls.every(({ state }) => state === 'answered')) this.deps.complete()
  }
}

function isClientSide({ target }: Running): boolean {
  return target.endpoint === undefined
}

function wireCall(call: Running): WireCall {
  const { id, name, arguments: given, thoughtSignature } = call.entry.call
  return {
    id,
    name,
    arguments: given,
    client_side: isClientSide(call),
    ...(thoughtSignature === undefined ? {} : { thought_signature: thoughtSignature })
  }
}
