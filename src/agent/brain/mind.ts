import { PROMPT_LIMIT_CODE_POINTS } from '../../shared/protocol/deepgram.ts'
import { splitSentences } from './sentences.ts'
import { readFacts, type Source, type Statement } from './knowledge.ts'

/** Statements kept besides the prompt's; the oldest are forgotten first. */
export const MAX_STATEMENTS = 500
/** Even a caller's own model gets no more than this from the built-in agent, so that memory stays bounded. */
export const OWN_MODEL_LIMIT_CODE_POINTS = 1_000_000

/** What one conversation of the built-in agent knows. Values are never changed in place. */
export interface Mind {
  /** Settings' prompt and every addition, in order, cut to the limit. */
  readonly prompts: readonly string[]
  readonly promptCodePoints: number
  readonly promptLimit: number
  /** Everything told so far in the order it came, prompt sentences included. */
  readonly statements: readonly Statement[]
  /** Sentences per reply that the prompt asks for; Infinity without such a wish. */
  readonly maxSentences: number
  /** The last thing either side said, for "what did I say". */
  readonly lastSaid: { readonly user: string | undefined; readonly agent: string | undefined }
}

/** A mind that has been told nothing. */
export function emptyMind(options: { ownModel: boolean }): Mind {
  return {
    prompts: [],
    promptCodePoints: 0,
    promptLimit: options.ownModel ? OWN_MODEL_LIMIT_CODE_POINTS : PROMPT_LIMIT_CODE_POINTS,
    statements: [],
    maxSentences: Number.POSITIVE_INFINITY,
    lastSaid: { user: undefined, agent: undefined }
  }
}

/** Adds to the prompt (rule P1) up to the limit over all of it (rule P2). An empty addition changes nothing (P5). */
export function addPrompt(mind: Mind, addition: string): { mind: Mind; truncated: boolean } {
  const points = Array.from(addition)
  const room = mind.promptLimit - mind.promptCodePoints
  const truncated = points.length > room
  const kept = truncated ? points.slice(0, room).join('') : addition
  if (kept === '') return { mind, truncated }
  const sentences = splitSentences(kept)
  return {
    mind: {
      ...mind,
      prompts: [...mind.prompts, kept],
      promptCodePoints: mind.promptCodePoints + Math.min(points.length, room),
      statements: [...mind.statements, ...sentences.map((text): Statement => ({ source: 'prompt', text }))],
      maxSentences: sentences.reduce((most, text) => sentenceWish(text) ?? most, mind.maxSentences)
    },
    truncated
  }
}

/** Forgets the prompt and its additions, and nothing else; the next {@link addPrompt} gives another. */
export function replacePrompt(mind: Mind, options: { ownModel: boolean }): Mind {
  return {
    ...emptyMind(options),
    statements: mind.statements.filter((statement) => statement.source !== 'prompt'),
    lastSaid: mind.lastSaid
  }
}

/** Every sentence of the prompt, in order. */
export function promptSentences(mind: Mind): string[] {
  return mind.prompts.flatMap((prompt) => splitSentences(prompt))
}

/** Takes in what somebody said; each sentence becomes a statement. */
export function learn(mind: Mind, source: Source, text: string): Mind {
  const added = splitSentences(text.slice(0, 4000)).map((sentence): Statement => ({ source, text: sentence }))
  const told = mind.statements.filter((statement) => statement.source !== 'prompt').length + added.length
  const statements = [...mind.statements, ...added]
  return { ...mind, statements: told > MAX_STATEMENTS ? forgetOldest(statements, told - MAX_STATEMENTS) : statements }
}

function forgetOldest(statements: readonly Statement[], count: number): Statement[] {
  let left = count
  return statements.filter((statement) => {
    if (statement.source === 'prompt' || left === 0) return true
    left -= 1
    return false
  })
}

/** Remembers who said what last. */
export function heard(mind: Mind, role: 'user' | 'agent', text: string): Mind {
  return { ...mind, lastSaid: { ...mind.lastSaid, [role]: text.slice(0, 1000) } }
}

/** The agent's name: the latest "Your name is X" it was told. */
export function agentName(mind: Mind): string | undefined {
  let name: string | undefined
  for (const statement of mind.statements) {
    for (const fact of readFacts(statement)) if (fact.owner === 'agent' && fact.thing === 'name') name = fact.value
  }
  return name
}

const COUNTS = new Map(['one', 'two', 'three', 'four', 'five', 'six'].map((word, index) => [word, index + 1]))
const SHORT =
  /\b(?:answer|reply|respond|speak)\b[^.]{0,40}?\b(?:in|with|using)\s+(?:only |just |exactly |at most |no more than )*(a single|one|two|three|four|five|six|\d{1,2})\s+(?:short |brief |complete |full )*sentences?\b/i
const LONG = /\b(?:answer|reply|respond)\b[^.]{0,40}?\b(?:at length|in full|in as many sentences as|in detail)\b/i

/** How many sentences this sentence of a prompt asks for, if it does. */
function sentenceWish(text: string): number | undefined {
  if (LONG.test(text)) return Number.POSITIVE_INFINITY
  const count = SHORT.exec(text)?.[1]?.toLowerCase()
  if (count === undefined) return undefined
  return count === 'a single' ? 1 : (COUNTS.get(count) ?? Math.max(1, Number(count)))
}
