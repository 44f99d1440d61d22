import { z } from 'zod'
import { errorMessage } from './endpoint.ts'

/** Part of a call; calls of one completion are told apart by `index`. */
export interface CallPiece {
  readonly index: number | undefined
  readonly id: string | undefined
  readonly name: string | undefined
  readonly arguments: string
  readonly thoughtSignature: string | undefined
}

/** What one event of a stream, or a whole answer, adds. */
export interface Chunk {
  readonly text: string
  readonly thinking: string
  readonly calls: readonly CallPiece[]
  /** Why the model stopped; undefined while it goes on. */
  readonly finish: string | undefined
}

/** The outcome of reading an event. */
export type ChunkResult =
  { kind: 'chunk'; chunk: Chunk } | { kind: 'error'; message: string | undefined } | { kind: 'unreadable' }

const Part = z.looseObject({ type: z.string().optional(), text: z.string().optional() })
const Call = z.looseObject({
  index: z.int().nullish(),
  id: z.string().nullish(),
  function: z
    .looseObject({
      name: z.string().nullish(),
      /** Some servers send the object itself. */
      arguments: z.union([z.string(), z.record(z.string(), z.json())]).nullish()
    })
    .nullish(),
  extra_content: z
    .looseObject({ google: z.looseObject({ thought_signature: z.string().nullish() }).nullish() })
    .nullish()
})
const Message = z.looseObject({
  content: z.union([z.string(), z.array(Part)]).nullish(),
  reasoning_content: z.string().nullish(),
  /** The same under the name that other servers use. */
  reasoning: z.string().nullish(),
  tool_calls: z.array(Call).nullish()
})
const Choice = z.looseObject({
  delta: Message.nullish(),
  message: Message.nullish(),
  finish_reason: z.string().nullish()
})
const Answer = z.looseObject({ choices: z.array(Choice).nullish() })

/** Reads the data of one event, or a whole answer. Fields that are not known are passed over. */
export function readChunk(data: string): ChunkResult {
  let value: unknown
  try {
    value = JSON.parse(data)
  } catch {
    return { kind: 'unreadable' }
  }
  if (isError(value)) return { kind: 'error', message: errorMessage(value) }
  const answer = Answer.safeParse(value)
  if (!answer.success) return { kind: 'unreadable' }
  const choice = answer.data.choices?.[0]
  const message = choice?.delta ?? choice?.message
  return {
    kind: 'chunk',
    chunk: {
      text: textOf(message?.content),
      thinking: message?.reasoning_content ?? message?.reasoning ?? '',
      calls: message?.tool_calls?.map(pieceOf) ?? [],
      finish: choice?.finish_reason === '' ? undefined : (choice?.finish_reason ?? undefined)
    }
  }
}

function isError(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'error' in value && value.error !== null
}

function textOf(content: z.infer<typeof Message>['content']): string {
  if (typeof content === 'string') return content
  return (
    content?.map((part) => (part.type === undefined || part.type === 'text' ? (part.text ?? '') : '')).join('') ?? ''
  )
}

function pieceOf(call: z.infer<typeof Call>): CallPiece {
  const args = call.function?.arguments ?? ''
  return {
    index: call.index ?? undefined,
    id: call.id === null || call.id === '' ? undefined : call.id,
    name: call.function?.name === null || call.function?.name === '' ? undefined : call.function?.name,
    arguments: typeof args === 'string' ? args : JSON.stringify(args),
    thoughtSignature: call.extra_content?.google?.thought_signature ?? undefined
  }
}
