import type { Caption, SessionEvent, SessionState, ToolCall, TurnLatency } from '../shared/events.ts'
import type { Snapshot } from '../shared/ipc/contract.ts'
import { nothingPlaced, place } from '../shared/placement.ts'

/** Newest captions that a reloaded renderer gets back. */
export const CAPTION_LIMIT = 1_000

/** Newest tool calls, and newest turns' latencies, that a reloaded renderer gets back. */
export const TOOL_CALL_LIMIT = 200
export const LATENCY_LIMIT = 500

/** A map that forgets its oldest entries. */
function keep<K, V>(map: Map<K, V>, key: K, value: V, limit: number): void {
  map.set(key, value)
  if (map.size <= limit) return
  const oldest = map.keys().next()
  if (oldest.done !== true) map.delete(oldest.value)
}

/** What the events of one conversation left behind, for a renderer that (re)loads. */
export class ConversationRecord {
  state: SessionState = { phase: 'idle' }
  #captions = new Map<string, Caption>()
  #toolCalls = new Map<string, ToolCall>()
  #latencies = new Map<number, TurnLatency>()
  #support: Snapshot['support'] = {}
  #changes: readonly string[] = []
  #prompt: Snapshot['prompt']
  #placement = nothingPlaced

  /** A new conversation begins: only the state is left. */
  clear(): void {
    this.#captions.clear()
    this.#toolCalls.clear()
    this.#latencies.clear()
    this.#support = {}
    this.#changes = []
    this.#prompt = undefined
    this.#placement = nothingPlaced
  }

  add(event: SessionEvent): void {
    this.#placement = place(this.#placement, event, this.#captions)
    if (event.kind === 'state') this.state = event.state
    else if (event.kind === 'prompt') this.#prompt = { codePoints: event.codePoints, limit: event.limit }
    else if (event.kind === 'caption') this.#addCaption(event.caption)
    else if (event.kind === 'tool-call') keep(this.#toolCalls, event.call.id, event.call, TOOL_CALL_LIMIT)
    else if (event.kind === 'latency') keep(this.#latencies, event.latency.turn, event.latency, LATENCY_LIMIT)
    else if (event.kind === 'support') this.#support = event.support
    else if (event.kind === 'changes') this.#changes = event.changes
  }

  #addCaption(caption: Caption): void {
    const { id, before } = caption
    if (before === undefined || this.#captions.has(id) || !this.#captions.has(before)) {
      keep(this.#captions, id, caption, CAPTION_LIMIT)
      return
    }
    const inOrder = new Map<string, Caption>()
    for (const [known, one] of this.#captions) {
      if (known === before) inOrder.set(id, caption)
      inOrder.set(known, one)
    }
    this.#captions = inOrder
    keep(this.#captions, id, caption, CAPTION_LIMIT)
  }

  snapshot(): Omit<Snapshot, 'serviceName'> {
    return {
      state: this.state,
      captions: [...this.#captions.values()],
      toolCalls: [...this.#toolCalls.values()],
      latencies: [...this.#latencies.values()],
      support: this.#support,
      changes: [...this.#changes],
      placement: this.#placement,
      ...(this.#prompt === undefined ? {} : { prompt: this.#prompt })
    }
  }
}
