import { z } from 'zod'
import { EndReason, ToolCall, TurnLatency } from '../events.ts'
import { ProfileId, Service } from '../profile.ts'

/** Identifies one kept conversation. */
export const ConversationId = z.int().positive().brand<'ConversationId'>()
export type ConversationId = z.infer<typeof ConversationId>

/** What is kept, and how long; `days` null: for ever. */
export const HistoryPreferences = z.strictObject({ keep: z.boolean(), days: z.int().min(1).max(3650).nullable() })
export type HistoryPreferences = z.infer<typeof HistoryPreferences>

/** One conversation of the list. Times are milliseconds since 1970. `excerpt` where it was searched: the place that matches, `**` around the words. */
export const ConversationSummary = z.strictObject({
  id: ConversationId,
  profileId: ProfileId.nullable(),
  profileName: z.string(),
  service: Service,
  startedAtMs: z.number(),
  /** Null: it runs now. A conversation that broke off with Parley ends with its last line. */
  endedAtMs: z.number().nullable(),
  /** The first words of the user, or of the agent. */
  title: z.string(),
  lines: z.int().min(0),
  excerpt: z.string().optional(),
  /** The conversation that it goes on from, where that is still kept. */
  continues: ConversationId.optional()
})
export type ConversationSummary = z.infer<typeof ConversationSummary>

/** One line as it was said. `heard`: of a reply that was cut off, the part that was played (0 to 1) and the text up to there, both estimated from the played share. */
export const ConversationLine = z.strictObject({
  kind: z.literal('line'),
  role: z.enum(['user', 'agent', 'parley']),
  text: z.string(),
  atMs: z.number(),
  interrupted: z.boolean(),
  heard: z.strictObject({ share: z.number().min(0).max(1), text: z.string(), estimated: z.literal(true) }).optional()
})
export type ConversationLine = z.infer<typeof ConversationLine>

export const ConversationItem = z.discriminatedUnion('kind', [
  ConversationLine,
  z.strictObject({ kind: z.literal('tool-call'), atMs: z.number(), call: ToolCall }),
  z.strictObject({ kind: z.literal('latency'), atMs: z.number(), latency: TurnLatency })
])
export type ConversationItem = z.infer<typeof ConversationItem>

export const KeptConversation = z.strictObject({
  summary: ConversationSummary,
  reason: EndReason.nullable(),
  items: z.array(ConversationItem)
})
export type KeptConversation = z.infer<typeof KeptConversation>

const one = z.strictObject({ id: ConversationId })

export const historyCalls = {
  /** Newest first. `query`: words that all must be in it (the last may be unfinished); `before`: older than this one. */
  'history:list': {
    input: z.strictObject({
      query: z.string().max(500).optional(),
      before: ConversationId.optional(),
      limit: z.int().min(1).max(100)
    }),
    output: z.strictObject({ conversations: z.array(ConversationSummary), more: z.boolean() })
  },
  'history:read': { input: one, output: KeptConversation },
  /** Gone for good: also from the file on the disk. */
  'history:remove': { input: one, output: z.undefined() },
  'history:clear': { input: z.undefined(), output: z.undefined() },
  'history:export': {
    input: z.strictObject({ id: ConversationId, format: z.enum(['markdown', 'json']) }),
    output: z.strictObject({ fileName: z.string(), text: z.string() })
  },
  /** Begins a conversation with the chosen profile that knows what was said in this one; ends the running one first. */
  'history:continue': { input: one, output: z.undefined() }
} as const

/** A conversation was begun, ended or removed. */
export const historyEvents = { 'history:changed': z.undefined() } as const
