import { randomUUID } from 'node:crypto'
import type { Clock } from '../shared/runtime.ts'
import { SmallBrain } from './brain/small-brain.ts'
import type { CalledEntry, Dialogue, Entry } from './dialogue.ts'
import type { ThinkFunction, ThinkItem } from './settings-schema.ts'
import { SentenceStream } from './think/sentence-stream.ts'
import type { DialogueEntry, FinishedCall, Thinker, ThinkTiming, ThinkWarning, ToolCall } from './think/contract.ts'

/** Why no more can be thought; ends the session. */
export interface ThinkFailure {
  readonly code: 'FAILED_TO_THINK' | 'NON_EXISTENT_FUNCTION_CALLED'
  readonly description: string
}

/** A function call that is asked for. `target` is undefined when the think block has no function of that name. */
export interface AskedCall {
  /** Unique in the process. */
  readonly id: string
  readonly name: string
  /** JSON text. */
  readonly arguments: string
  readonly target: ThinkFunction | undefined
  readonly thoughtSignature?: string
}

/** What one step of thinking brings. One of `calls`, `done` and `failed` is the last; nothing comes after a cancel. */
export interface StepListener {
  sentence(text: string): void
  timing(kind: ThinkTiming, ms: number): void
  /** What the model reasoned before its next word or call, in one piece. */
  reasoned(text: string): void
  warn(code: ThinkWarning, description: string): void
  calls(calls: readonly AskedCall[]): void
  done(): void
  failed(failure: ThinkFailure): void
}

/** The thinking of one turn; every step is told the dialogue as it is then. */
export interface ThinkingTurn {
  /** Begins a step and answers its cancel. Nothing is told before it has returned. */
  step(listener: StepListener): () => void
}

/** What thinking needs from its surroundings. */
export interface ThinkingDeps {
  readonly thinker: Thinker
  readonly clock: Clock
  /** Local time of day, for the small brain. */
  now(): Date
}

/** What answers: the models of the think block with an endpoint, and for entries without one the small brain. */
export class Thinking {
  readonly brain: SmallBrain
  private items: readonly ThinkItem[]
  private additions: string[] = []
  /** True when the prompt of the items was longer than fits. */
  readonly promptCut: boolean
  private readonly deps: ThinkingDeps

  constructor(items: readonly ThinkItem[], deps: ThinkingDeps) {
    this.deps = deps
    this.items = items
    this.brain = new SmallBrain({ ownModel: isModel(items[0]) })
    this.promptCut = this.brain.addPrompt(items[0]?.prompt ?? '').truncated
  }

  /** A model answers; else the small brain does, at once. */
  get usesModel(): boolean {
    return isModel(this.items[0])
  }

  /** Adds to the prompt; true when not all of it fits. */
  addPrompt(prompt: string): boolean {
    const { kept, truncated } = this.brain.addPrompt(prompt)
    if (kept !== '') this.additions.push(kept)
    return truncated
  }

  /** `UpdateThink`: another block with its own prompt; additions to the old one are gone. True when the prompt is too long. */
  replace(items: readonly ThinkItem[]): boolean {
    this.items = items
    this.additions = []
    return this.brain.replacePrompt(items[0]?.prompt ?? '', { ownModel: isModel(items[0]) }).truncated
  }

  /** The small brain's answer to words of the user; a draft changes nothing of what it knows. */
  answer(words: string, options: { draft: boolean }): { sentences: readonly string[]; calls: readonly AskedCall[] } {
    return this.answerBy(this.items[0], words, options.draft)
  }

  /** The small brain's answer to context, or to an instruction of how to open. */
  answerContext(text: string, kind: 'context' | 'opening'): readonly string[] {
    return kind === 'context' ? this.brain.answerContext(text, this.deps.now()) : this.brain.open(text, this.deps.now())
  }

  /** Begins a turn with the first item of the list. */
  turn(dialogue: Dialogue): ThinkingTurn {
    let { items } = this
    const additions = [...this.additions]
    return {
      step: (listener) => {
        const choices = items.map((item) => ({
          item,
          prompts: [item.prompt ?? '', ...additions].filter((prompt) => prompt !== '')
        }))
        let failedItems = 0
        const step = new ModelStep(listener, {
          unplugged: (index) => this.brainStep(items[index], dialogue, listener),
          itemFailed: () => {
            failedItems += 1
          },
          // What failed once is not asked again in this turn.
          ended: () => {
            items = items.slice(failedItems)
          }
        })
        const thinking = this.deps.thinker.think({ choices, dialogue: asTold(dialogue.entries) }, step)
        return () => thinking.cancel()
      }
    }
  }

  private brainStep(item: ThinkItem | undefined, dialogue: Dialogue, listener: StepListener): void {
    const startedAtMs = this.deps.clock.nowMs()
    const results = resultsOfTurn(dialogue.entries)
    const words = dialogue.entries.findLast(isAsked)
    const answer =
      results.length > 0
        ? { sentences: this.brain.afterCalls(results), calls: [] }
        : this.answerBy(item, words?.kind === 'said' ? words.text : '', false)
    listener.timing('text', this.deps.clock.nowMs() - startedAtMs)
    for (const sentence of answer.sentences) listener.sentence(sentence)
    if (answer.calls.length > 0) listener.calls(answer.calls)
    else listener.done()
  }

  private answerBy(item: ThinkItem | undefined, words: string, draft: boolean) {
    const functions = item?.functions ?? []
    const { sentences, calls } = this.brain.answer(words, functions, this.deps.now(), draft)
    return {
      sentences,
      calls: calls.map((call): AskedCall => ({
        id: `call_${randomUUID()}`,
        name: call.name,
        arguments: JSON.stringify(call.arguments),
        target: functions.find(({ name }) => name === call.name)
      }))
    }
  }
}

interface StepEnds {
  unplugged(index: number): void
  itemFailed(): void
  ended(): void
}

/** One completion of a model, told sentence by sentence. */
class ModelStep {
  private readonly sentences = new SentenceStream()
  private reasoning: string[] = []
  private calls: readonly ToolCall[] = []
  private readonly listener: StepListener
  private readonly ends: StepEnds

  constructor(listener: StepListener, ends: StepEnds) {
    this.listener = listener
    this.ends = ends
  }

  text(delta: string): void {
    this.tellReasoning()
    for (const sentence of this.sentences.push(delta)) this.listener.sentence(sentence)
  }

  thinking(delta: string): void {
    this.reasoning.push(delta)
  }

  toolCalls(calls: readonly ToolCall[]): void {
    this.tellReasoning()
    this.calls = calls
  }

  warning(code: ThinkWarning, description: string): void {
    if (code === 'THINK_REQUEST_FAILED') {
      this.reasoning = []
      this.ends.itemFailed()
    }
    this.listener.warn(code, description)
  }

  timing(kind: ThinkTiming, ms: number): void {
    this.listener.timing(kind, ms)
  }

  done(): void {
    this.ends.ended()
    this.tellReasoning()
    for (const sentence of this.sentences.end()) this.listener.sentence(sentence)
    if (this.calls.length === 0) this.listener.done()
    else this.listener.calls(this.calls.map(asked))
  }

  failed(description: string): void {
    this.listener.failed({ code: 'FAILED_TO_THINK', description })
  }

  unplugged(index: number): void {
    this.ends.ended()
    this.ends.unplugged(index)
  }

  private tellReasoning(): void {
    if (this.reasoning.length === 0) return
    const text = this.reasoning.join('')
    this.reasoning = []
    this.listener.reasoned(text)
  }
}

function asked(call: ToolCall): AskedCall {
  const { id, name, arguments: given, function: target, thoughtSignature } = call
  return { id, name, arguments: given, target, ...(thoughtSignature === undefined ? {} : { thoughtSignature }) }
}

function isModel(item: ThinkItem | undefined): boolean {
  return item?.endpoint !== undefined
}

/** Words of the user that want an answer. */
function isAsked(entry: Entry): boolean {
  return entry.kind === 'said' && entry.role === 'user' && entry.isAside !== true
}

/** What functions answered since the user's last words; the small brain speaks of it and calls nothing more. */
function resultsOfTurn(entries: readonly Entry[]): { name: string; result: string }[] {
  const from = entries.findLastIndex(isAsked) + 1
  return entries
    .slice(from)
    .flatMap((entry) => (entry.kind === 'called' ? [{ name: entry.call.name, result: entry.result ?? '' }] : []))
}

/** The dialogue as a model is told: what the agent said in a row is one message, and so are the calls of a request. */
function asTold(entries: readonly Entry[]): DialogueEntry[] {
  const list: DialogueEntry[] = []
  let request = 0
  for (const entry of entries) {
    const last = list.at(-1)
    if (entry.kind === 'said') {
      if (last?.kind === 'said' && last.role === 'assistant' && entry.role === 'assistant') {
        list[list.length - 1] = { ...last, content: `${last.content} ${entry.text}` }
      } else list.push({ kind: 'said', role: entry.role, content: entry.text })
    } else if (last?.kind === 'calls' && request === entry.request) {
      list[list.length - 1] = { kind: 'calls', calls: [...last.calls, finished(entry)] }
    } else {
      request = entry.request
      list.push({ kind: 'calls', calls: [finished(entry)] })
    }
  }
  return list
}

function finished({ call, result }: CalledEntry): FinishedCall {
  return { ...call, response: result ?? '' }
}
