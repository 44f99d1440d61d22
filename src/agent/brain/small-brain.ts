import type { Entry } from '../dialogue.ts'
import { contextReply, openingReply } from './context.ts'
import { readCall, type KnownFunction } from './function-calls.ts'
import { addPrompt, emptyMind, heard, learn, promptSentences, replacePrompt, type Mind } from './mind.ts'
import { MAX_HEARD_LENGTH, reply } from './reply.ts'
import { splitSentences } from './sentences.ts'

/** A call that the user asked for in words. */
export interface WishedCall {
  readonly name: string
  readonly arguments: Readonly<Record<string, unknown>>
}

/** What the small brain has to say to words of the user, and what it wants to call first. */
export interface BrainAnswer {
  readonly sentences: readonly string[]
  readonly calls: readonly WishedCall[]
}

/** Calls that one message may ask for. */
const MAX_CALLS = 8

/** The built-in agent without a model: rules, and a memory of what it was told. */
export class SmallBrain {
  private mind: Mind

  constructor(options: { ownModel: boolean }) {
    this.mind = emptyMind(options)
  }

  /** Longest prompt with its additions, in code points. */
  get promptLimit(): number {
    return this.mind.promptLimit
  }

  /** Adds to the prompt as far as it fits (rules P1 and P2). */
  addPrompt(prompt: string): { kept: string; truncated: boolean } {
    const before = this.mind.prompts.length
    const { mind, truncated } = addPrompt(this.mind, prompt)
    this.mind = mind
    return { kept: mind.prompts[before] ?? '', truncated }
  }

  /** Another prompt instead of the one before and all its additions; what was said is still known. */
  replacePrompt(prompt: string, options: { ownModel: boolean }): { kept: string; truncated: boolean } {
    this.mind = replacePrompt(this.mind, options)
    return this.addPrompt(prompt)
  }

  /** What was said, without answering it. */
  learn(role: 'user' | 'agent', text: string): void {
    this.mind = heard(learn(this.mind, role, text), role, text)
  }

  /** Context that only the agent is told. */
  learnContext(text: string): void {
    this.mind = learn(this.mind, 'context', text)
  }

  /** What to say to context that wants an answer. */
  answerContext(text: string, now: Date): readonly string[] {
    this.learnContext(text)
    const { mind, sentences } = contextReply(this.mind, text, now)
    this.mind = mind
    return sentences
  }

  /** The first words of a conversation, made from an instruction of how to open. */
  open(instruction: string, now: Date): readonly string[] {
    const { mind, sentences } = openingReply(this.mind, instruction, now)
    this.mind = mind
    return sentences
  }

  /** What is in the history of an earlier session. Sentences of its prompt that the agent read aloud teach it nothing. */
  absorb(entries: readonly Entry[]): void {
    const own = new Set(promptSentences(this.mind))
    for (const entry of entries) {
      if (entry.kind === 'called') this.learnResult(entry.call.name, entry.result ?? '')
      else if (entry.role === 'user') this.learn('user', entry.text)
      else if (entry.role === 'system') this.learnContext(entry.text)
      else {
        const news = splitSentences(entry.text).filter((sentence) => !own.has(sentence))
        this.mind = heard(learn(this.mind, 'agent', news.join(' ')), 'agent', entry.text)
      }
    }
  }

  /** What a function answered. */
  learnResult(name: string, result: string): void {
    this.mind = learn(this.mind, 'tool', `The tool ${name} answered ${result}`)
  }

  /** The answer to words of the user; changes what is known only when it is not just a draft. */
  answer(words: string, functions: readonly KnownFunction[], now: Date, draft = false): BrainAnswer {
    const wish = wishesOf(words.slice(0, MAX_HEARD_LENGTH), functions)
    if (wish !== undefined) {
      if (!draft) this.mind = heard(this.mind, 'user', words)
      return wish
    }
    const { mind, sentences } = reply(this.mind, words, now)
    if (!draft) this.mind = mind
    return { sentences, calls: [] }
  }

  /** What to say once functions have answered. */
  afterCalls(results: readonly { name: string; result: string }[]): string[] {
    return results.flatMap(({ name, result }) =>
      splitSentences(`The function ${name.replace(/[_-]+/g, ' ')} answered: ${result.slice(0, 2000)}`)
    )
  }
}

/** Undefined when nothing is asked for: the words are answered like any others. */
function wishesOf(words: string, functions: readonly KnownFunction[]): BrainAnswer | undefined {
  const whole = readCall(words, functions)
  const wishes = whole.kind === 'call' ? [whole] : splitSentences(words).map((part) => readCall(part, functions))
  if (wishes.length === 0 || wishes.some(({ kind }) => kind === 'none')) {
    return whole.kind === 'problem' ? { sentences: [whole.why], calls: [] } : undefined
  }
  return {
    sentences: wishes.flatMap((wish) => (wish.kind === 'problem' ? [wish.why] : [])),
    calls: wishes.flatMap((wish) => (wish.kind === 'call' ? [wish] : [])).slice(0, MAX_CALLS)
  }
}
