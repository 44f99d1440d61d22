import type { ToolCall } from '../../../shared/events.ts'
import type { CalledFunction } from '../../dialects/dialect.ts'

/** Calls that are remembered after they are over. */
export const KNOWN_CALLS_LIMIT = 1_000

/** What is known of a call that the service asks for. */
export type Known =
  | { kind: 'new' }
  /** This connection has had it: it was answered, is being answered, or must not be (C32). */
  | { kind: 'again' }
  /** An earlier connection had it; it is not run twice. */
  | { kind: 'before'; call: ToolCall }

/** Remembers calls, so that no tool runs twice, whatever is repeated and across connections. */
export class KnownCalls {
  /** Ids of this connection. */
  #here = new Set<string>()
  readonly #over = new Map<string, ToolCall>()

  /** What is known of `called`, which counts as met from now on. An id is only a repeat with the same name and arguments. */
  meet(called: CalledFunction): Known {
    if (this.#here.has(called.id)) return { kind: 'again' }
    this.refuse(called.id)
    const call = this.#over.get(called.id)
    const same = call !== undefined && call.name === called.name && call.arguments === called.arguments
    return same ? { kind: 'before', call } : { kind: 'new' }
  }

  /** A request for `id` that comes later on this connection is not met any more. */
  refuse(id: string): void {
    this.#here.add(id)
    forgetOldest(this.#here)
  }

  /** The call is over. */
  over(call: ToolCall): void {
    this.#over.delete(call.id)
    this.#over.set(call.id, call)
    forgetOldest(this.#over)
  }

  /** Another connection begins. */
  newConnection(): void {
    this.#here = new Set()
  }
}

function forgetOldest(known: Set<string> | Map<string, ToolCall>): void {
  const oldest = known.keys().next()
  if (known.size > KNOWN_CALLS_LIMIT && oldest.done !== true) known.delete(oldest.value)
}
