import { isNumberWord, readNumberWords } from './number-words.ts'

/** What came of reading a sentence as arithmetic. */
export type ArithmeticResult =
  { kind: 'not-arithmetic' } | { kind: 'value'; value: number } | { kind: 'divided-by-zero' } | { kind: 'too-large' }

type Operator = '+' | '-' | '*' | '/' | '^' | '%of'
type Token =
  | { kind: 'number'; value: number }
  | { kind: 'operator'; operator: Operator }
  | { kind: 'percent' | 'open' | 'close' | 'sqrt' | 'squared' | 'cubed' }

/** Longest expression that is read, in words and signs. */
const MAX_WORDS = 120
const LEAD =
  /^(?:please |can you |could you |and |so |then |now |tell me |hey |ok |okay )*(?:what is|what's|whats|what are|how much is|how much are|calculate|compute|work out|add up|what does|evaluate|solve)?\s+/
const TRAIL = /(?:\s+(?:equal|equals|make|makes|please|is|=))*\s*[?.!=]*\s*$/
const WORD_OPERATORS: readonly (readonly [RegExp, string])[] = [
  [/\bto the power of\b/g, ' ^ '],
  [/\b(?:multiplied by|times)\b/g, ' * '],
  [/\b(?:divided by|over)\b/g, ' / '],
  [/\b(?:plus|added to)\b/g, ' + '],
  [/\bminus\b/g, ' - '],
  [/\bnegative\b/g, ' neg '],
  [/\bless\b/g, ' - '],
  [/\bper ?cent\b/g, ' % '],
  [/\bthe square root of\b|\bsquare root of\b/g, ' sqrt '],
  [/\bhalf of\b/g, ' 0.5 * ']
]

/** Reads arithmetic in digits or number words: `23 + 19 * 2`, "what is twelve times seven", "20 percent of 50". */
export function calculate(sentence: string): ArithmeticResult {
  const tokens = tokenize(sentence)
  if (
    tokens === undefined ||
    !tokens.some((token) => token.kind !== 'number' && token.kind !== 'open' && token.kind !== 'close')
  ) {
    return { kind: 'not-arithmetic' }
  }
  const parser = new Parser(tokens)
  const value = parser.parse()
  if (value === undefined) return { kind: 'not-arithmetic' }
  if (parser.dividedByZero) return { kind: 'divided-by-zero' }
  return Number.isFinite(value) && Math.abs(value) < 1e21 ? { kind: 'value', value } : { kind: 'too-large' }
}

/** A number as it is written in an answer: at most ten significant digits, no exponent. */
export function formatNumber(value: number): string {
  const rounded = Number.isInteger(value) ? value : Number(value.toPrecision(10))
  const text = String(Object.is(rounded, -0) ? 0 : rounded)
  return text.includes('e') ? rounded.toFixed(12).replace(/\.?0+$/, '') : text
}

function tokenize(sentence: string): Token[] | undefined {
  let text = sentence.toLowerCase().slice(0, 1000).trim().replace(LEAD, '').replace(TRAIL, '')
  text = text
    .replace(/(\d),(?=\d{3}\b)/g, '$1')
    .replace(/[×x](?=\s*[\d(])/g, ' * ')
    .replace(/÷/g, ' / ')
  text = text
    .replace(/[−–]/g, '-')
    .replace(/\*\*/g, '^')
    .replace(/([a-z])-([a-z])/g, '$1 $2')
  for (const [pattern, sign] of WORD_OPERATORS) text = text.replace(pattern, sign)
  const words = text.match(/\d+(?:\.\d+)?|\.\d+|[a-z']+|\S/g) ?? []
  if (words.length === 0 || words.length > MAX_WORDS) return undefined
  return readTokens(words)
}

const SIGNS = new Map<string, Token>([
  ['+', { kind: 'operator', operator: '+' }],
  ['-', { kind: 'operator', operator: '-' }],
  ['neg', { kind: 'operator', operator: '-' }],
  ['*', { kind: 'operator', operator: '*' }],
  ['/', { kind: 'operator', operator: '/' }],
  ['^', { kind: 'operator', operator: '^' }],
  ['%', { kind: 'percent' }],
  ['(', { kind: 'open' }],
  [')', { kind: 'close' }],
  ['sqrt', { kind: 'sqrt' }],
  ['squared', { kind: 'squared' }],
  ['cubed', { kind: 'cubed' }]
])

function readTokens(words: readonly string[]): Token[] | undefined {
  const tokens: Token[] = []
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? ''
    const sign = SIGNS.get(word)
    if (sign !== undefined) tokens.push(sign)
    else if (/^[\d.]/.test(word)) {
      const value = Number(word)
      if (Number.isNaN(value)) return undefined
      tokens.push({ kind: 'number', value })
    } else if (word === 'of' && tokens.at(-1)?.kind === 'percent') {
      tokens.push({ kind: 'operator', operator: '%of' })
    } else if (isNumberWord(word)) {
      const number = readNumberWords(words, at)
      if (number === undefined) return undefined
      tokens.push({ kind: 'number', value: number.value })
      at += number.length - 1
    } else return undefined
  }
  return tokens
}

/** Precedence climbing over at most {@link MAX_WORDS} tokens, so the depth of recursion is bounded too. */
class Parser {
  dividedByZero = false
  private at = 0
  private readonly tokens: readonly Token[]

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens
  }

  parse(): number | undefined {
    const value = this.sum()
    return this.at === this.tokens.length ? value : undefined
  }

  private sum(): number | undefined {
    let left = this.product()
    for (let sign = this.operator('+', '-'); left !== undefined && sign !== undefined; sign = this.operator('+', '-')) {
      const right = this.product()
      if (right === undefined) return undefined
      left = sign === '+' ? left + right : left - right
    }
    return left
  }

  private product(): number | undefined {
    let left = this.power()
    for (
      let sign = this.operator('*', '/', '%of');
      left !== undefined && sign !== undefined;
      sign = this.operator('*', '/', '%of')
    ) {
      const right = this.power()
      if (right === undefined) return undefined
      if (sign === '/' && right === 0) this.dividedByZero = true
      left = sign === '/' ? left / right : left * right
    }
    return left
  }

  private power(): number | undefined {
    if (this.operator('-') !== undefined) {
      const value = this.power()
      return value === undefined ? undefined : -value
    }
    const base = this.postfix()
    if (base === undefined || this.operator('^') === undefined) return base
    const exponent = this.power()
    return exponent === undefined ? undefined : base ** exponent
  }

  private postfix(): number | undefined {
    let value = this.atom()
    for (;;) {
      if (value === undefined) return undefined
      if (this.take('percent')) value /= 100
      else if (this.take('squared')) value **= 2
      else if (this.take('cubed')) value **= 3
      else return value
    }
  }

  private atom(): number | undefined {
    const token = this.tokens[this.at]
    if (token?.kind === 'number') {
      this.at += 1
      return token.value
    }
    if (this.take('sqrt')) {
      const value = this.power()
      return value === undefined || value < 0 ? undefined : Math.sqrt(value)
    }
    if (!this.take('open')) return undefined
    const value = this.sum()
    return this.take('close') ? value : undefined
  }

  private take(kind: Token['kind']): boolean {
    if (this.tokens[this.at]?.kind !== kind) return false
    this.at += 1
    return true
  }

  private operator(...wanted: readonly Operator[]): Operator | undefined {
    const token = this.tokens[this.at]
    if (token?.kind !== 'operator' || !wanted.includes(token.operator)) return undefined
    this.at += 1
    return token.operator
  }
}
