import type { Answer, Answers } from './answers.ts'
import type { Dialogue } from './dialogue.ts'
import type { Mouth } from './mouth.ts'
import { Reply, type Opening } from './reply.ts'
import type { Reporter } from './reporter.ts'
import type { Thinking, ThinkFailure } from './thinking.ts'
import type { ToolCallsDeps } from './tool-calls.ts'
import type { TurnLatency } from './turn-latency.ts'
import type { UserTurns } from './turns.ts'

/** Things the user said or typed that may wait for the user to finish; the oldest are dropped. */
const MAX_PENDING = 16

/** What replies are made with. */
export interface RepliesDeps {
  readonly thinking: Thinking
  readonly answers: Answers
  readonly dialogue: Dialogue
  readonly turns: UserTurns
  readonly mouth: Mouth
  readonly latency: TurnLatency
  readonly reporter: Reporter
  readonly tools: Omit<ToolCallsDeps, 'answered' | 'complete'>
  /** No model answers any more, or one calls what is not there: the session ends. */
  failed(failure: ThinkFailure): void
}

/** A reply to words that the user may not have finished. */
interface Draft {
  readonly turn: number
  readonly words: string
  readonly reply: Reply
}

/**
 * One reply at a time: it begins when the session is live, the user is silent and all their words are known, and is given up
 * when the user takes the floor. Before the end of a turn there may be a draft of one.
 */
export class Replies {
  private live = false
  /** Answers that wait for the floor. */
  private pending: Answer[] = []
  /** The answer in the making; what is only being spoken is with the mouth. */
  private reply: Reply | undefined
  private draft: Draft | undefined
  private lastReply = 0
  private readonly deps: RepliesDeps

  constructor(deps: RepliesDeps) {
    this.deps = deps
  }

  /** The reply that is being thought or waits for functions. */
  get current(): Reply | undefined {
    return this.reply
  }

  /** The session is live: what waits is said, behind the `first`. */
  start(first: Answer | undefined): void {
    this.live = true
    if (first !== undefined) this.pending.unshift(first)
    this.sayPending()
  }

  stop(): void {
    this.live = false
    this.reply?.cancel()
    this.draft?.reply.cancel()
  }

  answer(answer: Answer): void {
    this.pending.push(answer)
    if (this.pending.length > MAX_PENDING) this.forget(this.pending.shift())
    this.sayPending()
  }

  /** Begins a reply when the floor is free of the user; what the agent is saying then is cut first by its caller. */
  sayPending(): void {
    const { turns, mouth } = this.deps
    if (!this.live || turns.userIsSpeaking || this.pending.length === 0 || this.reply !== undefined) return
    if (turns.wordsAreComing && this.pending.some(({ kind }) => kind === 'model')) return
    const answers = this.pending
    this.pending = []
    const reply = this.newReply(false)
    this.reply = reply
    mouth.expect()
    reply.start(this.opening(answers))
  }

  /** The user takes the floor: what is being thought or waited for is given up. */
  cancel(): void {
    const { reply } = this
    this.reply = undefined
    reply?.cancel()
  }

  /** The client's answer to a call; one that nobody waits for is ignored. */
  respond(id: string, content: string): void {
    this.reply?.respond(id, content)
    this.draft?.reply.respond(id, content)
  }

  /** The user may have finished: an answer is thought of and held until that is sure (deepgram.md section 6). */
  beginDraft(turn: number, words: string): void {
    const { turns, dialogue, answers } = this.deps
    this.dropDraft()
    if (!this.live || words === '' || this.pending.length > 0 || turns.wordsAreComing) return
    const reply = this.newReply(true)
    this.draft = { turn, words, reply }
    reply.owns(dialogue.said('user', words))
    reply.start(this.opening([answers.words(words, { draft: true })]))
  }

  /** The user goes on: as if the draft had never been. */
  dropDraft(): void {
    const { draft } = this
    this.draft = undefined
    draft?.reply.drop()
  }

  /** True when the turn said what its draft answers: the draft becomes the reply. */
  confirmDraft(turn: number, words: string): boolean {
    const { draft } = this
    if (draft === undefined || draft.turn !== turn) return false
    const { turns, answers, mouth } = this.deps
    const free = !turns.userIsSpeaking && !turns.wordsAreComing && this.pending.length === 0
    if (draft.words !== words || !free || this.reply !== undefined) {
      this.dropDraft()
      return false
    }
    this.draft = undefined
    answers.confirm(words)
    this.reply = draft.reply
    mouth.expect()
    draft.reply.confirm()
    return true
  }

  private opening(answers: readonly Answer[]): Opening {
    const known = answers.flatMap((answer) => (answer.kind === 'known' ? [answer] : []))
    return {
      parts: known.flatMap(({ parts, isReply }) =>
        isReply ? parts.map((one) => ({ ...one, reply: this.lastReply })) : parts
      ),
      calls: known.flatMap(({ calls }) => calls),
      think: known.length < answers.length,
      thoughtMs: known.flatMap(({ thoughtMs }) => thoughtMs ?? []).at(-1)
    }
  }

  private newReply(draft: boolean): Reply {
    const { deps } = this
    const id = (this.lastReply += 1)
    return new Reply(
      {
        id,
        dialogue: deps.dialogue,
        turn: deps.thinking.turn(deps.dialogue),
        tools: deps.tools,
        begins: () => deps.latency.replyBegins(id),
        say: (parts) => deps.mouth.say(parts),
        answered: ({ call, result }) => deps.thinking.brain.learnResult(call.name, result ?? ''),
        warn: (code, description) => deps.reporter.warn(code, description),
        reasoned: (text) => deps.reporter.reasoned(text),
        timing: (kind, ms) => deps.latency.thought(kind, ms),
        failed: (failure) => deps.failed(failure),
        over: () => {
          this.reply = undefined
          deps.mouth.release()
          this.sayPending()
        }
      },
      draft
    )
  }

  private forget(answer: Answer | undefined): void {
    if (answer?.kind !== 'known') return
    this.deps.dialogue.remove(answer.parts.flatMap(({ entry }) => entry ?? []))
  }
}
