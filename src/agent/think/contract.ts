import type { WarningCode } from '../../shared/protocol/deepgram.ts'
import type { ThinkItem } from '../settings-schema.ts'

/** A function that the model may call, as the think item gives it. */
export type ThinkFunction = NonNullable<ThinkItem['functions']>[number]

/** One call with its answer. `arguments` is JSON text, `response` any text. */
export interface FinishedCall {
  readonly id: string
  readonly name: string
  readonly arguments: string
  readonly response: string
  /** Gemini's signature of the call; goes back to the model with it. */
  readonly thoughtSignature?: string
}

/** One thing that happened in the conversation, as the model is told of it. Calls that were made together stand together. */
export type DialogueEntry =
  | { readonly kind: 'said'; readonly role: 'user' | 'assistant' | 'system'; readonly content: string }
  | { readonly kind: 'calls'; readonly calls: readonly FinishedCall[] }

/** A think item with its effective prompt: its own and every addition, in order. */
export interface ThinkChoice {
  readonly item: ThinkItem
  readonly prompts: readonly string[]
}

/** What one completion needs. */
export interface ThinkRequest {
  /** The fallback list in order; every request starts at the first. */
  readonly choices: readonly ThinkChoice[]
  /** The conversation so far, oldest first, already cut to what was heard; the last entry is what is answered. */
  readonly dialogue: readonly DialogueEntry[]
}

/** A call that the model asks for. */
export interface ToolCall {
  /** Unique in this {@link Thinker}. */
  readonly id: string
  readonly name: string
  /** JSON text as the model wrote it, "{}" when it wrote none; it may be no valid JSON. */
  readonly arguments: string
  /** The function of the item that was asked; undefined when the model named one that the item does not have. */
  readonly function: ThinkFunction | undefined
  readonly thoughtSignature?: string
}

/** Milliseconds since `think` to the first token of any kind, of text, of a call, of reasoning. */
export type ThinkTiming = 'token' | 'text' | 'tool' | 'thinking'

/** Warnings that a thinker gives. */
export type ThinkWarning = Extract<
  WarningCode,
  'THINK_REQUEST_FAILED' | 'SLOW_THINK_REQUEST' | 'GPT_4O_STREAM_END_ERROR'
>

/**
 * What a completion reports. Nothing comes before `think` has returned and nothing after `cancel`. Exactly one of
 * `done`, `failed` and `unplugged` is the last. Descriptions name no header and of an address the host only.
 */
export interface ThinkHandlers {
  /** More of the answer; never empty. */
  text(delta: string): void
  /** More of the model's reasoning; never empty, never spoken. */
  thinking(delta: string): void
  /** Every call of this completion at once, after its text; never empty. `done` follows. */
  toolCalls(calls: readonly ToolCall[]): void
  warning(code: ThinkWarning, description: string): void
  /** Each kind at most once. */
  timing(kind: ThinkTiming, ms: number): void
  /** The answer is complete, or ended early after something of it was given out (told by a warning before). */
  done(): void
  /** Every item is used up and nothing was given out: `FAILED_TO_THINK`. */
  failed(description: string): void
  /** The next item, `choices[index]`, has no endpoint: the caller thinks for itself. */
  unplugged(index: number): void
}

/** A completion under way. */
export interface Thinking {
  /** Aborts the request at once; idempotent. */
  cancel(): void
}

/** Asks language models over HTTP. */
export interface Thinker {
  think(request: ThinkRequest, on: ThinkHandlers): Thinking
}

/** Outcome of a call of a function that has an endpoint; `message` says for a person why there is no content. */
export type FunctionResult =
  { readonly ok: true; readonly content: string } | { readonly ok: false; readonly message: string }

/** Calls a function at its endpoint with the arguments as JSON text; never rejects. */
export type CallFunction = (
  endpoint: NonNullable<ThinkFunction['endpoint']>,
  call: { readonly name: string; readonly arguments: string },
  signal: AbortSignal
) => Promise<FunctionResult>
