import { z } from 'zod'
import {
  NAPSTER_SAMPLE_RATE_HZ,
  type NapsterFunction,
  NapsterTemperature,
  NapsterTurnDetection
} from '../../shared/protocol/napster.ts'
import { attempt } from '../settings-refusal.ts'
import type { AgentConfig } from '../settings.ts'
import { readListen } from '../settings-listen.ts'
import type { HistoryMessage, ThinkItem } from '../settings-schema.ts'
import { readSpeak } from '../settings-speak.ts'
import { readThink } from '../settings-think.ts'
import { DEFAULT_LISTEN, type ListenOptions } from '../speech/contract.ts'
import { RestError } from './errors.ts'
import type { AbortCode } from './events.ts'

/**
 * `providerSettings` of an agent (napster.md section 9). `endpoint` and `model` are the built-in agent's own: a model behind an
 * OpenAI-compatible server, as a think block of the other door has it.
 */
export const ProviderSettings = z.looseObject({
  instructions: z.string().optional(),
  temperature: NapsterTemperature.optional(),
  turnDetection: NapsterTurnDetection.optional(),
  endpoint: z.strictObject({ url: z.string(), headers: z.record(z.string(), z.string()).optional() }).optional(),
  model: z.string().min(1).max(200).optional()
})
export type ProviderSettings = z.infer<typeof ProviderSettings>

/** What a Napster session can be made of and what `set_settings` changes of it. */
export interface Tuning {
  readonly settings: ProviderSettings
  readonly functions: readonly NapsterFunction[]
}

/** Longest instructions, in code points; as of the other door (rule P2), and for a model of one's own. */
const MAX_INSTRUCTIONS = 25_000
const MAX_INSTRUCTIONS_OF_OWN_MODEL = 1_000_000

/** Voices that the service is known to have (napster.md section 9); the built-in voice stands in for all of them. */
const KNOWN_VOICES = ['alloy', 'ash', 'ballad', 'coral', 'echo', 'sage', 'shimmer', 'verse', 'marin', 'cedar']

/** What the provider does not take once the socket is open (napster.md section 7.5); undefined where it takes all. */
export function whyAborted(
  settings: ProviderSettings,
  voiceId: string | undefined
): { readonly code: AbortCode; readonly message: string } | undefined {
  if (voiceId !== undefined && !KNOWN_VOICES.includes(voiceId) && !voiceId.startsWith('flite-')) {
    return { code: 'invalid_voice', message: `The provider has no voice ${JSON.stringify(voiceId.slice(0, 80))}.` }
  }
  const message = whyTooLong(settings)
  return message === undefined ? undefined : { code: 'instructions_too_long', message }
}

/** Why instructions are refused; undefined where they are not. */
export function whyTooLong({ instructions = '', endpoint }: ProviderSettings): string | undefined {
  const most = endpoint === undefined ? MAX_INSTRUCTIONS : MAX_INSTRUCTIONS_OF_OWN_MODEL
  const isTooLong = instructions.length > most && Array.from(instructions).length > most
  return isTooLong ? `The instructions are longer than ${most} characters.` : undefined
}

/** The think block that says the same. Throws {@link RestError} where it makes no sense. */
export function thinkOf({ settings, functions }: Tuning): ThinkItem[] {
  const explicit = functions.find(({ flow }) => flow === 'explicit')
  if (explicit !== undefined) {
    const name = JSON.stringify(explicit.data.name)
    throw new RestError(
      400,
      'UnsupportedFunctionFlow',
      `The function ${name} has flow "explicit"; the built-in agent has "implicit" ones only, which the client answers.`
    )
  }
  const { instructions = '', temperature, endpoint, model = 'built-in' } = settings
  const think = {
    provider: { type: 'open_ai', model, ...(temperature === undefined ? {} : { temperature }) },
    prompt: instructions,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(functions.length === 0
      ? {}
      : {
          functions: functions.map(({ data: { name, description, parameters } }) => ({
            name,
            ...(description === undefined ? {} : { description }),
            ...(parameters === undefined ? {} : { parameters })
          }))
        })
  }
  const read = attempt(() => readThink(think, ['providerSettings']))
  if (!read.ok) throw new RestError(400, 'InvalidRequest', read.refusal.description)
  return read.value
}

/** What the ears are told; what is not given stays with the ears' own. */
export function listenOf({ turnDetection = {} }: ProviderSettings): ListenOptions {
  const { threshold, prefix_padding_ms: prefixPaddingMs, silence_duration_ms: silenceMs } = turnDetection
  return {
    ...DEFAULT_LISTEN,
    ...(threshold === undefined ? {} : { threshold }),
    ...(prefixPaddingMs === undefined ? {} : { prefixPaddingMs }),
    ...(silenceMs === undefined ? {} : { silenceMs })
  }
}

/** What the conversation is made of. `context`: what is known before it begins. */
export function configOf(tuning: Tuning, voiceId: string | undefined, context: readonly HistoryMessage[]): AgentConfig {
  const format = { encoding: 'linear16', sampleRateHz: NAPSTER_SAMPLE_RATE_HZ } as const
  return {
    audio: { input: format, output: { ...format, container: 'none' } },
    listen: readListen(undefined),
    think: thinkOf(tuning),
    speak: readSpeak({ provider: { type: 'deepgram', model: voiceId ?? 'built-in' } }, ['voiceId']),
    greeting: '',
    context,
    history: false,
    experimental: false
  }
}
