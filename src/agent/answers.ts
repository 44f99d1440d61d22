import type { Clock } from '../shared/runtime.ts'
import { splitSentences } from './brain/sentences.ts'
import type { Dialogue } from './dialogue.ts'
import type { Part } from './mouth.ts'
import type { TranscriberInfo } from './speech/contract.ts'
import type { AskedCall, Thinking } from './thinking.ts'

/** What is said to something: known already, or to be found by a model. */
export type Answer =
  | { readonly kind: 'model' }
  | {
      readonly kind: 'known'
      readonly parts: readonly Part[]
      readonly calls: readonly AskedCall[]
      /** How long the small brain thought; null where nothing was thought. */
      readonly thoughtMs: number | null
      /** It answers a turn of the user, so its latency is of interest. */
      readonly isReply: boolean
    }

/** What answers are made of. */
export interface AnswersDeps {
  readonly thinking: Thinking
  readonly dialogue: Dialogue
  readonly clock: Clock
}

const SPEAKABLE = /[\p{L}\p{N}]/u

/** Finds what to say to the things that happen; what is known at once is written down in the dialogue. */
export class Answers {
  private toldWhatToConnect = false
  /** As the engine reported it. */
  transcriber: TranscriberInfo = { kind: 'none' }
  private readonly deps: AnswersDeps

  constructor(deps: AnswersDeps) {
    this.deps = deps
  }

  /** A statement of the client, or its greeting: shown verbatim in one piece and spoken sentence by sentence. */
  statement(text: string): Part[] {
    this.deps.thinking.brain.learn('agent', text)
    return splitSentences(text).map((piece, index): Part => ({
      announce: index === 0 ? text : null,
      audio: { kind: 'speak', text: piece },
      entry: this.deps.dialogue.said('assistant', piece)
    }))
  }

  /** Sentences of the agent itself, one ConversationText each. */
  sentences(texts: readonly string[]): Part[] {
    return texts.flatMap((text) =>
      splitSentences(text).map((piece): Part => ({
        announce: piece,
        audio: { kind: 'speak', text: piece },
        entry: this.deps.dialogue.said('assistant', piece)
      }))
    )
  }

  /** Words of the user, which are in the dialogue already. */
  words(text: string, options: { draft: boolean }): Answer {
    const { thinking, clock } = this.deps
    if (thinking.usesModel && SPEAKABLE.test(text)) {
      if (!options.draft) thinking.brain.learn('user', text)
      return { kind: 'model' }
    }
    const startedAtMs = clock.nowMs()
    const { sentences, calls } = thinking.answer(text, options)
    const parts = this.sentences(sentences)
    return { kind: 'known', parts, calls, thoughtMs: clock.nowMs() - startedAtMs, isReply: true }
  }

  /** Context, or an instruction of how to open, that wants an answer; it is in the dialogue already. */
  context(text: string, kind: 'context' | 'opening'): Answer {
    const { thinking } = this.deps
    if (!thinking.usesModel) return this.reply(this.sentences(thinking.answerContext(text, kind)))
    if (kind === 'context') thinking.brain.learnContext(text)
    return { kind: 'model' }
  }

  /** The words of a draft turned out to be what was said: what they tell is known from now on. */
  confirm(text: string): void {
    const { thinking } = this.deps
    if (thinking.usesModel) thinking.brain.learn('user', text)
    else thinking.answer(text, { draft: false })
  }

  /** A statement that nobody asked for. */
  known(parts: readonly Part[]): Answer {
    return { kind: 'known', parts, calls: [], thoughtMs: null, isReply: false }
  }

  /** Why the user's words cannot be answered. */
  problem(text: string): Answer {
    return this.reply(this.sentences([text]))
  }

  /** Mic check: the turn's own audio. */
  sound(turn: number): Answer {
    const replay: Part = { announce: '(your own words, played back)', audio: { kind: 'replay', turn } }
    return this.reply([replay, ...this.micCheckNotice()])
  }

  private reply(parts: readonly Part[]): Answer {
    return { kind: 'known', parts, calls: [], thoughtMs: null, isReply: true }
  }

  /** Said once per session. */
  private micCheckNotice(): Part[] {
    if (this.toldWhatToConnect) return []
    this.toldWhatToConnect = true
    return this.sentences([
      'That was a mic check: I hear you, but nothing here turns speech into text.',
      this.transcriber.kind === 'none' && this.transcriber.missing === 'whisper-model'
        ? 'To be understood, give whisper-cli the model it lacks: a ggml file in ~/.cache/whisper.cpp, or named by WHISPER_MODEL.'
        : 'To be understood, install whisper-cli or pocketsphinx, or connect a Deepgram account.'
    ])
  }
}
