import type { DialogueEntry, ThinkChoice } from './contract.ts'

/** One message of a chat completion request. */
export type ChatMessage =
  | { role: 'system' | 'user' | 'assistant'; content: string }
  | { role: 'assistant'; content: null; tool_calls: ChatCall[] }
  | { role: 'tool'; tool_call_id: string; content: string }

interface ChatCall {
  id: string
  type: 'function'
  function: { name: string; arguments: string }
  extra_content?: { google: { thought_signature: string } }
}

/** Body of a streaming chat completion request to an OpenAI-compatible server. */
export interface ChatRequest {
  model: string
  stream: true
  messages: ChatMessage[]
  temperature?: number
  /** From `reasoning_mode`. */
  reasoning_effort?: string
  tools?: { type: 'function'; function: { name: string; description?: string; parameters: object } }[]
}

/** Takes any arguments or none: what a function without `parameters` means. */
const NO_PARAMETERS = { type: 'object', properties: {} }

/** What the model is asked: the effective prompt as the system message, then as much of the dialogue as fits. */
export function chatRequest(choice: ThinkChoice, dialogue: readonly DialogueEntry[]): ChatRequest {
  const { provider, functions = [], context_length: contextLength = 'max' } = choice.item
  const prompt = choice.prompts.filter((part) => part.trim() !== '').join('\n')
  const kept = contextLength === 'max' ? dialogue : fitDialogue(dialogue, contextLength)
  return {
    model: provider.model,
    stream: true,
    messages: [...(prompt === '' ? [] : [{ role: 'system' as const, content: prompt }]), ...kept.flatMap(messagesOf)],
    ...(provider.temperature === undefined ? {} : { temperature: provider.temperature }),
    ...(provider.reasoning_mode === undefined ? {} : { reasoning_effort: provider.reasoning_mode }),
    ...(functions.length === 0
      ? {}
      : {
          tools: functions.map(({ name, description, parameters = NO_PARAMETERS }) => ({
            type: 'function' as const,
            function: { name, ...(description === undefined ? {} : { description }), parameters }
          }))
        })
  }
}

/**
 * The newest part of a dialogue within `characters` (code points of what was said, of calls and of their results; the
 * prompt does not count). Entries go whole and oldest first, so a result never stands without its call; what is being
 * answered, from the last thing the user said, always stays.
 */
export function fitDialogue(dialogue: readonly DialogueEntry[], characters: number): readonly DialogueEntry[] {
  const question = dialogue.findLastIndex((entry) => entry.kind === 'said' && entry.role === 'user')
  let from = question === -1 ? Math.max(0, dialogue.length - 1) : question
  let room = characters - dialogue.slice(from).reduce((sum, entry) => sum + lengthOf(entry), 0)
  while (from > 0) {
    const entry = dialogue[from - 1]
    if (entry === undefined) break
    room -= lengthOf(entry)
    if (room < 0) break
    from -= 1
  }
  return dialogue.slice(from)
}

function lengthOf(entry: DialogueEntry): number {
  if (entry.kind === 'said') return codePoints(entry.content)
  return entry.calls.reduce(
    (sum, call) => sum + codePoints(call.name) + codePoints(call.arguments) + codePoints(call.response),
    0
  )
}

function codePoints(text: string): number {
  let count = 0
  for (const _ of text) count += 1
  return count
}

function messagesOf(entry: DialogueEntry): ChatMessage[] {
  if (entry.kind === 'said') return [{ role: entry.role, content: entry.content }]
  if (entry.calls.length === 0) return []
  return [
    {
      role: 'assistant',
      content: null,
      tool_calls: entry.calls.map((call) => ({
        id: call.id,
        type: 'function',
        function: { name: call.name, arguments: call.arguments },
        ...(call.thoughtSignature === undefined
          ? {}
          : { extra_content: { google: { thought_signature: call.thoughtSignature } } })
      }))
    },
    ...entry.calls.map((call): ChatMessage => ({ role: 'tool', tool_call_id: call.id, content: call.response }))
  ]
}
