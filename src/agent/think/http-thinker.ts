import { randomUUID } from 'node:crypto'
import type { Clock } from '../../shared/runtime.ts'
import type { RawCall } from './call-collector.ts'
import { chatRequest } from './chat-request.ts'
import { complete, type Completion, type CompletionDeps } from './completion.ts'
import type { Thinker, ThinkHandlers, Thinking, ThinkRequest, ThinkTiming, ToolCall } from './contract.ts'
import type { ThinkItem } from '../settings-schema.ts'
import { hostNote } from './endpoint.ts'
import { THINK_LIMITS, type ThinkLimits } from './limits.ts'
import { ReasoningFilter } from './reasoning-filter.ts'
import { UsedIds } from './used-ids.ts'

/** What a thinker needs from its surroundings. */
export interface ThinkerDeps {
  readonly clock: Clock
  /** Default: Node's own. */
  readonly fetch?: typeof globalThis.fetch
  readonly limits?: Partial<ThinkLimits>
}

/** A thinker that asks OpenAI-compatible chat servers. One per session: the ids of its calls are unique in it. */
export function httpThinker({ clock, fetch = globalThis.fetch, limits = {} }: ThinkerDeps): Thinker {
  const deps = { clock, fetch, limits: { ...THINK_LIMITS, ...limits } }
  const ids = new UsedIds(() => `call_${randomUUID().replaceAll('-', '')}`)
  return {
    think: (request, on) => {
      const turn = new Turn(request, on, ids, deps)
      void turn.run()
      return turn
    }
  }
}

/** One completion: the items of the list in order until one answers. */
class Turn implements Thinking {
  private over = false
  /** Something was given out that can be spoken; from then on no other item is asked. */
  private spoke = false
  private readonly timed = new Set<ThinkTiming>()
  private readonly abort = new AbortController()
  private readonly startedAtMs: number
  private readonly stopSlow: () => void
  private readonly request: ThinkRequest
  private readonly on: ThinkHandlers
  private readonly ids: UsedIds
  private readonly deps: CompletionDeps

  constructor(request: ThinkRequest, on: ThinkHandlers, ids: UsedIds, deps: CompletionDeps) {
    this.request = request
    this.on = on
    this.ids = ids
    this.deps = deps
    this.startedAtMs = deps.clock.nowMs()
    this.stopSlow = deps.clock.every(deps.limits.slowMs, () => this.warnSlow())
  }

  cancel(): void {
    if (this.over) return
    this.end()
    this.abort.abort()
  }

  async run(): Promise<void> {
    // So that the caller holds the handle before anything is reported.
    await Promise.resolve()
    try {
      await this.askAll()
    } finally {
      this.end()
    }
  }

  private async askAll(): Promise<void> {
    let reason = 'No think endpoint is configured.'
    for (const [index, { item }] of this.request.choices.entries()) {
      if (this.over) return
      if (item.endpoint === undefined) {
        this.end()
        this.on.unplugged(index)
        return
      }
      const completion = await this.ask(index)
      // Cancelled meanwhile, perhaps by a handler.
      if (this.over || completion.kind === 'cancelled') return
      if (completion.kind === 'complete') {
        this.finish(item, completion.calls)
        return
      }
      reason = `The think endpoint${hostNote(item.endpoint)} ${completion.reason}.`
      if (this.spoke) {
        this.endEarly(reason)
        return
      }
      this.on.warning('THINK_REQUEST_FAILED', reason)
    }
    if (this.over) return
    this.end()
    this.on.failed(reason)
  }

  private async ask(index: number): Promise<Completion> {
    const choice = this.request.choices[index]
    if (choice?.item.endpoint === undefined) throw new Error('asked a model without an endpoint')
    const filter = new ReasoningFilter({
      text: (delta) => this.give('text', delta),
      thinking: (delta) => this.give('thinking', delta)
    })
    const sink = {
      text: (delta: string) => filter.push(delta),
      thinking: (delta: string) => this.give('thinking', delta),
      call: () => this.mark('tool')
    }
    const body = chatRequest(choice, this.request.dialogue)
    const completion = await complete(choice.item.endpoint, body, sink, this.abort.signal, this.deps)
    if (completion.kind === 'complete') filter.flush()
    return completion
  }

  private give(kind: 'text' | 'thinking', delta: string): void {
    if (this.over) return
    this.mark(kind)
    // A handler of the timing may have cancelled.
    if (this.isOver()) return
    if (kind === 'text') this.spoke = true
    this.on[kind](delta)
  }

  private mark(kind: Exclude<ThinkTiming, 'token'>): void {
    if (this.over) return
    this.stopSlow()
    const ms = this.deps.clock.nowMs() - this.startedAtMs
    for (const each of ['token', kind] as const) {
      if (this.isOver() || this.timed.has(each)) continue
      this.timed.add(each)
      this.on.timing(each, ms)
    }
  }

  private isOver(): boolean {
    return this.over
  }

  private warnSlow(): void {
    if (this.over) return
    const seconds = Math.round((this.deps.clock.nowMs() - this.startedAtMs) / 1000)
    this.on.warning('SLOW_THINK_REQUEST', `We have now waited ${seconds} seconds for a think response.`)
  }

  private finish(item: ThinkItem, raw: readonly RawCall[]): void {
    if (raw.length > 0) this.on.toolCalls(raw.map((call) => this.toolCall(item, call)))
    if (this.over) return
    this.end()
    this.on.done()
  }

  private toolCall(item: ThinkItem, raw: RawCall): ToolCall {
    return {
      id: this.ids.take(raw.id),
      name: raw.name,
      arguments: raw.arguments,
      function: item.functions?.find(({ name }) => name === raw.name),
      ...(raw.thoughtSignature === undefined ? {} : { thoughtSignature: raw.thoughtSignature })
    }
  }

  /** What was said stands. */
  private endEarly(reason: string): void {
    this.on.warning('GPT_4O_STREAM_END_ERROR', `${reason} What was said so far stands.`)
    if (this.over) return
    this.end()
    this.on.done()
  }

  private end(): void {
    this.over = true
    this.stopSlow()
  }
}
