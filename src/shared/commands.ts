import { z } from 'zod'
import { COMMAND_TEXT_LIMIT } from './limits.ts'

export { COMMAND_TEXT_LIMIT } from './limits.ts'

const text = z.string().min(1).max(COMMAND_TEXT_LIMIT)

/** What a person or script asks of a live session, service-neutral (design.md section 4). */
export const Command = z.discriminatedUnion('kind', [
  /** The user's own words, typed; the agent responds now. Deepgram: `InjectUserMessage`. */
  z.strictObject({ kind: z.literal('user-text'), text }),
  /** The agent says `text` verbatim: only in silence (`if-quiet`) or after what it says now (`queue`). Deepgram: `InjectAgentMessage`. */
  z.strictObject({ kind: z.literal('agent-speech'), text, behavior: z.enum(['if-quiet', 'queue']) }),
  /** Adds `text` to the agent's prompt, which is never replaced (rule P1). Deepgram: `UpdatePrompt`. */
  z.strictObject({ kind: z.literal('append-prompt'), text: z.string().max(COMMAND_TEXT_LIMIT) }),
  /** Silences the reply being heard. Nothing goes on the wire (design.md section 4). */
  z.strictObject({ kind: z.literal('stop-speaking') })
])
export type Command = z.infer<typeof Command>

/** How a command ended. `reason` is a sentence for a person; `unconfirmed`: no acknowledgement in time, the session goes on. */
export const CommandResult = z.discriminatedUnion('outcome', [
  z.strictObject({ outcome: z.literal('applied') }),
  z.strictObject({ outcome: z.literal('refused'), reason: z.string() }),
  z.strictObject({ outcome: z.literal('failed'), reason: z.string() }),
  z.strictObject({ outcome: z.literal('unconfirmed'), reason: z.string() })
])
export type CommandResult = z.infer<typeof CommandResult>
