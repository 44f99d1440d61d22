import { z } from 'zod'

/**
 * What may stand inside `agent` of `Settings` (deepgram.md section 4). Objects are strict: the service refuses a
 * field it does not know inside agent, listen, think, speak and functions, and so does the built-in agent. Values are
 * checked for their type only; whether they make sense is decided in
 * `settings-listen.ts`, `settings-think.ts` and `settings-speak.ts`.
 */

const JsonObject = z.record(z.string(), z.json())
const Endpoint = z.strictObject({
  url: z.string().optional(),
  method: z.string().optional(),
  headers: z.record(z.string(), z.string()).optional()
})
const Credentials = z.strictObject({
  type: z.string(),
  region: z.string().optional(),
  access_key_id: z.string().optional(),
  secret_access_key: z.string().optional(),
  session_token: z.string().optional()
})

/** `agent.listen.provider` of the v1 models (Nova). */
export const ListenV1 = z.strictObject({
  type: z.literal('deepgram'),
  version: z.literal('v1').optional(),
  model: z.string().optional(),
  language: z.string().optional(),
  language_hints: z.array(z.string()).optional(),
  keyterms: z.array(z.string()).optional(),
  smart_format: z.boolean().optional()
})
export type ListenV1 = z.infer<typeof ListenV1>

/** `agent.listen.provider` of the v2 models (Flux). */
export const ListenV2 = z.strictObject({
  type: z.literal('deepgram'),
  version: z.literal('v2'),
  model: z.string(),
  language_hint: z.union([z.string(), z.array(z.string())]).optional(),
  language_hints: z.array(z.string()).optional(),
  keyterms: z.array(z.string()).optional(),
  eot_threshold: z.number().optional(),
  eager_eot_threshold: z.number().optional(),
  eot_timeout_ms: z.number().optional()
})
export type ListenV2 = z.infer<typeof ListenV2>

/** One entry of `functions`; with an endpoint the agent calls it, without one the client does. */
export const ThinkFunction = z.strictObject({
  name: z.string(),
  description: z.string().optional(),
  parameters: JsonObject.optional(),
  endpoint: Endpoint.optional(),
  defer_until_eot: z.boolean().optional()
})

export type ThinkFunction = z.infer<typeof ThinkFunction>

/** One entry of `agent.think`. */
export const ThinkItem = z.strictObject({
  provider: z.strictObject({
    type: z.string(),
    model: z.string(),
    temperature: z.number().optional(),
    reasoning_mode: z.string().optional(),
    version: z.string().optional(),
    credentials: Credentials.optional()
  }),
  endpoint: Endpoint.optional(),
  functions: z.array(ThinkFunction).optional(),
  prompt: z.string().optional(),
  context_length: z.union([z.literal('max'), z.number()]).optional()
})
export type ThinkItem = z.infer<typeof ThinkItem>

const DeepgramSpeak = z.strictObject({
  type: z.literal('deepgram'),
  version: z.string().optional(),
  model: z.string(),
  speed: z.number().optional(),
  expressivity: z.number().optional()
})
const ElevenLabsSpeak = z.strictObject({
  type: z.literal('eleven_labs'),
  version: z.string().optional(),
  model_id: z.string(),
  language: z.string().optional(),
  language_code: z.string().optional()
})
const CartesiaSpeak = z.strictObject({
  type: z.literal('cartesia'),
  version: z.string().optional(),
  model_id: z.string(),
  voice: z.strictObject({ mode: z.string(), id: z.string() }),
  language: z.string().optional(),
  volume: z.number().optional(),
  speed: z.number().optional()
})
const OpenAiSpeak = z.strictObject({
  type: z.literal('open_ai'),
  version: z.string().optional(),
  model: z.string(),
  voice: z.string()
})
const PollySpeak = z.strictObject({
  type: z.literal('aws_polly'),
  voice: z.string(),
  language: z.string().optional(),
  language_code: z.string().optional(),
  engine: z.string(),
  credentials: Credentials
})

/** One entry of `agent.speak`. */
export const SpeakItem = z.strictObject({
  provider: z.discriminatedUnion('type', [DeepgramSpeak, ElevenLabsSpeak, CartesiaSpeak, OpenAiSpeak, PollySpeak]),
  endpoint: Endpoint.optional()
})
export type SpeakItem = z.infer<typeof SpeakItem>

/** One entry of `agent.context.messages`: something said, or tool calls that were made. */
export const HistoryMessage = z.union([
  z.looseObject({ type: z.literal('History'), role: z.string(), content: z.string() }),
  z.looseObject({
    type: z.literal('History'),
    function_calls: z.array(
      z.looseObject({
        id: z.string(),
        name: z.string(),
        client_side: z.boolean().optional(),
        arguments: z.string(),
        response: z.string(),
        thought_signature: z.string().optional()
      })
    )
  })
])
export type HistoryMessage = z.infer<typeof HistoryMessage>

/** The outer block; its parts are checked one by one so that an error names the part. */
export const AgentBlock = z.strictObject({
  language: z.string().optional(),
  context: z.strictObject({ messages: z.array(z.unknown()).optional() }).optional(),
  listen: z.strictObject({ provider: z.unknown() }).optional(),
  think: z.unknown().optional(),
  speak: z.unknown().optional(),
  greeting: z.string().optional()
})
