import { z } from 'zod'

/**
 * Wire schemas of the Napster Omniagent API: REST bodies, client commands and server events of a WebSocket session.
 * Source: napster.md and the vendor's page of client commands (rules N1 to N22). What a client sends is strict on our own
 * server, what a server sends is loose on our client.
 */

/** REST base where a profile names none. */
export const NAPSTER_BASE_URL = 'https://companion-api.napster.com'

/** PCM16 little-endian mono, base64, both ways (napster.md section 5). */
export const NAPSTER_SAMPLE_RATE_HZ = 16_000

/** What one `send_audio` holds. */
export const NAPSTER_BLOCK_MS = 100

/** A tool's answer that comes later is told to the model as a failure (napster.md section 6.4). */
export const NAPSTER_TOOL_DEADLINE_MS = 10_000

const Json = z.json()
const JsonObject = z.record(z.string(), Json)

/** `temperature` (rule N17). */
export const NapsterTemperature = z.number().min(0).max(1)

/** `turn_detection`: sensitivity, and two times in ms, all optional (rules N15, N18). */
export const NapsterTurnDetection = z.strictObject({
  threshold: z.number().min(0).max(1).optional(),
  prefix_padding_ms: z.number().min(0).max(5_000).optional(),
  silence_duration_ms: z.number().min(0).max(60_000).optional()
})
export type NapsterTurnDetection = z.infer<typeof NapsterTurnDetection>

/** An inline tool: `data` as at `POST /public/functions` (napster.md section 8; its item shape is a guess of the sheet). */
export const NapsterFunction = z.looseObject({
  data: z.looseObject({
    name: z.string().min(1).max(64),
    description: z.string().optional(),
    parameters: JsonObject.optional()
  }),
  flow: z.enum(['implicit', 'explicit']).optional()
})
export type NapsterFunction = z.infer<typeof NapsterFunction>

/** Every command of the page, and what the sheet adds (napster.md section 6). A command is one text frame `{type, data}` (rule N3). */
export const NapsterCommand = z.discriminatedUnion('type', [
  /** `data` is the current name of the field, `audio` the one of older pages. */
  z.strictObject({
    type: z.literal('send_audio'),
    data: z.union([z.strictObject({ data: z.string() }), z.strictObject({ audio: z.string() })])
  }),
  z.strictObject({
    type: z.literal('send_message'),
    data: z.strictObject({
      role: z.enum(['user', 'system']),
      text: z.string(),
      trigger_response: z.boolean(),
      delay: z.boolean().optional()
    })
  }),
  z.strictObject({
    type: z.literal('set_settings'),
    data: z.strictObject({
      instructions: z.string().optional(),
      temperature: NapsterTemperature.optional(),
      turn_detection: NapsterTurnDetection.optional(),
      functions: z.array(NapsterFunction).optional(),
      mcp: JsonObject.optional()
    })
  }),
  z.strictObject({
    type: z.literal('send_function_output'),
    data: z.strictObject({ call_id: z.string().min(1), output: Json, delay: z.boolean().optional() })
  }),
  /** Sent by one known client; nothing answers it. */
  z.strictObject({ type: z.literal('ping'), data: Json.optional() })
])
export type NapsterCommand = z.infer<typeof NapsterCommand>

/** What a connection is asked for with, and a profile says (napster.md section 3). */
const conversationFields = {
  modality: z.enum(['audio', 'text']).optional(),
  externalClientId: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,32}$/)
    .optional(),
  externalClientProfile: JsonObject.optional(),
  /** An instruction for how to open, not the words themselves. */
  initialSpeech: z.string().optional(),
  tags: z.record(z.string(), z.string()).optional(),
  /** Per-user OAuth tokens for the MCP servers of the agent (napster.md section 3): secrets, so `{{secret:NAME}}` in a profile. */
  mcp: z
    .looseObject({
      authorizations: z.array(z.looseObject({ mcpServerId: z.string().min(1), token: z.string().min(1) })).optional()
    })
    .optional()
}

/** `settings` of a profile with `"service": "napster"`. */
export const NapsterSettings = z.strictObject({ agentId: z.string().min(1).max(200), ...conversationFields })
export type NapsterSettings = z.infer<typeof NapsterSettings>

/** Body of `POST /public/agents/{agentId}/connections` as a server takes it (napster.md section 3). */
export const NapsterConnectionRequest = z.looseObject({
  channelType: z.enum(['websocket', 'webrtc']),
  ...conversationFields
})
export type NapsterConnectionRequest = z.infer<typeof NapsterConnectionRequest>

/** Answer of a connection request; `token` is base64 of {@link NapsterToken} as JSON. */
export const NapsterConnectionAnswer = z.looseObject({
  token: z.string().min(1),
  connection: z.looseObject({ id: z.string().min(1) })
})

/** `url` is opened as it is; `https` and `http` stand for `wss` and `ws`. */
export const NapsterToken = z.looseObject({ url: z.string().min(1), expiresAt: z.unknown().optional() })
export type NapsterToken = z.infer<typeof NapsterToken>
