import { z } from 'zod'
import { COMMAND_TEXT_LIMIT, When } from '../../../shared/commands.ts'
import { issueText } from './issue-text.ts'

const text = z.string().min(1).max(COMMAND_TEXT_LIMIT)

/** Given back with the result; a tool result's is that of its call. */
const id = z.union([z.string().max(200), z.number()]).optional()

const turnDetection = z.strictObject({
  threshold: z.number().optional(),
  prefixPaddingMs: z.number().optional(),
  silenceDurationMs: z.number().optional(),
  eotThreshold: z.number().optional(),
  eagerEotThreshold: z.number().optional(),
  eotTimeoutMs: z.number().optional()
})

/** What a program may write, one JSON object in each line (docs/cli.md). */
const LINES = {
  /** The user's own words, typed. */
  say: z.strictObject({
    type: z.literal('say'),
    id,
    text,
    when: When.optional(),
    respond: z.boolean().optional()
  }),
  /** Something the agent should know, without the user having said it. */
  context: z.strictObject({
    type: z.literal('context'),
    id,
    text,
    when: When.optional(),
    respond: z.boolean().optional()
  }),
  /** The agent says it word for word. */
  inject: z.strictObject({
    type: z.literal('inject'),
    id,
    text,
    behavior: z.enum(['if-quiet', 'queue', 'interrupt']).optional()
  }),
  prompt: z.strictObject({
    type: z.literal('prompt'),
    id,
    text: z.string().max(COMMAND_TEXT_LIMIT),
    replace: z.boolean().optional()
  }),
  /** What is given is changed; each field is one command of the session. */
  settings: z.strictObject({
    type: z.literal('settings'),
    id,
    instructions: z.string().max(COMMAND_TEXT_LIMIT).optional(),
    temperature: z.number().min(0).max(2).optional(),
    model: z.string().min(1).max(200).optional(),
    voice: z.string().min(1).max(200).optional(),
    turnDetection: turnDetection.optional()
  }),
  /** Silences the reply being heard. */
  stop: z.strictObject({ type: z.literal('stop'), id }),
  /** Answers an open tool call; what is not a text is sent as JSON. */
  'tool-result': z.strictObject({
    type: z.literal('tool-result'),
    id: z.string().min(1).max(500),
    content: z.json().transform((content) => (typeof content === 'string' ? content : JSON.stringify(content)))
  }),
  /** Ends the conversation at once, whatever is under way. */
  'hang-up': z.strictObject({ type: z.literal('hang-up'), id })
} as const

export type DoorType = keyof typeof LINES
export type DoorLine = z.infer<(typeof LINES)[DoorType]>

const USE: Readonly<Record<DoorType, string>> = {
  say: '{"type":"say","text":"...","when":"now" or "after-speech","respond":true or false}',
  context: '{"type":"context","text":"...","when":"now" or "after-speech","respond":true or false}',
  inject: '{"type":"inject","text":"...","behavior":"if-quiet", "queue" or "interrupt"}',
  prompt: '{"type":"prompt","text":"...","replace":true or false}',
  settings: '{"type":"settings"} with instructions, temperature, model, voice or turnDetection',
  stop: '{"type":"stop"}',
  'tool-result': '{"type":"tool-result","id":"the id of the call","content":"..."}',
  'hang-up': '{"type":"hang-up"}'
}

const TYPES = Object.keys(LINES).join(', ')
const EXAMPLE = '{"type":"say","text":"Hello"}'

/** `problem` says what is wrong and what to do; it goes on from "Line 3 ". */
export type ReadLine = { ok: true; line: DoorLine } | { ok: false; id?: string | number; problem: string }

function isDoorType(value: unknown): value is DoorType {
  return typeof value === 'string' && Object.hasOwn(LINES, value)
}

/** Reads one line that is not empty. */
export function readDoorLine(json: string): ReadLine {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    return { ok: false, problem: `is not JSON. Send one JSON object in each line, such as ${EXAMPLE}.` }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { ok: false, problem: `is not a JSON object. Send one in each line, such as ${EXAMPLE}.` }
  }
  const given = id.safeParse((value as Record<string, unknown>)['id']).data
  const withId = given === undefined ? {} : { id: given }
  const type = (value as Record<string, unknown>)['type']
  if (!isDoorType(type)) {
    const what = typeof type === 'string' ? `the unknown type ${JSON.stringify(type.slice(0, 50))}` : 'no "type"'
    return { ok: false, ...withId, problem: `has ${what}. Use one of ${TYPES}.` }
  }
  const parsed = checked(type, value)
  if (parsed === undefined) return { ok: false, ...withId, problem: 'is nested too deeply.' }
  const problem = parsed.success ? emptiness(parsed.data) : issueText(parsed.error.issues[0], value)
  if (problem === undefined && parsed.success) return { ok: true, line: parsed.data }
  return { ok: false, ...withId, problem: `(${type}): ${problem} Send ${USE[type]}.` }
}

/** Undefined where it is nested too deeply to be gone through, though it could be read. */
function checked(type: DoorType, value: object) {
  try {
    return LINES[type].safeParse(value)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** Why a line asks for nothing; undefined where it asks for something. */
function emptiness(line: DoorLine): string | undefined {
  if (line.type !== 'settings') return undefined
  const { turnDetection: turns, instructions, temperature, model, voice } = line
  if (turns !== undefined && Object.keys(turns).length === 0) return '"turnDetection" has no field.'
  const given = [turns, instructions, temperature, model, voice].some((field) => field !== undefined)
  return given ? undefined : 'nothing is to be changed.'
}
