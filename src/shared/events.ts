import { z } from 'zod'

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
  'settings-refused',
  'invalid-profile',
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
  z.strictObject({ phase: z.literal('reconnecting') }),
  z.strictObject({ phase: z.literal('ended'), reason: EndReason })
])
export type SessionState = z.infer<typeof SessionState>

/** One line of the conversation; a caption with a known `id` replaces the earlier one (a reply grows sentence by sentence). `parley` marks what Parley itself sent or says. `interrupted`: cut off before its end was heard. */
export const Caption = z.strictObject({
  id: z.string(),
  role: z.enum(['user', 'agent', 'parley']),
  text: z.string(),
  interrupted: z.boolean()
})
export type Caption = z.infer<typeof Caption>

/** Something a person should know while the session goes on. `code` is stable; `message` is a sentence. */
export const Notice = z.strictObject({
  level: z.enum(['info', 'warning', 'error']),
  code: z.string(),
  message: z.string()
})
export type Notice = z.infer<typeof Notice>

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
  /** The reply being heard was cut after `playedMs` of it had been played. */
  z.strictObject({ kind: z.literal('interrupted'), by: z.enum(['user', 'stop-speaking']), playedMs: z.number() }),
  /** The last sample of a reply was played; `playedMs` is all of it that was heard. */
  z.strictObject({ kind: z.literal('reply-played'), playedMs: z.number() }),
  /** The effective prompt's length in code points (rule P2); `limit` is null where the model has none (rule P3). */
  z.strictObject({ kind: z.literal('prompt'), codePoints: z.int(), limit: z.int().nullable() }),
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
