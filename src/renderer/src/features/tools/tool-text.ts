import { text } from '../../text/en.ts'

/** JSON set out over lines; any other text as it is. */
export function readable(content: string): string {
  try {
    const value: unknown = JSON.parse(content)
    return typeof value === 'object' && value !== null ? JSON.stringify(value, null, 2) : content
  } catch {
    return content
  }
}

/** A text that was meant as JSON and is none. A plain sentence is no mistake. */
export function isBrokenJson(answer: string): boolean {
  if (!/^\s*[{[]/.test(answer)) return false
  try {
    JSON.parse(answer)
    return false
  } catch {
    return true
  }
}

/** The content of an answer that says why there is none; JSON, as models expect of a function. */
export function errorContent(reason: string): string {
  const words = reason.trim()
  return JSON.stringify({ error: words === '' ? text.tools.noReason : words })
}
