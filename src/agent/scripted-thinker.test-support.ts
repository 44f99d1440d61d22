import type {
  CallFunction,
  FunctionResult,
  Thinker,
  ThinkHandlers,
  Thinking,
  ThinkRequest,
  ToolCall
} from './think/contract.ts'

/** One completion that was asked for; the test plays the model. */
export class Completion implements Thinking {
  cancelled = false
  /** It has said its last. */
  over = false
  readonly request: ThinkRequest
  readonly on: ThinkHandlers
  private readonly newId: () => string

  constructor(request: ThinkRequest, on: ThinkHandlers, newId: () => string) {
    // What is told is told by value: later changes of the dialogue must not show.
    this.request = structuredClone(request)
    this.on = on
    this.newId = newId
  }

  cancel(): void {
    this.cancelled = true
  }

  /** The model says all of this and is done. */
  answers(...deltas: string[]): void {
    for (const delta of deltas) this.on.text(delta)
    this.over = true
    this.on.done()
  }

  /** The model asks for calls, `arguments` as JSON text, and is done. */
  calls(...calls: readonly (readonly [name: string, given?: string, signature?: string])[]): void {
    this.over = true
    this.on.toolCalls(
      calls.map(([name, given = '{}', signature]): ToolCall => {
        const target = this.request.choices[0]?.item.functions?.find((one) => one.name === name)
        return {
          id: this.newId(),
          name,
          arguments: given,
          function: target,
          ...(signature === undefined ? {} : { thoughtSignature: signature })
        }
      })
    )
    this.on.done()
  }

  /** The dialogue as it was told, one line per entry. */
  get told(): string[] {
    return this.request.dialogue.map((entry) =>
      entry.kind === 'said'
        ? `${entry.role}: ${entry.content}`
        : entry.calls.map((call) => `${call.name}(${call.arguments}) = ${call.response}`).join(' + ')
    )
  }
}

/** A thinker whose models are played by the test. A first choice without an endpoint is left to the caller, at once. */
export class ScriptedThinker implements Thinker {
  readonly completions: Completion[] = []
  private lastId = 0

  think(request: ThinkRequest, on: ThinkHandlers): Thinking {
    const completion = new Completion(request, on, () => `model-${(this.lastId += 1)}`)
    if (request.choices[0]?.item.endpoint !== undefined) {
      this.completions.push(completion)
      return completion
    }
    queueMicrotask(() => {
      if (!completion.cancelled) on.unplugged(0)
    })
    return completion
  }

  get last(): Completion {
    const last = this.completions.at(-1)
    if (last === undefined) throw new Error('no model was asked')
    return last
  }
}

interface FunctionCalled {
  readonly url: string | undefined
  readonly name: string
  readonly arguments: string
  readonly signal: AbortSignal
  answer(result: FunctionResult): void
}

/** Endpoints of functions, played by the test. */
export class ScriptedFunctions {
  readonly called: FunctionCalled[] = []

  readonly call: CallFunction = (endpoint, { name, arguments: given }, signal) =>
    new Promise((answer) => {
      this.called.push({ url: endpoint.url, name, arguments: given, signal, answer })
    })
}
