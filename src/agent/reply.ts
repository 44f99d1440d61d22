import type { WarningCode } from '../shared/protocol/deepgram.ts'
import type { CalledEntry, Dialogue, Entry } from './dialogue.ts'
import type { Part } from './mouth.ts'
import type { ThinkTiming } from './think/contract.ts'
import type { AskedCall, ThinkFailure, ThinkingTurn } from './thinking.ts'
import { ToolCalls, type ToolCallsDeps } from './tool-calls.ts'

/** What a reply begins with, when that is known already. */
export interface Opening {
  readonly parts: readonly Part[]
  readonly calls: readonly AskedCall[]
  /** Go on thinking behind the parts. */
  readonly think: boolean
  /** How long the small brain thought, where it did. */
  readonly thoughtMs: number | undefined
}

/** What a reply needs from its surroundings. */
export interface ReplyDeps {
  readonly id: number
  readonly dialogue: Dialogue
  readonly turn: ThinkingTurn
  readonly tools: Omit<ToolCallsDeps, 'answered' | 'complete'>
  /** Its first word may come now. */
  begins(): void
  say(parts: readonly Part[]): void
  answered(entry: CalledEntry): void
  warn(code: WarningCode, description: string): void
  timing(kind: ThinkTiming, ms: number): void
  reasoned(text: string): void
  /** Nothing more can be thought: the session ends. */
  failed(failure: ThinkFailure): void
  /** The last of its words has been given to be said. Not called when it is cancelled. */
  over(): void
}

/** Rounds of function calls in one reply; a model that wants more is told no. */
export const MAX_ROUNDS = 20

type Phase =
  | { kind: 'new' }
  | { kind: 'thinking'; cancel: () => void }
  | { kind: 'calling'; calls: ToolCalls }
  | { kind: 'failed'; failure: ThinkFailure }
  | { kind: 'over' }
  | { kind: 'cancelled' }

/**
 * One answer in the making: thinking, calling functions, thinking again, until nothing is left to say. As a draft, begun
 * before the user's turn is confirmed, it sends nothing but the calls that need not wait; {@link confirm} lets the rest go.
 */
export class Reply {
  private phase: Phase = { kind: 'new' }
  /** What a draft would have sent so far; undefined once it is confirmed. */
  private held: (() => void)[] | undefined
  /** Statements that go behind the text of the step that is being thought. */
  private queued: Part[] = []
  private rounds = 0
  private readonly made: Entry[] = []
  private readonly deps: ReplyDeps

  constructor(deps: ReplyDeps, draft: boolean) {
    this.deps = deps
    this.held = draft ? [] : undefined
  }

  get isThinking(): boolean {
    return this.phase.kind === 'thinking'
  }

  get isCalling(): boolean {
    return this.phase.kind === 'calling'
  }

  start(opening: Opening): void {
    const { parts, thoughtMs } = opening
    for (const { entry } of parts) if (entry !== undefined) this.owns(entry)
    this.send(() => {
      this.deps.begins()
      if (thoughtMs !== undefined) this.deps.timing(opening.calls.length > 0 ? 'tool' : 'text', thoughtMs)
      if (parts.length > 0) this.deps.say(parts)
    })
    if (opening.calls.length > 0) this.call(opening.calls)
    else if (opening.think) this.think()
    else this.finish()
  }

  /** The user's turn is what the draft took it for. */
  confirm(): void {
    const held = this.held ?? []
    this.held = undefined
    for (const send of held) send()
    if (this.phase.kind === 'calling') this.phase.calls.dispatchAll()
    if (this.phase.kind === 'failed') this.deps.failed(this.phase.failure)
    if (this.phase.kind === 'over') this.deps.over()
  }

  /** The client answers a call. */
  respond(id: string, content: string): void {
    if (this.phase.kind === 'calling') this.phase.calls.respond(id, content)
  }

  /** A statement of the client: said at once while functions are waited for, else behind what is being thought. */
  queue(parts: readonly Part[]): void {
    if (this.phase.kind === 'thinking') this.queued.push(...parts)
    else this.deps.say(parts)
  }

  get backlog(): number {
    return this.queued.length
  }

  /** Ends it: nothing more is thought or said, open calls are given up. */
  cancel(): void {
    const { phase } = this
    if (phase.kind === 'over' || phase.kind === 'cancelled') return
    this.phase = { kind: 'cancelled' }
    if (phase.kind === 'thinking') phase.cancel()
    if (phase.kind === 'calling') phase.calls.cancel()
  }

  /** Cancels a draft and takes back what it added to the dialogue. */
  drop(): void {
    this.cancel()
    this.deps.dialogue.remove(this.made)
  }

  /** Adds to what {@link drop} takes back. */
  owns(entry: Entry): void {
    this.made.push(entry)
  }

  private think(): void {
    this.rounds += 1
    // The step may end before the call returns.
    let ended = false
    const thinking: Phase = { kind: 'thinking', cancel: () => undefined }
    this.phase = thinking
    const then = (run: () => void): void => {
      ended = true
      if (this.phase === thinking) run()
    }
    const cancel = this.deps.turn.step({
      sentence: (text) => {
        if (this.phase === thinking) this.sentence(text)
      },
      timing: (kind, ms) => {
        if (this.phase === thinking) this.send(() => this.deps.timing(kind, ms))
      },
      reasoned: (text) => {
        if (this.phase === thinking) this.send(() => this.deps.reasoned(text))
      },
      warn: (code, description) => {
        if (this.phase === thinking) this.send(() => this.deps.warn(code, description))
      },
      calls: (calls) => then(() => this.call(calls)),
      done: () => then(() => this.finish()),
      failed: (failure) => then(() => this.fail(failure))
    })
    if (!ended) thinking.cancel = cancel
  }

  private sentence(text: string): void {
    const entry = this.deps.dialogue.said('assistant', text)
    this.owns(entry)
    const part: Part = { announce: text, audio: { kind: 'speak', text }, entry, reply: this.deps.id }
    this.send(() => this.deps.say([part]))
  }

  private call(asked: readonly AskedCall[]): void {
    const unknown = asked.find(({ target }) => target === undefined)
    if (unknown !== undefined) {
      const name = JSON.stringify(unknown.name.slice(0, 80))
      const description = `The function ${name} was called; the think block has none of that name.`
      this.fail({ code: 'NON_EXISTENT_FUNCTION_CALLED', description })
      return
    }
    this.sayQueued()
    if (this.rounds > MAX_ROUNDS) {
      this.send(() => this.deps.warn('FUNCTION_CALL_FAILED', `Functions were called ${MAX_ROUNDS} times in one turn.`))
      this.finish()
    } else this.dispatch(asked)
  }

  private dispatch(asked: readonly AskedCall[]): void {
    const entries = this.deps.dialogue.called(asked.map(({ target: _target, ...call }) => call))
    for (const entry of entries) this.owns(entry)
    const going = entries.map((entry, index) => ({ entry, target: asked[index]?.target }))
    const calls = new ToolCalls(going, {
      ...this.deps.tools,
      answered: (entry) => this.deps.answered(entry),
      complete: () => this.think()
    })
    this.phase = { kind: 'calling', calls }
    if (this.held === undefined) calls.dispatchAll()
    else calls.dispatchUndeferred()
  }

  private fail(failure: ThinkFailure): void {
    this.phase = { kind: 'failed', failure }
    if (this.held === undefined) this.deps.failed(failure)
  }

  private finish(): void {
    this.sayQueued()
    this.phase = { kind: 'over' }
    if (this.held === undefined) this.deps.over()
  }

  private sayQueued(): void {
    const parts = this.queued
    this.queued = []
    if (parts.length > 0) this.deps.say(parts)
  }

  private send(run: () => void): void {
    if (this.held === undefined) run()
    else this.held.push(run)
  }
}
