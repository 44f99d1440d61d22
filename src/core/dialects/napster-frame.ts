import { z } from 'zod'
import { AUDIO_KEYS, NAME_KEYS } from './napster-unknowns.ts'

/** Words of the service are cut to this many characters: a sentence is shown, not a dump. */
const LONGEST_WORDS = 1_000

/** A text; anything else counts as absent. */
const Text = z.string().optional().catch(undefined)

type Loose = Readonly<Record<string, unknown>>

/** Fields of a conversation message (napster.md section 7.2), each absent where it is no text. */
const Message = z.looseObject({
  type: Text,
  role: Text,
  action: Text,
  content: Text,
  item_id: Text,
  response_id: Text
})
export type Message = z.infer<typeof Message>

/** One text frame, its name and its fields found wherever they stand. */
export interface Frame {
  name: string
  /** `data`, or the frame itself where it is flat. */
  data: Loose
  whole: Loose
}

/** The frame in `value`; undefined where it is no object with a name. */
export function readFrame(value: unknown): Frame | undefined {
  const whole = objectOf(value)
  if (whole === undefined) return undefined
  const name = NAME_KEYS.map((key) => whole[key]).find((one) => typeof one === 'string')
  return name === undefined ? undefined : { name, data: objectOf(whole['data']) ?? whole, whole }
}

/** The message in `data.message`, or in `data` itself (napster.md section 13, point 3). */
export function messageOf({ data }: Frame): Message {
  const parsed = Message.safeParse(objectOf(data['message']) ?? data)
  return parsed.success ? parsed.data : {}
}

export function objectOf(value: unknown): Loose | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Loose) : undefined
}

/** The text at `key`; undefined where there is none. */
export function textAt(data: Loose, key: string): string | undefined {
  const value = data[key]
  return typeof value === 'string' ? value : undefined
}

/** The base64 text of an `audio_received`. */
export function audioOf({ data }: Frame): string | undefined {
  return AUDIO_KEYS.map((key) => textAt(data, key)).find((text) => text !== undefined)
}

/** What a service says went wrong; both may be absent. */
export interface Problem {
  code: string | undefined
  text: string | undefined
}

/** The error in a frame, in every nesting that was met or may be meant (napster.md section 7.5). */
export function problemOf({ data, whole }: Frame): Problem {
  const nested = [data['error'], data['message'], whole['error'], whole['message']]
  const objects = nested.map((value) => objectOf(value)).filter((value) => value !== undefined)
  const texts = [
    ...nested,
    ...objects.flatMap((value) => [value['message'], value['error'], value['description']]),
    data['description'],
    whole['data']
  ]
  const codes = [...objects.map(({ code }) => code), data['code']]
  return {
    code: codes.find((code) => isWords(code)),
    text: texts.find((text) => isWords(text))?.slice(0, LONGEST_WORDS)
  }
}

function isWords(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== ''
}
