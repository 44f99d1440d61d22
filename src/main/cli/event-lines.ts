import type { Redactor } from '../../core/secrets/redactor.ts'
import type { WireEntry } from '../../core/session/session.ts'

/** A text that is nothing but base64 and at least this long is audio (or as good as): only its size is written. */
const MIN_BASE64_LENGTH = 256
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/

export interface EventLinesOptions {
  /** Seconds since the start of the conversation. */
  seconds: () => number
  scrub: Redactor
}

/** One JSON object per line, without the line break: `{t, dir: 'in'|'out', message}` or `{t, dir: 'local', event}`. */
export interface EventLines {
  wire(entry: WireEntry): string
  local(event: { readonly kind: string }): string
}

export function eventLines({ seconds, scrub }: EventLinesOptions): EventLines {
  const line = (fields: Record<string, unknown>) =>
    JSON.stringify({ t: Math.round(seconds() * 1000) / 1000, ...fields })
  return {
    wire: ({ dir, message }) => line({ dir, message: scrub.json(withoutAudio(message)) }),
    local: (event) => line({ dir: 'local', event: scrub.json(event) })
  }
}

/** The message with base64 audio replaced by its size. */
function withoutAudio(value: unknown): unknown {
  if (typeof value === 'string') return base64Bytes(value) ?? value
  if (Array.isArray(value)) return value.map(withoutAudio)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, withoutAudio(field)]))
}

function base64Bytes(text: string): { type: 'binary'; bytes: number } | undefined {
  if (text.length < MIN_BASE64_LENGTH || text.length % 4 !== 0 || !BASE64.test(text)) return undefined
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  return { type: 'binary', bytes: (text.length / 4) * 3 - padding }
}
