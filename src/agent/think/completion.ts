import { createParser } from 'eventsource-parser'
import type { Clock } from '../../shared/runtime.ts'
import { BodyReader } from './body.ts'
import { CallCollector, type RawCall } from './call-collector.ts'
import type { ChatRequest } from './chat-request.ts'
import { readChunk } from './chunk.ts'
import {
  addressOf,
  blankSecrets,
  headersOf,
  MAX_REASON_BYTES,
  networkReason,
  statusReason,
  type Endpoint
} from './endpoint.ts'
import type { ThinkLimits } from './limits.ts'
import { Watch, type GivenUp } from './watch.ts'

/** How one request to one model ended. A `reason` reads on from "the think endpoint". */
export type Completion =
  | { kind: 'complete'; calls: readonly RawCall[] }
  | { kind: 'failed'; reason: string }
  /** It had begun to answer; how much of it was given out is known to the sink. */
  | { kind: 'broken'; reason: string }
  | { kind: 'cancelled' }

/** What comes while a model answers. */
export interface CompletionSink {
  text(delta: string): void
  thinking(delta: string): void
  /** A call has begun. */
  call(): void
}

export interface CompletionDeps {
  readonly clock: Clock
  readonly fetch: typeof globalThis.fetch
  readonly limits: ThinkLimits
}

/** Asks one model and streams its answer into the sink. */
export async function complete(
  endpoint: Endpoint,
  body: ChatRequest,
  sink: CompletionSink,
  cancelled: AbortSignal,
  deps: CompletionDeps
): Promise<Completion> {
  const address = addressOf(endpoint)
  if (!address.ok) return { kind: 'failed', reason: address.reason }
  const headers = headersOf(endpoint, { 'content-type': 'application/json', accept: 'text/event-stream' })
  if (headers === undefined) return { kind: 'failed', reason: 'has a header that cannot be sent' }
  const exchange = new Exchange(endpoint, sink, cancelled, deps)
  try {
    return await exchange.run(address.url, headers, JSON.stringify(body))
  } finally {
    exchange.close()
  }
}

/** One request and its answer. */
class Exchange {
  private readonly abort = new AbortController()
  private givenUp: GivenUp | undefined
  private readonly watch: Watch
  private readonly calls = new CallCollector()
  /** The model has said why it stopped. */
  private finish: string | undefined
  private finished = false
  private problem: string | undefined
  private readonly endpoint: Endpoint
  private readonly sink: CompletionSink
  private readonly cancelled: AbortSignal
  private readonly deps: CompletionDeps

  constructor(endpoint: Endpoint, sink: CompletionSink, cancelled: AbortSignal, deps: CompletionDeps) {
    this.endpoint = endpoint
    this.sink = sink
    this.cancelled = cancelled
    this.deps = deps
    this.watch = new Watch(deps.clock, deps.limits.totalMs, (why) => this.giveUp(why))
    cancelled.addEventListener('abort', this.onCancel, { once: true })
    if (cancelled.aborted) this.onCancel()
  }

  private readonly onCancel = (): void => this.giveUp('cancelled')

  private giveUp(why: GivenUp): void {
    this.givenUp ??= why
    this.abort.abort()
  }

  /** Idempotent. */
  close(): void {
    this.watch.stop()
    this.cancelled.removeEventListener('abort', this.onCancel)
  }

  async run(url: URL, headers: Headers, body: string): Promise<Completion> {
    const { clock, fetch, limits } = this.deps
    this.watch.expect(limits.stallMs)
    let response: Response
    try {
      // A redirect would carry the headers to another place.
      response = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal: this.abort.signal })
    } catch (error) {
      return this.failedBy(error)
    }
    this.watch.expect(limits.stallMs)
    if (!response.ok) {
      const said = await new BodyReader(response, MAX_REASON_BYTES).start()
      this.abort.abort()
      if (this.givenUp === 'cancelled') return { kind: 'cancelled' }
      return { kind: 'failed', reason: statusReason(this.endpoint, response.status, said) }
    }
    const reader = new BodyReader(response, limits.responseBytes)
    const outcome = await this.read(reader)
    if (outcome.kind === 'complete') drain(reader, clock, limits.tailMs, this.abort)
    else this.abort.abort()
    return outcome
  }

  private async read(reader: BodyReader): Promise<Completion> {
    const events = createParser({ onEvent: ({ data }) => this.onData(data) })
    let document: string[] | undefined
    let started = false
    while (!this.finished && this.problem === undefined) {
      const piece = await reader.next()
      if (this.givenUp === 'cancelled') return { kind: 'cancelled' }
      if (piece.kind === 'broken' || piece.kind === 'too-large') {
        // After the model's last word nothing is lost.
        if (this.finish !== undefined) break
        return piece.kind === 'broken' ? this.brokenBy(piece.error) : broken('gave an answer that is too large')
      }
      if (piece.kind === 'end') {
        if (document === undefined) events.feed('\n\n')
        else this.onData(document.join(''))
        break
      }
      if (!started && piece.text.trim() !== '') {
        started = true
        if (piece.text.trimStart().startsWith('{')) document = []
      }
      if (document === undefined) events.feed(piece.text)
      else document.push(piece.text)
      this.watch.expect(this.finish === undefined ? this.deps.limits.stallMs : this.deps.limits.tailMs)
    }
    return this.outcome()
  }

  private onData(data: string): void {
    if (this.finished || this.problem !== undefined || data.trim() === '') return
    if (data.trim() === '[DONE]') {
      this.finished = true
      return
    }
    const result = readChunk(data)
    if (result.kind !== 'chunk') {
      const said = result.kind === 'error' ? result.message : undefined
      this.problem =
        result.kind === 'unreadable'
          ? 'sent something that is no chat completion'
          : `reported an error${said === undefined ? '' : `: ${blankSecrets(this.endpoint, said)}`}`
      return
    }
    const { text, thinking, calls, finish } = result.chunk
    if (thinking !== '') this.sink.thinking(thinking)
    if (text !== '') this.sink.text(text)
    if (calls.length > 0) this.sink.call()
    for (const call of calls) this.calls.add(call)
    if (this.calls.size > this.deps.limits.toolCalls) {
      this.problem = `asked for more than ${this.deps.limits.toolCalls} calls at once`
    }
    this.finish = finish ?? this.finish
  }

  private outcome(): Completion {
    if (this.givenUp === 'cancelled') return { kind: 'cancelled' }
    if (this.problem !== undefined) return broken(this.problem)
    if (!this.finished && this.finish === undefined) return broken('ended its answer early')
    const calls = this.calls.finish()
    if (calls === undefined) return broken('asked for a call without a name')
    if (this.finish === 'length' && calls.some((call) => !isJson(call.arguments))) {
      return broken('ran out of tokens within a call')
    }
    return { kind: 'complete', calls }
  }

  private failedBy(error: unknown): Completion {
    if (this.givenUp === 'cancelled') return { kind: 'cancelled' }
    return { kind: 'failed', reason: this.whyGivenUp() ?? networkReason(error) }
  }

  private brokenBy(error: unknown): Completion {
    if (this.givenUp === 'cancelled') return { kind: 'cancelled' }
    const code = networkReason(error).replace('could not be reached', 'broke off its answer')
    return broken(this.whyGivenUp() ?? code)
  }

  private whyGivenUp(): string | undefined {
    const { limits } = this.deps
    if (this.givenUp === 'stalled') return `sent nothing for ${limits.stallMs / 1000} seconds`
    return this.givenUp === 'endless' ? `took longer than ${limits.totalMs / 1000} seconds` : undefined
  }
}

/** Reads the rest after the last word, so that the connection can serve the next turn; gives up after a moment. */
function drain(reader: BodyReader, clock: Clock, ms: number, abort: AbortController): void {
  const stop = clock.after(ms, () => abort.abort())
  void reader.start().then(() => {
    stop()
    abort.abort()
  })
}

function broken(reason: string): Completion {
  return { kind: 'broken', reason }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
