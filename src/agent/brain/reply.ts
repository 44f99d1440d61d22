import { assertNever } from '../../shared/assert-never.ts'
import { calculate, formatNumber } from './arithmetic.ts'
import {
  findFact,
  findStatement,
  isQuestion,
  normalThing,
  readFacts,
  withoutRemember,
  type Fact,
  type Owner,
  type Statement
} from './knowledge.ts'
import { agentName, heard, learn, promptSentences, type Mind } from './mind.ts'
import { splitSentences } from './sentences.ts'

/** Most of one message that is read, in UTF-16 units; the rest is not understood, and the reply says so. */
export const MAX_HEARD_LENGTH = 4000
/** Sentences of one message that are answered. */
const MAX_PARTS = 8

/** What the agent says, sentence by sentence, and what it knows afterwards. */
export interface Reply {
  readonly mind: Mind
  readonly sentences: readonly string[]
}

/**
 * Answers what the user said or typed. Pure: the same mind, words and time give the same reply.
 * @param now local time of the machine, for questions about time and date
 */
export function reply(mind: Mind, words: string, now: Date): Reply {
  const text = words.slice(0, MAX_HEARD_LENGTH).replace(/[’‘]/g, "'")
  if (!/[\p{L}\p{N}]/u.test(text)) return { mind, sentences: ['I did not catch that.'] }
  const parts = splitSentences(text).slice(0, MAX_PARTS)
  const before = parts.length > 1 ? parts.slice(0, -1) : []
  let knowing = mind
  const answers: string[] = []
  let whole = false
  for (const part of parts) {
    const last = part === parts.at(-1)
    const answer = answerPart(knowing, part, now)
    if (answer.kind === 'aside') knowing = learn(knowing, 'user', withoutRemember(part).text)
    if (answer.kind === 'whole') whole = true
    // "My name is Ana. What is my name?": only the question needs an answer.
    if (answer.kind === 'aside' && (before.length > 0 || !last) && answers.length + (last ? 0 : 1) > 0) continue
    answers.push(...answer.sentences)
  }
  if (words.length > MAX_HEARD_LENGTH) answers.push('That was long, so I read only the beginning of it.')
  const sentences = whole ? answers : answers.slice(0, knowing.maxSentences)
  return { mind: heard(heard(knowing, 'user', text.trim()), 'agent', sentences.join(' ')), sentences }
}

/**
 * `whole`: the prompt, read in full whatever its length. `aside`: an acknowledgement that gives way to an answer.
 * An aside is also what is remembered.
 */
interface Answer {
  readonly kind: 'plain' | 'whole' | 'aside'
  readonly sentences: readonly string[]
}

type Rule = (mind: Mind, part: string, now: Date) => Answer | undefined

const RULES: readonly Rule[] = [
  instructions,
  arithmetic,
  timeAndDate,
  names,
  whatWasSaid,
  whatIsKnown,
  help,
  smallTalk,
  statement,
  factQuestion,
  relatedStatement
]

function answerPart(mind: Mind, part: string, now: Date): Answer {
  for (const rule of RULES) {
    const answer = rule(mind, part, now)
    if (answer !== undefined) return answer
  }
  return plain(
    isQuestion(part) ? 'I do not know that.' : 'I heard you, but I do not know what to do with it.',
    'I can do time, date and arithmetic, and I remember what you tell me.'
  )
}

function plain(...sentences: string[]): Answer {
  return { kind: 'plain', sentences }
}

const INSTRUCTIONS =
  /\b(?:what (?:are|were|is|was)|what's|tell me|read(?: me)?|repeat|say|show(?: me)?|recite|give me)\b.{0,30}\b(?:your|the)\b.{0,30}\b(?:instructions?|prompt)\b/i

function instructions(mind: Mind, part: string): Answer | undefined {
  if (!INSTRUCTIONS.test(part)) return undefined
  const sentences = promptSentences(mind)
  return sentences.length === 0 ? plain('I have no instructions.') : { kind: 'whole', sentences }
}

function arithmetic(_mind: Mind, part: string): Answer | undefined {
  const result = calculate(part)
  switch (result.kind) {
    case 'not-arithmetic':
      return undefined
    case 'value':
      return plain(`The answer is ${formatNumber(result.value)}.`)
    case 'divided-by-zero':
      return plain('I cannot divide by zero.')
    case 'too-large':
      return plain('That number is too large for me.')
    default:
      return assertNever(result)
  }
}

function timeAndDate(_mind: Mind, part: string, now: Date): Answer | undefined {
  const text = part.toLowerCase()
  if (
    /\bwhat(?:'s| is) (?:the )?(?:current )?time\b|\bwhat time is it\b|\btell me the time\b|\bthe time\?/.test(text)
  ) {
    const minutes = String(now.getMinutes()).padStart(2, '0')
    return plain(`It is ${now.getHours()}:${minutes}.`)
  }
  const asksDate =
    /\bwhat(?:'s| is) (?:the |today's )?(?:current )?date\b|\bwhat day\b|\bwhich day\b|\bwhat(?:'s| is) today\b|\btell me the date\b|\bwhat year\b|\bwhat month\b/
  if (!asksDate.test(text)) return undefined
  const date = now.toLocaleDateString('en-GB', { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' })
  return plain(`Today is ${date}.`)
}

function names(mind: Mind, part: string): Answer | undefined {
  if (!/\b(?:who are you|what(?:'s| is| was) your name|what are you called|your name\?)/i.test(part)) return undefined
  const name = agentName(mind)
  return name === undefined
    ? plain("I am Parley's built-in agent.", 'Nobody has given me a name.')
    : plain(`My name is ${name}.`)
}

function whatWasSaid(mind: Mind, part: string): Answer | undefined {
  if (/\bwhat did i (?:just )?(?:say|tell you|ask)\b/i.test(part)) {
    const { user } = mind.lastSaid
    return plain(user === undefined ? 'You have not said anything yet.' : `You said: ${user}`)
  }
  if (!/\bwhat did you (?:just )?say\b|\b(?:say|repeat) that(?: again)?\b/i.test(part)) return undefined
  const { agent } = mind.lastSaid
  return plain(agent === undefined ? 'I have not said anything yet.' : `I said: ${agent}`)
}

function whatIsKnown(mind: Mind, part: string): Answer | undefined {
  if (!/\bwhat (?:do you (?:know|remember)|have i told you)(?: about me| so far)?\s*\??$/i.test(part.trim())) {
    return undefined
  }
  const told = mind.statements.filter((entry) => !isQuestion(entry.text)).slice(-8)
  return told.length === 0
    ? plain('I know nothing yet.')
    : plain('This is what I was told.', ...told.map((entry) => entry.text))
}

function help(_mind: Mind, part: string): Answer | undefined {
  if (!/\bhelp\b|\bwhat can you do\b|\bwhat do you understand\b|\bwhat can i (?:say|ask)\b/i.test(part))
    return undefined
  return plain(
    'I am small and work by rules, without a language model.',
    'I tell the time and the date, and I do arithmetic in digits or words.',
    'I remember what you tell me, for example: my name is Ana, or: remember that the code is 4711.',
    'Ask what my instructions are, and I read my prompt.',
    'For a real conversation, connect a Deepgram account.'
  )
}

function smallTalk(mind: Mind, part: string): Answer | undefined {
  const text = part
    .toLowerCase()
    .replace(/[^\p{L}' ]/gu, '')
    .trim()
  const name = agentName(mind)
  if (/^(?:hello|hi|hey|good (?:morning|afternoon|evening|day))(?: there| agent| parley)?$/.test(text)) {
    const user = findFact(mind.statements, 'user', 'name')?.value
    const greeting = user === undefined ? 'Hello.' : `Hello, ${user}.`
    return plain(greeting, name === undefined ? 'How can I help?' : `I am ${name}, how can I help?`)
  }
  if (/^(?:thanks|thank you|cheers)(?: very much| a lot| so much)?$/.test(text)) return plain('You are welcome.')
  if (/^(?:bye|goodbye|good bye|good night|see you)(?: later| then)?$/.test(text)) return plain('Goodbye.')
  if (/^how are you(?: doing| today)?$/.test(text)) return plain('I am a program and I am running.')
  if (/^(?:ok|okay|yes|no|fine|good|great|right|sure|alright)$/.test(text)) return plain('All right.')
  return undefined
}

function statement(_mind: Mind, part: string): Answer | undefined {
  if (isQuestion(part)) return undefined
  const { text, asked } = withoutRemember(part)
  const facts = readFacts({ source: 'user', text })
  if (facts.length > 0) return aside(...facts.map(acknowledge))
  const tells = asked || /^(?:i|we|you|my|our|the|there|it|he|she|they)\b/i.test(text)
  return tells ? aside('All right, I will remember that.') : undefined
}

function acknowledge(fact: Fact): string {
  if (fact.thing === 'name' && fact.owner === 'user') return `Nice to meet you, ${fact.value}.`
  if (fact.thing === 'name' && fact.owner === 'agent') return `All right, my name is ${fact.value}.`
  return `All right, I will remember: ${describe(fact.owner, fact.thing)} ${fact.value}.`
}

function aside(...sentences: string[]): Answer {
  return { kind: 'aside', sentences }
}

const ASKS =
  /\b(?:what(?:'s| is| was| are)|who(?:'s| is| was| are)|where(?:'s| is| are)|when(?:'s| is| are)|which is|tell me|do you (?:know|remember)(?: what)?|say)\s+(?:(my|our|your|their|the|this|that|an?|(?:the )?(?:user|caller|customer|client|person|guest|member)'s)\s+)?([\p{L}\p{N}][\p{L}\p{N}' _-]{0,60}?)(?:\s+(?:is|was|again|called|please|now|like))*\s*[?.!]*$/iu

function factQuestion(mind: Mind, part: string): Answer | undefined {
  const asked = ASKS.exec(part.trim().slice(0, 200))
  if (asked?.[2] === undefined) return undefined
  const owner = ownerAsked(asked[1])
  const shown = asked[2].trim()
  const thing = normalThing(shown)
  const fact = findFact(mind.statements, owner, thing)
  if (fact !== undefined) return plain(capital(`${describe(fact.owner, shown)} ${fact.value}.`))
  const ofAgent = (entry: Statement) =>
    readFacts(entry).some((known) => known.owner === 'agent' && known.thing === thing)
  const told = owner === 'user' ? mind.statements.filter((entry) => !ofAgent(entry)) : mind.statements
  const related = findStatement(told, part, 0.6)
  if (related !== undefined) return quoted(related)
  return asked[1] === undefined || !/^(?:what|who|where|when|which)/i.test(part.trim())
    ? undefined
    : plain(`I do not know ${describe(owner, shown).replace(/ (?:is|are)$/, '')}.`, 'Tell me and I will remember it.')
}

function ownerAsked(word: string | undefined): Owner {
  if (word === undefined) return 'nobody'
  const lower = word.toLowerCase()
  if (lower === 'your') return 'agent'
  return /^(?:my|our|their)$|'s$/.test(lower) ? 'user' : 'nobody'
}

/** "your code is", "the opening hours are" */
function describe(owner: Owner, thing: string): string {
  const whose = owner === 'user' ? 'your' : owner === 'agent' ? 'my' : 'the'
  return `${whose} ${thing} ${/[^s]s$/i.test(thing) ? 'are' : 'is'}`
}

function relatedStatement(mind: Mind, part: string): Answer | undefined {
  const found = findStatement(mind.statements, part, 0.5)
  return found === undefined || !isQuestion(part) ? undefined : quoted(found)
}

function quoted(found: Statement): Answer {
  switch (found.source) {
    case 'user':
      return plain(`You told me: ${found.text}`)
    case 'agent':
      return plain(`I said: ${found.text}`)
    case 'prompt':
    case 'tool':
    case 'context':
      return plain(`I was told: ${found.text}`)
    default:
      return assertNever(found.source)
  }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
