import { AUDIO_KEYS, LATE_RESULT_DELAY, TOOL_OUTPUT_DELAY, WRITE_FALSE_DELAY } from './napster-unknowns.ts'
import { encodeBase64 } from './base64.ts'
import type { WireMessage, WireStep } from './dialect.ts'
import { isObject, jsonText, type JsonObject } from './json.ts'
import type { Json } from '../secrets/placeholders.ts'

/** What is told of a command to which no objection has come in time. */
export const NO_OBJECTION = 'Napster does not confirm this; it raised no objection.'

/** Told to the model while a tool still works: the call has had its answer, and must not be made again. */
export const INTERIM = JSON.stringify({
  status: 'pending',
  message: 'This takes longer. The result will come as a message of the system. Do not call the function again.'
})

export interface MessageOptions {
  role: 'user' | 'system'
  text: string
  /** The agent answers. Always on the wire (rule N6). */
  respond: boolean
  /** It is held until the agent has finished speaking (rule N11). */
  delay: boolean
}

/** What an objection may call a message. */
export const MESSAGE_FIELDS = ['send_message', 'role', 'text', 'trigger_response', 'delay'] as const

/** What an objection may call a setting. */
const SETTING_FIELDS = [
  'instructions',
  'temperature',
  'turn_detection',
  'threshold',
  'prefix_padding_ms',
  'silence_duration_ms'
] as const

/**
 * The fields that the words of an objection name, however they are spelled (`silence_duration_ms`, `silenceDurationMs`, "silence duration
 * ms"). Settings count first: "temperature is not supported by text agents" is not about a text.
 */
export function namedFields(words: string): readonly string[] {
  const spaced = spacedOut(words)
  const named = [SETTING_FIELDS, ['set_settings'], MESSAGE_FIELDS].map((fields) =>
    fields.filter((field) => spaced.includes(spacedOut(field)))
  )
  return named.find((fields) => fields.length > 0) ?? []
}

function spacedOut(words: string): string {
  const lower = words.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase()
  return ` ${lower.replace(/[^a-z0-9]+/g, ' ').trim()} `
}

/** One `send_message`: a JSON text frame `{type, data}` (rules N3 to N11). */
export function sendMessage({ role, text, respond, delay }: MessageOptions): WireMessage {
  return {
    type: 'send_message',
    data: { role, text, trigger_response: respond, ...(delay || WRITE_FALSE_DELAY ? { delay } : {}) }
  }
}

/** One `set_settings` with what is in `data` and nothing else (rule N15). */
export function setSettings(data: JsonObject): WireStep {
  const inside = Object.values(data).flatMap((value) => (isObject(value) ? Object.keys(value) : []))
  return {
    compose: () => ({ type: 'set_settings', data }),
    ack: 'no-objection',
    fields: ['set_settings', ...Object.keys(data), ...inside],
    unconfirmed: NO_OBJECTION
  }
}

/** A message that the agent absorbs, or answers without that its text comes back. */
export function silentStep(options: MessageOptions): WireStep {
  return {
    compose: () => sendMessage(options),
    ack: 'no-objection',
    fields: MESSAGE_FIELDS,
    unconfirmed: NO_OBJECTION
  }
}

/** Context that the agent absorbs once it has finished speaking, as the page advises for what belongs to its role. */
export function contextStep(text: string): WireStep {
  return silentStep({ role: 'system', text, respond: false, delay: true })
}

/** The answer to an implicit tool call; `output` is an object (napster.md section 6.4). */
export function functionOutput(callId: string, content: string): WireMessage {
  return {
    type: 'send_function_output',
    data: { call_id: callId, output: outputOf(content), delay: TOOL_OUTPUT_DELAY }
  }
}

function outputOf(content: string): JsonObject {
  try {
    const value = JSON.parse(content) as Json
    if (isObject(value) && jsonText(value) !== undefined) return value
  } catch {
    // Text that is no JSON is a result too.
  }
  return { result: content }
}

/** The result of a tool that has had an interim answer: the agent learns it as context and goes on with it. */
export function lateResult(name: string, content: string): WireStep {
  const text = `The function ${name} that you called earlier has ended now. Its result: ${content}`
  return silentStep({ role: 'system', text, respond: true, delay: LATE_RESULT_DELAY })
}

/** One `send_audio` with PCM16 at 16 kHz, as text. */
export function audioText(bytes: Uint8Array): string {
  return JSON.stringify({ type: 'send_audio', data: { [AUDIO_KEYS[0]]: encodeBase64(bytes) } })
}
