import { ClientMessage } from '../shared/protocol/deepgram.ts'
import { describeIssue } from './issue-text.ts'

/** What a text frame turned out to be. */
export type ParsedMessage = { ok: true; message: ClientMessage } | { ok: false; description: string }

const KNOWN = new Set<string>(ClientMessage.options.map((option) => option.shape.type.value))

/** Reads one text frame of a client. Never throws: whatever is wrong becomes a description. */
export function parseClientMessage(text: string): ParsedMessage {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return refuse('The text message is not valid JSON.')
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    return refuse('The text message is not a JSON object.')
  }
  const type: unknown = 'type' in json ? json.type : undefined
  if (typeof type !== 'string') return refuse('The text message has no "type" field that is a string.')
  if (!KNOWN.has(type)) return refuse(`The message type ${JSON.stringify(type.slice(0, 60))} is not known.`)
  return parseKnown(json)
}

function parseKnown(json: object): ParsedMessage {
  try {
    const result = ClientMessage.safeParse(json)
    return result.success ? { ok: true, message: result.data } : refuse(describeIssue(result.error))
  } catch (error) {
    // The JSON checks recurse: a message nested some thousand levels deep runs out of stack there.
    if (error instanceof RangeError) return refuse('The text message is nested too deeply.')
    throw error
  }
}

function refuse(description: string): ParsedMessage {
  return { ok: false, description }
}
