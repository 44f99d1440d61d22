import type { z } from 'zod'
import type { ErrorCode } from '../shared/protocol/deepgram.ts'
import { describeIssue } from './issue-text.ts'

/** Why settings or an update end the session, with a sentence for a person. */
export interface SettingsRefusal {
  code: Extract<ErrorCode, 'UNPARSABLE_CLIENT_MESSAGE' | 'INVALID_SETTINGS' | 'AGENT_ID_NOT_SUPPORTED'>
  description: string
}

/** The outcome of reading settings or an update. */
export type Read<T> = { ok: true; value: T } | { ok: false; refusal: SettingsRefusal }

/** Thrown by the readers of single blocks; {@link attempt} turns it into a value. */
export class Refused extends Error {
  readonly refusal: SettingsRefusal
  constructor(code: SettingsRefusal['code'], description: string) {
    super(description)
    this.refusal = { code, description }
  }
}

/** Runs a reader; a {@link Refused} becomes the refusal it carries. */
export function attempt<T>(read: () => T): Read<T> {
  try {
    return { ok: true, value: read() }
  } catch (error) {
    if (error instanceof Refused) return { ok: false, refusal: error.refusal }
    throw error
  }
}

/** Reads one block; what does not fit is named by its path. */
export function parse<T>(schema: z.ZodType<T>, value: unknown, path: readonly PropertyKey[]): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw new Refused('UNPARSABLE_CLIENT_MESSAGE', describeIssue(result.error, path))
}

/** For a value of the right type that makes no sense. */
export function invalid(description: string): Refused {
  return new Refused('INVALID_SETTINGS', description)
}

export function inRange(path: string, value: number | undefined, least: number, most: number): void {
  if (value === undefined || (value >= least && value <= most)) return
  throw invalid(`${path} is ${value}; it must be between ${least} and ${most}.`)
}

export function quote(value: string): string {
  return JSON.stringify(value.slice(0, 80))
}

/** An object or a list of fallbacks, as a list with the path of each entry. */
export function items(value: unknown, path: readonly PropertyKey[]): { value: unknown; path: PropertyKey[] }[] {
  if (value === undefined) return []
  return Array.isArray(value)
    ? value.map((entry: unknown, index) => ({ value: entry, path: [...path, index] }))
    : [{ value, path: [...path] }]
}
