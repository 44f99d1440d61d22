const UNITS = new Map(
  (
    'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen ' +
    'seventeen eighteen nineteen'
  )
    .split(' ')
    .map((word, value) => [word, value])
)
UNITS.set('oh', 0)
const TENS = new Map(
  'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ').map((word, index) => [word, (index + 2) * 10])
)
const SCALES = new Map([
  ['thousand', 1e3],
  ['million', 1e6],
  ['billion', 1e9]
])

/** True for any word that can stand inside a spoken number (`and` and `point` join words, they start none). */
export function isNumberWord(word: string): boolean {
  return UNITS.has(word) || TENS.has(word) || word === 'hundred' || SCALES.has(word)
}

/**
 * Reads a spoken English number from `words[at]` on: "one hundred and five", "twenty three", "two point five".
 * @returns its value and how many words it took, or undefined when no number starts there.
 */
export function readNumberWords(words: readonly string[], at: number): { value: number; length: number } | undefined {
  const whole = readWhole(words, at)
  if (whole === undefined) return undefined
  if (words[at + whole.length] !== 'point') return whole
  let digits = ''
  let next = at + whole.length + 1
  for (; next < words.length; next += 1) {
    const digit = UNITS.get(words[next] ?? '')
    if (digit === undefined || digit > 9) break
    digits += digit
  }
  return digits === '' ? whole : { value: Number(`${whole.value}.${digits}`), length: next - at }
}

function readWhole(words: readonly string[], at: number): { value: number; length: number } | undefined {
  let total = 0
  let group = 0
  let next = at
  let last: 'none' | 'unit' | 'ten' | 'hundred' | 'scale' = 'none'
  for (; next < words.length; next += 1) {
    const word = words[next] ?? ''
    const unit = UNITS.get(word)
    const ten = TENS.get(word)
    const scale = SCALES.get(word)
    if (unit !== undefined) {
      if (last === 'unit' || (last === 'ten' && (unit === 0 || unit > 9))) break
      group += unit
      last = 'unit'
    } else if (ten !== undefined) {
      if (last === 'unit' || last === 'ten') break
      group += ten
      last = 'ten'
    } else if (word === 'hundred' && last !== 'hundred') {
      group = (group === 0 ? 1 : group) * 100
      last = 'hundred'
    } else if (scale !== undefined && last !== 'scale') {
      total += (group === 0 ? 1 : group) * scale
      group = 0
      last = 'scale'
    } else if (!(word === 'and' && (last === 'hundred' || last === 'scale') && isNumberWord(words[next + 1] ?? ''))) {
      break
    }
  }
  return last === 'none' ? undefined : { value: total + group, length: next - at }
}
