/** Lists and objects inside each other; a profile may have 100. */
export const INPUT_DEPTH = 128
/** Values in one input, all levels together. */
export const INPUT_VALUES = 200_000
/** Characters in one input, names included: the longest profile text four times. */
export const INPUT_CHARACTERS = 4_000_000

/**
 * Why an input is not even looked at by its schema, or undefined. A page may send what ends a recursive check (depth, a
 * circle) or never lets it end (a list of four billion gaps): this goes through it without recursion and stops at a limit.
 */
export function inputProblem(input: unknown): string | undefined {
  const waiting: { value: unknown; depth: number }[] = [{ value: input, depth: 0 }]
  let values = 0
  let characters = 0
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value, depth } = next
    if (typeof value === 'string') characters += value.length
    if (typeof value === 'object' && value !== null) {
      if (depth >= INPUT_DEPTH) return `lists and objects are inside each other more than ${INPUT_DEPTH} deep`
      const isList = Array.isArray(value)
      if (!isList && Object.prototype.toString.call(value) !== '[object Object]') return 'it holds what JSON cannot'
      if (isList && values + value.length > INPUT_VALUES) return `it holds more than ${INPUT_VALUES} values`
      const names = isList ? [] : Object.keys(value)
      for (const name of names) characters += name.length
      values += isList ? value.length : names.length
      for (const inner of isList ? (value as unknown[]) : Object.values(value)) {
        waiting.push({ value: inner, depth: depth + 1 })
      }
    }
    if (values > INPUT_VALUES) return `it holds more than ${INPUT_VALUES} values`
    if (characters > INPUT_CHARACTERS) return `it holds more than ${INPUT_CHARACTERS} characters`
  }
  return undefined
}
