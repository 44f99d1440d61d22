import { z } from 'zod'
import { COMMAND_TEXT_LIMIT } from './limits.ts'

export { COMMAND_TEXT_LIMIT } from './limits.ts'

const text = z.string().min(1).max(COMMAND_TEXT_LIMIT)
const JsonObject = z.record(z.string(), z.json())

/** When a text reaches the agent: at once, or when the reply being heard has been played. */
export const When = z.enum(['now', 'after-speech'])
export type When = z.infer<typeof When>

/** What a person or script asks of a live session, service-neutral (design.md section 4). */
export const Command = z.discriminatedUnion('kind', [
  /**
   * The user's own words, typed. `respond` (default true): the agent answers; `when` defaults to `now`.
   * Deepgram: `InjectUserMessage`; without a response `UpdatePrompt` stating what the user typed.
   */
  z.strictObject({ kind: z.literal('user-text'), text, when: When.optional(), respond: z.boolean().optional() }),
  /** Context from the program, never shown as the user's. Deepgram: `UpdatePrompt`, and a fixed cue as `InjectUserMessage` to respond. */
  z.strictObject({ kind: z.literal('context'), text, when: When, respond: z.boolean() }),
  /**
   * The agent says `text` verbatim: only in silence (`if-quiet`), after what it says now (`queue`) or instead of it (`interrupt`).
   * Deepgram: `InjectAgentMessage` with `default`, `queue`, `interrupt`.
   */
  z.strictObject({ kind: z.literal('agent-speech'), text, behavior: z.enum(['if-quiet', 'queue', 'interrupt']) }),
  /** The next of an ordered list of announcements (rule I14): held while the user speaks, then said with `queue`, none lost, in order. */
  z.strictObject({ kind: z.literal('announce'), text }),
  /** Adds `text` to the agent's prompt, which is never replaced (rule P1). Deepgram: `UpdatePrompt`. */
  z.strictObject({ kind: z.literal('append-prompt'), text: z.string().max(COMMAND_TEXT_LIMIT) }),
  /** The whole prompt becomes `text`. Deepgram: `UpdateThink` with the whole effective think block. */
  z.strictObject({ kind: z.literal('replace-prompt'), text: z.string().max(COMMAND_TEXT_LIMIT) }),
  /** Changes what is given. Deepgram: `UpdateThink` with the whole effective think block; `provider` is `think.provider.type`. */
  z.strictObject({
    kind: z.literal('set-model'),
    provider: z.string().min(1).max(100).optional(),
    model: z.string().min(1).max(200).optional(),
    temperature: z.number().min(0).max(2).optional()
  }),
  /**
   * Changes what is given. Deepgram Flux: `UpdateListen` with `eot_threshold` (0.5 to 1), `eager_eot_threshold` (0.3 to 0.9) and
   * `eot_timeout_ms` (500 to 60000; `silenceDurationMs` is sent as it). `threshold` and `prefixPaddingMs` are Napster's.
   */
  z.strictObject({
    kind: z.literal('set-turn-detection'),
    eotThreshold: z.number().optional(),
    eagerEotThreshold: z.number().optional(),
    eotTimeoutMs: z.number().optional(),
    silenceDurationMs: z.number().optional(),
    threshold: z.number().optional(),
    prefixPaddingMs: z.number().optional()
  }),
  /** Changes what is given; without `model` the voice stays. Deepgram: `UpdateSpeak` with the whole effective speak block. */
  z.strictObject({
    kind: z.literal('set-voice'),
    model: z.string().min(1).max(200).optional(),
    speed: z.number().optional(),
    expressivity: z.int().optional()
  }),
  /** A patch of the listen provider as the service writes it (deepgram.md section 4.1). Deepgram: `UpdateListen`. */
  z.strictObject({ kind: z.literal('configure-listen'), provider: JsonObject }),
  /** A whole think block, or a list of fallbacks, as the service writes it (section 4.2). Deepgram: `UpdateThink`. */
  z.strictObject({ kind: z.literal('configure-think'), think: z.union([JsonObject, z.array(JsonObject).min(1)]) }),
  /** A whole speak block, or a list of fallbacks, as the service writes it (section 4.3). Deepgram: `UpdateSpeak`. */
  z.strictObject({ kind: z.literal('configure-speak'), speak: z.union([JsonObject, z.array(JsonObject).min(1)]) }),
  /** All that was changed of the agent in this conversation is undone: a new connection with the profile as it is, and the conversation so far. */
  z.strictObject({ kind: z.literal('revert-changes') }),
  /** The user's turn is over now. Deepgram Flux: `ForceEndTurn`; else trailing silence. */
  z.strictObject({ kind: z.literal('end-turn') }),
  /** Answers one open tool call by its id; any text, JSON by convention. Deepgram: `FunctionCallResponse`. */
  z.strictObject({
    kind: z.literal('tool-result'),
    id: z.string().min(1).max(500),
    content: z.string().max(COMMAND_TEXT_LIMIT)
  }),
  /** Silences the reply being heard. Nothing goes on the wire (design.md section 4). */
  z.strictObject({ kind: z.literal('stop-speaking') })
])
export type Command = z.infer<typeof Command>
export type CommandKind = Command['kind']

/** How a command ended. `reason` is a sentence for a person; `unconfirmed`: no acknowledgement in time, the session goes on. */
export const CommandResult = z.discriminatedUnion('outcome', [
  z.strictObject({ outcome: z.literal('applied') }),
  z.strictObject({ outcome: z.literal('refused'), reason: z.string() }),
  z.strictObject({ outcome: z.literal('failed'), reason: z.string() }),
  z.strictObject({ outcome: z.literal('unconfirmed'), reason: z.string() })
])
export type CommandResult = z.infer<typeof CommandResult>

/**
 * How a service does a command: as one of its own messages (`note`: what a person should know of it), by other means (`how`), or not at all
 * (`why`); sentences for a person.
 */
export const Support = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('native'), note: z.string().optional() }),
  z.strictObject({ kind: z.literal('emulated'), how: z.string() }),
  z.strictObject({ kind: z.literal('unsupported'), why: z.string() })
])
export type Support = z.infer<typeof Support>

/** Variants of commands that a service may treat unlike the command itself; each is a key of the support table beside the kinds. */
export const SUPPORT_VARIANTS = [
  'user-text/after-speech',
  'user-text/no-response',
  'context/after-speech',
  'context/respond',
  'agent-speech/queue',
  'agent-speech/interrupt',
  'set-model/temperature',
  'set-turn-detection/eotThreshold',
  'set-turn-detection/eagerEotThreshold',
  'set-turn-detection/eotTimeoutMs',
  'set-turn-detection/silenceDurationMs',
  'set-turn-detection/threshold',
  'set-turn-detection/prefixPaddingMs',
  'configure-listen/keyterms'
] as const

/** Key of the support table: a command, or one of its variants. */
export type SupportKey = CommandKind | (typeof SUPPORT_VARIANTS)[number]
