/** Something in a JSON text that `JSON.parse` would lose or change without a word. */
export interface Loss {
  kind: 'duplicate' | 'number'
  /** Place of the field, such as `settings.agent.think`. */
  path: string
}

const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s{}[\],:"]+/gs

interface Frame {
  /** Names so far; undefined in an array. */
  names: Set<string> | undefined
  /** Of the value that comes next or is being read. */
  at: string | number
}

/**
 * The first loss in `text`, which must be valid JSON: a field that stands twice in one object (the last one would win), or a number that
 * has another value once it is read.
 */
export function jsonLoss(text: string): Loss | undefined {
  const frames: Frame[] = []
  let expectsName = false
  const path = (): string => frames.map(({ at }) => at).join('.')
  for (const [token] of text.matchAll(TOKENS)) {
    const frame = frames.at(-1)
    if (token === '{' || token === '[') {
      const isObject = token === '{'
      frames.push({ names: isObject ? new Set() : undefined, at: isObject ? '' : 0 })
      expectsName = isObject
    } else if (token === '}' || token === ']') {
      frames.pop()
      expectsName = false
    } else if (token === ',') {
      if (frame?.names !== undefined) expectsName = true
      else if (typeof frame?.at === 'number') frame.at += 1
    } else if (expectsName && frame?.names !== undefined) {
      const name = JSON.parse(token) as string
      frame.at = name
      if (frame.names.has(name)) return { kind: 'duplicate', path: path() }
      frame.names.add(name)
      expectsName = false
    } else if (/^[-\d]/.test(token) && !isExact(token)) return { kind: 'number', path: path() }
  }
  return undefined
}

/** The number has the same value after it was read and written again. */
function isExact(source: string): boolean {
  return decimal(source) === decimal(String(Number(source)))
}

/** A number in one form: its digits without zeros at either end, and the exponent of the last of them. Zero is ''. */
function decimal(source: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(source) ?? []
  if (whole === '') return source
  const digits = `${whole}${fraction}`.replace(/^0+/, '')
  const significant = digits.replace(/0+$/, '')
  if (significant === '') return ''
  return `${sign}${significant}e${BigInt(exponent) - BigInt(fraction.length) + BigInt(digits.length - significant.length)}`
}
