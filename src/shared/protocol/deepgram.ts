import { z } from 'zod'

/**
 * Wire schemas of the Deepgram Voice Agent API v1 (text frames; audio is raw binary).
 * Source: deepgram.md sections 3 to 5 and the vendor's pages. Objects the client sends are strict on our own server,
 * objects the server sends are loose on our client: an unknown field or message never breaks a session.
 */

/** Path every Voice Agent server answers on. */
export const DEEPGRAM_AGENT_PATH = '/v1/agent/converse'

export { PROMPT_LIMIT_CODE_POINTS } from '../limits.ts'

/** `audio.input` when Settings omits it (deepgram.md section 4: SPEC default). */
export const DEFAULT_INPUT = { encoding: 'linear16', sample_rate: 24_000 } as const

/** `audio.output` when Settings omits it. */
export const DEFAULT_OUTPUT = { encoding: 'linear16', sample_rate: 24_000, container: 'none' } as const

const Json = z.json()
const JsonObject = z.record(z.string(), Json)

/** `Settings` as a client may send it. Parts the built-in agent does not use keep their JSON as it came. */
export const Settings = z.looseObject({
  type: z.literal('Settings'),
  tags: z.array(z.string()).optional(),
  experimental: z.boolean().optional(),
  flags: z.looseObject({ history: z.boolean().optional() }).optional(),
  mip_opt_out: z.boolean().optional(),
  audio: z.looseObject({
    input: z.looseObject({ encoding: z.string(), sample_rate: z.int().positive() }).optional(),
    output: z
      .looseObject({
        encoding: z.string().optional(),
        sample_rate: z.int().positive().optional(),
        bitrate: z.int().positive().optional(),
        container: z.string().optional()
      })
      .optional()
  }),
  agent: z.union([
    z.string().min(1),
    z.looseObject({
      language: z.string().optional(),
      context: z.looseObject({ messages: z.array(JsonObject).optional() }).optional(),
      listen: z.looseObject({ provider: JsonObject }).optional(),
      think: z.union([JsonObject, z.array(JsonObject)]).optional(),
      speak: z.union([JsonObject, z.array(JsonObject)]).optional(),
      greeting: z.string().optional()
    })
  ])
})
export type Settings = z.infer<typeof Settings>

export const KeepAlive = z.strictObject({ type: z.literal('KeepAlive') })
export const InjectUserMessage = z.strictObject({ type: z.literal('InjectUserMessage'), content: z.string() })

/** How an injected statement meets a turn in progress (rules I2 to I7; `interrupt`: deepgram.md section 7.3). */
export const InjectBehavior = z.enum(['default', 'queue', 'interrupt'])
export type InjectBehavior = z.infer<typeof InjectBehavior>

export const InjectAgentMessage = z.strictObject({
  type: z.literal('InjectAgentMessage'),
  message: z.string(),
  behavior: InjectBehavior.optional()
})
export const UpdatePrompt = z.strictObject({ type: z.literal('UpdatePrompt'), prompt: z.string() })
/** Partial patch of the listen provider; `language_hints` are cleared when omitted. */
export const UpdateListen = z.strictObject({
  type: z.literal('UpdateListen'),
  listen: z.strictObject({ provider: JsonObject })
})
/** Replaces the whole think block; the history is kept. */
export const UpdateThink = z.strictObject({
  type: z.literal('UpdateThink'),
  think: z.union([JsonObject, z.array(JsonObject)])
})
/** Replaces the speak block. */
export const UpdateSpeak = z.strictObject({
  type: z.literal('UpdateSpeak'),
  speak: z.union([JsonObject, z.array(JsonObject)])
})
/** The answer to one call with `client_side: true`; `content` is any text, JSON by convention. */
export const FunctionCallResponse = z.strictObject({
  type: z.literal('FunctionCallResponse'),
  id: z.string(),
  name: z.string(),
  content: z.string()
})
/** Ends the user's turn now; Flux (`version: "v2"`) only. */
export const ForceEndTurn = z.strictObject({ type: z.literal('ForceEndTurn') })

/** Every text message a client may send (deepgram.md section 3). */
export const ClientMessage = z.discriminatedUnion('type', [
  Settings,
  KeepAlive,
  InjectUserMessage,
  InjectAgentMessage,
  UpdatePrompt,
  UpdateListen,
  UpdateThink,
  UpdateSpeak,
  FunctionCallResponse,
  ForceEndTurn
])
export type ClientMessage = z.infer<typeof ClientMessage>

/** Codes of `Error`; the socket closes right after one (deepgram.md section 5.1). */
export const ErrorCode = z.enum([
  'INTERNAL_SERVER_ERROR',
  'CLIENT_MESSAGE_TIMEOUT',
  'UNPARSABLE_CLIENT_MESSAGE',
  'NON_SETTINGS_MESSAGE_BEFORE_SETTINGS',
  'SETTINGS_ALREADY_APPLIED',
  'INVALID_SETTINGS',
  'FAILED_TO_START_LISTENING',
  'ASR_CONNECTION_CLOSED',
  'ASR_DRIVER_TIMEOUT',
  'USER_AUDIO_FORMAT',
  'FAILED_TO_SPEAK',
  'FAILED_TO_THINK',
  'SERVER_GOING_AWAY',
  'NON_EXISTENT_FUNCTION_CALLED',
  'AGENT_ID_NOT_SUPPORTED',
  'INVALID_AGENT_ID',
  'MAXIMUM_SESSION_LENGTH_REACHED'
])
export type ErrorCode = z.infer<typeof ErrorCode>

/** Codes of `Warning`; the session goes on (deepgram.md section 5.2; `TRANSCRIBER_FAILED` is the built-in agent's own). */
export const WarningCode = z.enum([
  'INJECT_AGENT_MESSAGE_DURING_USER_SPEECH',
  'INJECT_AGENT_MESSAGE_DURING_AGENT_SPEECH',
  'PROMPT_TOO_LONG',
  'THINK_REQUEST_FAILED',
  'SPEAK_REQUEST_FAILED',
  'FUNCTION_CALL_FAILED',
  'SLOW_THINK_REQUEST',
  'SLOW_SPEAK_REQUEST',
  'FORCE_END_TURN_UNSUPPORTED',
  'GPT_4O_STREAM_END_ERROR',
  'MAXIMUM_SESSION_LENGTH_APPROACHING',
  'TRANSCRIBER_FAILED'
])
export type WarningCode = z.infer<typeof WarningCode>

const CalledFunction = z.looseObject({
  id: z.string(),
  name: z.string(),
  /** JSON text; an object is tolerated. */
  arguments: z.unknown(),
  /** A call without it would be answered by nobody, and the turn would hang: it is taken for the client's. */
  client_side: z.boolean().nullish(),
  thought_signature: z.string().optional()
})

/** Every text message the server may send that Parley acts on; others are reported as unknown and ignored. */
export const ServerMessage = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('Welcome'), request_id: z.string() }),
  z.looseObject({ type: z.literal('SettingsApplied') }),
  z.looseObject({
    type: z.literal('ConversationText'),
    role: z.enum(['user', 'assistant']),
    content: z.string()
  }),
  z.looseObject({ type: z.literal('UserStartedSpeaking') }),
  z.looseObject({ type: z.literal('EndOfTurn') }),
  z.looseObject({ type: z.literal('AgentThinking'), content: z.string().optional() }),
  z.looseObject({
    type: z.literal('AgentStartedSpeaking'),
    total_latency: z.number().optional(),
    tts_latency: z.number().optional(),
    ttt_latency: z.number().optional()
  }),
  z.looseObject({ type: z.literal('AgentAudioDone') }),
  z.looseObject({ type: z.literal('FunctionCallRequest'), functions: z.array(CalledFunction) }),
  z.looseObject({
    type: z.literal('FunctionCallCancelled'),
    functions: z.array(z.looseObject({ id: z.string(), name: z.string() }))
  }),
  /** Result of a service-side call, or the echo of a client's own answer. */
  z.looseObject({
    type: z.literal('FunctionCallResponse'),
    id: z.string().optional(),
    name: z.string(),
    content: z.string()
  }),
  /** Seconds; one or more keys per message. */
  z.looseObject({
    type: z.literal('LatencyReport'),
    stt_latency: z.number().optional(),
    ttt_token_latency: z.number().optional(),
    ttt_text_latency: z.number().optional(),
    ttt_tool_latency: z.number().optional(),
    ttt_thinking_latency: z.number().optional(),
    tts_latency: z.number().optional(),
    total_latency: z.number().optional()
  }),
  /** Something said, or tool calls that were made; kept as it came, for a reconnect. */
  z.looseObject({
    type: z.literal('History'),
    role: z.string().optional(),
    content: z.string().optional(),
    function_calls: z.array(JsonObject).optional()
  }),
  z.looseObject({ type: z.literal('ListenUpdated') }),
  z.looseObject({ type: z.literal('ThinkUpdated') }),
  z.looseObject({ type: z.literal('SpeakUpdated') }),
  z.looseObject({ type: z.literal('PromptUpdated') }),
  z.looseObject({ type: z.literal('InjectionRefused'), message: z.string().optional() }),
  z.looseObject({ type: z.literal('Error'), code: z.string(), description: z.string().optional() }),
  z.looseObject({ type: z.literal('Warning'), code: z.string(), description: z.string().optional() })
])
export type ServerMessage = z.infer<typeof ServerMessage>
