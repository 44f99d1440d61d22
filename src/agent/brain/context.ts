import { isQuestion } from './knowledge.ts'
import { heard, type Mind } from './mind.ts'
import { reply, type Reply } from './reply.ts'
import { splitSentences } from './sentences.ts'

/** Most of a piece of context that is looked at, in UTF-16 units. */
const MAX_READ_LENGTH = 1000

const PEOPLE = '(?:the )?(?:user|caller|customer|client|person|guest|visitor|member)'
const QUOTED = /\b(?:say|tell|greet|open|begin|start|ask|announce|welcome)\b[^"“”]{0,80}["“]([^"“”]+)["”]/iu
const GREET = new RegExp(
  `^(?:please )?(?:greet|welcome|say (?:hello|hi)|open with a greeting|start with a greeting)\\b|\\bgreet ${PEOPLE}`,
  'iu'
)
const TELL = new RegExp(
  `^(?:please )?(?:say|announce|(?:tell|inform|remind|let) (?:${PEOPLE}|them|him|her)(?: know)?)(?: that|:|,)?\\s+(\\S.*)$`,
  'isu'
)
const ASK = new RegExp(`^(?:please )?ask (?:${PEOPLE} |them |him |her )?(?:about |for )?(\\S.*)$`, 'isu')

/**
 * What is said to context that wants an answer: what it asks the agent to say, the answer to its question, or the context itself.
 * Pure. The context is in the mind already.
 */
export function contextReply(mind: Mind, context: string, now: Date): Reply {
  const text = context.trim().slice(0, MAX_READ_LENGTH)
  const wanted = wantedWords(mind, text, now)
  if (wanted !== undefined) return spoken(mind, wanted)
  if (text === '' || isQuestion(text)) return reply(mind, text, now)
  return spoken(mind, [`I was told: ${text}`])
}

/** The first words of a conversation, made from an instruction of how to open. Pure. */
export function openingReply(mind: Mind, instruction: string, now: Date): Reply {
  const text = instruction.trim().slice(0, MAX_READ_LENGTH)
  const wanted = wantedWords(mind, text, now) ?? [
    ...greeting(mind, now),
    ...(text === '' ? [] : [`I was asked to begin like this: ${text}`])
  ]
  return spoken(mind, wanted)
}

/** What a piece of context asks the agent to say, when it asks for something. */
function wantedWords(mind: Mind, text: string, now: Date): readonly string[] | undefined {
  const quoted = QUOTED.exec(text)?.[1]
  if (quoted !== undefined) return [quoted]
  if (GREET.test(text)) return greeting(mind, now)
  const told = TELL.exec(text)?.[1]
  if (told !== undefined) return [capital(told)]
  const asked = ASK.exec(text)?.[1]
  return asked === undefined ? undefined : [`I would like to know ${asked}`]
}

function greeting(mind: Mind, now: Date): readonly string[] {
  return reply(mind, 'hello', now).sentences
}

function spoken(mind: Mind, texts: readonly string[]): Reply {
  const sentences = texts.flatMap(splitSentences).slice(0, mind.maxSentences)
  return { mind: heard(mind, 'agent', sentences.join(' ')), sentences }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
