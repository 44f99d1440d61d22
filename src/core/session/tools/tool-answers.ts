import type { ToolRequest } from '../../ports.ts'

/** Characters of a failed tool's own words that the agent gets. */
const LONGEST_REASON = 2_000

/** What the agent gets instead of a result: JSON text, so that a model reads it as an error (C30, C31). */
export function errorAnswer(message: string): string {
  return JSON.stringify({ error: message })
}

/** Why a tool failed, as it said it. */
export function failureText(cause: unknown): string {
  const message = cause instanceof Error ? cause.message.trim() : ''
  return message === '' ? 'The tool failed.' : `The tool failed: ${message.slice(0, LONGEST_REASON)}`
}

/** `arguments` as an object; models leave them out where a function takes none. A string is the problem, for the agent. */
export function readArguments(text: string): ToolRequest['input'] | string {
  if (text.trim() === '') return {}
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return 'The arguments are no JSON text. Call the function again with a JSON object.'
  }
  if (value === null) return {}
  if (typeof value !== 'object' || Array.isArray(value)) {
    return 'The arguments are no JSON object. Call the function again with one.'
  }
  return value as ToolRequest['input']
}
