/** Who a statement came from; the answer says so. `context` is told to the agent alone, by the client's program. */
export type Source = 'prompt' | 'user' | 'agent' | 'tool' | 'context'

/** One sentence the agent was told. */
export interface Statement {
  readonly source: Source
  readonly text: string
}

/** Whose the thing is: "my code" said by the user is the user's, "your name" is the agent's. */
export type Owner = 'user' | 'agent' | 'nobody'

/** "the code is 4711": something with a value. */
export interface Fact {
  readonly owner: Owner
  /** Lower case, without articles: `code`, `favourite colour`. */
  readonly thing: string
  readonly value: string
}

const OWNERS = new Map<string, Owner>([
  ['my', 'user'],
  ['our', 'user'],
  ['your', 'agent'],
  ['their', 'user'],
  ['his', 'user'],
  ['her', 'user']
])
const PERSON = "(?:user|caller|customer|client|person|guest|member)(?:'s|’s)"
const LEAD = /^(?:please |also |and |so |well |ok(?:ay)?,? |hi,? |hello,? |now,? |note:? |remember:? )*/i
const REMEMBER =
  /^(?:please )?(?:remember|note|keep in mind|bear in mind|know|learn|don't forget|do not forget|important|fact)(?: that|:|,)?\s+/i
const IS = new RegExp(
  `^(?:((?:the )?${PERSON}|my|our|your|their|his|her|the|this|that|an?)\\s+)?([\\p{L}\\p{N}][\\p{L}\\p{N}'’ _-]{0,60}?)\\s+(?:is called|is named|is now|is|are|was|equals|=)\\s+(.{1,200})$`,
  'iu'
)
const COLON = /^([\p{L}][\p{L}\p{N} _-]{0,40}?)\s*[:=]\s*(\S.{0,200})$/u
const CALLED = new RegExp(
  `^(?:(?:you can |please )?call me|i am called|i'm called|i’m called|i am named|(?:the )?(?:user|caller|customer|client|person|guest|member) is (?:called|named))\\s+(.{1,80})$`,
  'i'
)
const YOU_CALLED = /^(?:you are (?:called|named)|you're (?:called|named))\s+(.{1,80})$/i
const QUESTION_START =
  /^(?:what|who|where|when|why|how|which|whose|is|are|am|was|were|do|does|did|can|could|will|would|should|have|has|may)\b/i

/** True for a sentence that asks. */
export function isQuestion(sentence: string): boolean {
  return sentence.trimEnd().endsWith('?') || QUESTION_START.test(sentence.trim())
}

/** The plain statement inside "remember that ...", else the sentence itself. */
export function withoutRemember(sentence: string): { text: string; asked: boolean } {
  const text = sentence.trim().replace(REMEMBER, '')
  return { text, asked: text !== sentence.trim() }
}

const CLAUSES = /(?:[,;]|\s)\s*(?:and|but)\s+(?=(?:my|your|our|the|their|his|her|you|i)\s+\p{L})/iu
const I_AM_NAME = /^(?:[Ii] am|[Ii]['’]m) (\p{Lu}[\p{L}-]+)$/u
const YOU_ARE_NAME = /^[Yy]ou are (\p{Lu}[\p{L}-]+)(?:,|$)/u

/** Reads what a statement says of the form "X is Y", clause by clause. `source` decides whose "my" and "your" are. */
export function readFacts(statement: Statement): Fact[] {
  if (isQuestion(statement.text)) return []
  return withoutRemember(statement.text.slice(0, 400))
    .text.split(CLAUSES)
    .map((clause) => readClause(clause.replace(LEAD, '').replace(/[.!;,\s]+$/, ''), statement.source))
    .filter((fact) => fact !== undefined)
}

function readClause(text: string, source: Source): Fact | undefined {
  const user = (CALLED.exec(text) ?? I_AM_NAME.exec(text))?.[1]
  if (user !== undefined) return nameOf(source === 'agent' ? 'agent' : 'user', user)
  const agent = (YOU_CALLED.exec(text) ?? YOU_ARE_NAME.exec(text))?.[1]
  if (agent !== undefined) return nameOf(source === 'agent' ? 'user' : 'agent', agent)
  const is = IS.exec(text)
  if (is?.[2] !== undefined && is[3] !== undefined) {
    const owner = ownerOf(is[1], source)
    const thing = normalThing(is[2])
    return thing === 'name' ? nameOf(owner, is[3]) : { owner, thing, value: clean(is[3]) }
  }
  const colon = COLON.exec(text)
  if (colon?.[1] === undefined || colon[2] === undefined) return undefined
  return { owner: 'nobody', thing: normalThing(colon[1]), value: clean(colon[2]) }
}

function nameOf(owner: Owner, value: string): Fact {
  return { owner, thing: 'name', value: clean(value.split(',')[0] ?? value) }
}

/** Who owns what `word` ("my", "the caller's", ...) stands before, when `source` said it. */
export function ownerOf(word: string | undefined, source: Source): Owner {
  const lower = word?.toLowerCase() ?? ''
  if (/(?:'s|’s)$/.test(lower)) return 'user'
  const owner = OWNERS.get(lower) ?? 'nobody'
  if (source !== 'agent' || owner === 'nobody') return owner
  return lower === 'my' || lower === 'our' ? 'agent' : 'user'
}

/** A thing as it is compared: lower case, single spaces, no article. */
export function normalThing(thing: string): string {
  return thing
    .toLowerCase()
    .replace(/’/g, "'")
    .replace(/\s+/g, ' ')
    .replace(/^(?:the|a|an) /, '')
    .trim()
}

function clean(value: string): string {
  return value.trim().replace(/^["“]|["”]$/g, '')
}

/** The latest fact about `thing`, of `owner` if there is one, else of nobody in particular, else of anybody but the agent. */
export function findFact(statements: readonly Statement[], owner: Owner, thing: string): Fact | undefined {
  let fallback: Fact | undefined
  let last: Fact | undefined
  for (const statement of statements) {
    for (const fact of readFacts(statement)) {
      if (fact.thing !== thing) continue
      if (fact.owner === owner) last = fact
      else if (owner !== 'agent' && fact.owner !== 'agent') fallback = fact
    }
  }
  return last ?? fallback
}

const STOP_WORDS = new Set(
  (
    'a an the is are am was were be been do does did can could will would should have has had i you he she it we they ' +
    'me my mine your yours his her our their this that these those what which who whom whose where when why how of to ' +
    'in on at for with by from about and or but not no if then so please tell know say said any some there here much ' +
    'many get go just now user caller customer think'
  ).split(' ')
)

/** Words that carry meaning, roughly reduced to their stem. */
export function contentWords(text: string): Set<string> {
  const words = new Set<string>()
  for (const word of text
    .slice(0, 2000)
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu) ?? []) {
    if (!STOP_WORDS.has(word)) words.add(stem(word))
  }
  return words
}

function stem(word: string): string {
  if (word.length > 4 && word.endsWith('ies')) return `${word.slice(0, -3)}y`
  if (word.length > 5 && word.endsWith('ing')) return word.slice(0, -3)
  if (word.length > 4 && word.endsWith('ed')) return word.slice(0, -2)
  return word.length > 3 && word.endsWith('s') && !word.endsWith('ss') ? word.slice(0, -1) : word
}

/**
 * The statement that shares most content words with the question; the latest of equals.
 * @param share least part of the question's content words that it must have, 0 to 1
 */
export function findStatement(
  statements: readonly Statement[],
  question: string,
  share: number
): Statement | undefined {
  const wanted = contentWords(question)
  let best: Statement | undefined
  let bestScore = 1
  for (const statement of statements) {
    if (isQuestion(statement.text)) continue
    const words = contentWords(statement.text)
    let score = 0
    for (const word of wanted) if (words.has(word)) score += 1
    if (score >= bestScore && score >= share * wanted.size) {
      best = statement
      bestScore = score
    }
  }
  return best
}
