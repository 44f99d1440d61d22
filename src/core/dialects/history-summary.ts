import type { Json } from '../secrets/placeholders.ts'
import type { WireMessage } from './dialect.ts'
import { isObject } from './json.ts'

/** A summary is cut at its beginning to this many characters: the newest matters most. */
export const SUMMARY_LIMIT = 8_000

const NAMES: Readonly<Record<string, string>> = { user: 'User', assistant: 'You' }

const LEADS = {
  interrupted:
    'The connection was interrupted. This was said before, oldest first. Go on from there without a new greeting.',
  earlier:
    'The user goes on with an earlier conversation. This was said in it, oldest first. Go on from there without a greeting.'
} as const

/** A conversation in words, for an agent that takes no context with its opening; undefined if nothing was said. */
export function summary(history: readonly WireMessage[], why: keyof typeof LEADS): string | undefined {
  const lines = history.flatMap((item) => linesOf(item))
  if (lines.length === 0) return undefined
  let length = 0
  let first = lines.length
  while (first > 0 && length + (lines[first - 1] as string).length < SUMMARY_LIMIT) {
    first -= 1
    length += (lines[first] as string).length + 1
  }
  const told = lines.slice(first === lines.length ? first - 1 : first).join('\n')
  return `${LEADS[why]}\n${told.slice(-SUMMARY_LIMIT)}`
}

function linesOf(item: WireMessage): string[] {
  const { role, content, function_calls: calls } = item
  if (typeof role === 'string' && typeof content === 'string') return [`${NAMES[role] ?? role}: ${content}`]
  if (!Array.isArray(calls)) return []
  return calls
    .filter((call) => isObject(call))
    .map((call) => `You called ${text(call['name'])}(${text(call['arguments'])}) and got: ${text(call['response'])}`)
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null)
}
