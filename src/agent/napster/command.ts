import { NapsterCommand } from '../../shared/protocol/napster.ts'
import { describeIssue } from '../issue-text.ts'

/** Why a command is refused. */
export interface CommandRefusal {
  readonly code: 'invalid_json' | 'unknown_command' | 'invalid_command' | 'instructions_too_long' | 'not_supported'
  readonly message: string
}

/** What a text frame turned out to be. */
export type ParsedCommand =
  { readonly ok: true; readonly command: NapsterCommand } | ({ readonly ok: false } & CommandRefusal)

const KNOWN = new Set<string>(NapsterCommand.options.map((option) => option.shape.type.value))

/** Reads one text frame `{type, data}` (rule N3). Never throws: whatever is wrong becomes a refusal. */
export function parseCommand(text: string): ParsedCommand {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return refuse('invalid_json', 'The frame is not valid JSON.')
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    return refuse('invalid_json', 'The frame is not a JSON object {type, data}.')
  }
  const type: unknown = 'type' in json ? json.type : undefined
  if (typeof type !== 'string') return refuse('unknown_command', 'The frame has no "type" that is a string.')
  if (!KNOWN.has(type)) {
    const known = [...KNOWN].join(', ')
    return refuse(
      'unknown_command',
      `There is no command ${JSON.stringify(type.slice(0, 60))} over WebSocket; there are ${known}.`
    )
  }
  return parseKnown(json)
}

function parseKnown(json: object): ParsedCommand {
  try {
    const result = NapsterCommand.safeParse(json)
    return result.success
      ? { ok: true, command: result.data }
      : refuse('invalid_command', describeIssue(result.error).replace('client message', 'command'))
  } catch (error) {
    // The JSON checks recurse: what is nested some thousand levels deep runs out of stack there.
    if (error instanceof RangeError) return refuse('invalid_command', 'The command is nested too deeply.')
    throw error
  }
}

function refuse(code: CommandRefusal['code'], message: string): ParsedCommand {
  return { ok: false, code, message }
}

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/

/** Bytes of base64 text; undefined where it is something else. */
export function bytesOfBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 === 1 || !BASE64.test(text)) return undefined
  return Buffer.from(text, 'base64')
}
