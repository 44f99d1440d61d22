import { z } from 'zod'
import { Support } from './commands.ts'

/** Who is doing what in a live session. "agentSpeaking" ends when the last sample has been played (design.md section 5). */
export const Activity = z.enum(['listening', 'userSpeaking', 'thinking', 'agentSpeaking'])
export type Activity = z.infer<typeof Activity>

/** Why a session ended or could not start; closed set, the UI has a text and an action for each. */
export const EndCode = z.enum([
  'hung-up',
  'service-closed',
  'service-error',
  'unreachable',
  'timeout',
  'unauthorized',
  'forbidden',
  'not-found',
  'rate-limited',
  /** The service ended the session because nobody said anything. */
  'idle',
  /** The account has nothing left to pay with. */
  'no-credits',
  'settings-refused',
  'invalid-profile',
  /** The profile came from elsewhere, and nobody has allowed yet what it would enable. */
  'not-allowed',
  'missing-secret',
  'internal'
])
export type EndCode = z.infer<typeof EndCode>

/** `serviceCode` is the service's own error code where it sent one; `message` is a sentence for a person and holds no secret. */
export const EndReason = z.strictObject({
  code: EndCode,
  message: z.string(),
  serviceCode: z.string().optional()
})
export type EndReason = z.infer<typeof EndReason>

/** The session's state as every host sees it; the session itself keeps its resources inside its own variants. */
export const SessionState = z.discriminatedUnion('phase', [
  z.strictObject({ phase: z.literal('idle') }),
  z.strictObject({ phase: z.literal('connecting') }),
  z.strictObject({ phase: z.literal('handshaking') }),
  z.strictObject({ phase: z.literal('configuring') }),
  z.strictObject({ phase: z.literal('live'), activity: Activity }),
  /**
   * The connection broke and is being made again (design.md section 5). `attempt` counts from 1; `retryInMs` is null while one is under way.
   * `canRetryNow` is false while the service has asked to wait longer (`Retry-After`): trying at once is refused until then.
   */
  z.strictObject({
    phase: z.literal('reconnecting'),
    attempt: z.int().positive(),
    retryInMs: z.number().nullable(),
    canRetryNow: z.boolean(),
    reason: EndReason
  }),
  z.strictObject({ phase: z.literal('ended'), reason: EndReason })
])
export type SessionState = z.infer<typeof SessionState>

/** One line of the conversation; a caption with a known `id` replaces the earlier one (a reply grows sentence by sentence). `parley` marks what Parley itself sent or says. `interrupted`: cut off before its end was heard. `before`: a new caption stands before the one with this id, where that is known: the user's words may come after the answer to them has begun. */
export const Caption = z.strictObject({
  id: z.string(),
  role: z.enum(['user', 'agent', 'parley']),
  text: z.string(),
  interrupted: z.boolean(),
  before: z.string().optional()
})
export type Caption = z.infer<typeof Caption>

/** Something a person should know while the session goes on. `code` is stable; `message` is a sentence. */
export const Notice = z.strictObject({
  level: z.enum(['info', 'warning', 'error']),
  code: z.string(),
  message: z.string()
})
export type Notice = z.infer<typeof Notice>

/**
 * One tool call. `where`: who runs it; `client` calls are answered by Parley (a tool, a person, or a time-out), `service` ones are only shown.
 * `content` is the answer once there is one.
 */
export const ToolCall = z.strictObject({
  id: z.string(),
  name: z.string(),
  arguments: z.string(),
  where: z.enum(['client', 'service']),
  status: z.enum(['running', 'waiting-for-person', 'answered', 'failed', 'cancelled']),
  content: z.string().optional()
})
export type ToolCall = z.infer<typeof ToolCall>

/**
 * One turn's latency, in milliseconds, side by side. `client`: Parley's own legs. `speechEndMs` to the others: from the end of speech (key release, or
 * the last block louder than silence) to the last speech block sent, to the first byte of the reply, to the first sample played.
 * `service`: the service's own report, merged over its messages; absent where it told nothing.
 */
export const TurnLatency = z.strictObject({
  turn: z.int().positive(),
  client: z.strictObject({
    lastBlockSentMs: z.number().optional(),
    firstByteMs: z.number().optional(),
    firstSampleMs: z.number().optional()
  }),
  service: z.strictObject({
    sttMs: z.number().optional(),
    tttTokenMs: z.number().optional(),
    tttTextMs: z.number().optional(),
    tttToolMs: z.number().optional(),
    tttThinkingMs: z.number().optional(),
    ttsMs: z.number().optional(),
    totalMs: z.number().optional()
  })
})
export type TurnLatency = z.infer<typeof TurnLatency>

/** Which commands the session's service can do, by command kind. */
export const SupportTable = z.record(z.string(), Support)
export type SupportTable = z.infer<typeof SupportTable>

/** What the session reports, service-neutral. Times are left to whoever writes events down. */
export const SessionEvent = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('state'), state: SessionState }),
  z.strictObject({ kind: z.literal('caption'), caption: Caption }),
  z.strictObject({ kind: z.literal('notice'), notice: Notice }),
  z.strictObject({
    kind: z.literal('command'),
    command: z.string(),
    outcome: z.string(),
    reason: z.string().optional()
  }),
  /**
   * The reply being heard was cut after `playedMs` of it had been played. `heard`: that share (0 to 1) of the audio that had come, and the
   * text up to there, which is an estimate: services tell no positions. Absent where the reply had no text.
   */
  z.strictObject({
    kind: z.literal('interrupted'),
    by: z.enum(['user', 'stop-speaking']),
    playedMs: z.number(),
    heard: z.strictObject({ share: z.number().min(0).max(1), text: z.string() }).optional()
  }),
  /** The last sample of a reply was played; `playedMs` is all of it that was heard. */
  z.strictObject({ kind: z.literal('reply-played'), playedMs: z.number() }),
  /** The effective prompt's length in code points (rule P2); `limit` is null where the model has none (rule P3). */
  z.strictObject({ kind: z.literal('prompt'), codePoints: z.int(), limit: z.int().nullable() }),
  /** A tool call began or changed; a call with a known `id` replaces the earlier one. */
  z.strictObject({ kind: z.literal('tool-call'), call: ToolCall }),
  /** A turn's latency as far as it is known; a known `turn` replaces the earlier one. */
  z.strictObject({ kind: z.literal('latency'), latency: TurnLatency }),
  /**
   * The session is live again after a drop that lasted `tookMs` from its notice to SettingsApplied. `answerLost`: the user had the last word
   * before the drop, and no audio of an answer had come; the agent knows the words, and will not answer them by itself.
   */
  z.strictObject({
    kind: z.literal('reconnected'),
    attempt: z.int().positive(),
    tookMs: z.number(),
    answerLost: z.boolean()
  }),
  /** What differs from the profile since the conversation began, in words of a person (`the prompt`, `the temperature`); empty: nothing. */
  z.strictObject({ kind: z.literal('changes'), changes: z.array(z.string()) }),
  /** What the service can do, told when a session is live. */
  z.strictObject({ kind: z.literal('support'), support: SupportTable }),
  /** Push-to-talk or open microphone opened or closed the microphone gate. */
  z.strictObject({ kind: z.literal('talk'), open: z.boolean() }),
  /** Audio dropped because a bounded queue was full, since the session began. */
  z.strictObject({
    kind: z.literal('audio-dropped'),
    where: z.enum(['capture', 'before-live', 'playback']),
    ms: z.number()
  })
])
export type SessionEvent = z.infer<typeof SessionEvent>
