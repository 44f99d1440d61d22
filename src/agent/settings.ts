import type { z } from 'zod'
import { assertNever } from '../shared/assert-never.ts'
import { LINEAR16_SAMPLE_RATES_HZ } from '../shared/audio/format.ts'
import { DEFAULT_INPUT, DEFAULT_OUTPUT, type ErrorCode, type Settings } from '../shared/protocol/deepgram.ts'
import { describeIssue } from './issue-text.ts'
import { AgentBlock, HistoryMessage, ListenV1, ListenV2, SpeakItem, ThinkItem } from './settings-schema.ts'

/** What the built-in agent takes from a valid `Settings`. */
export interface AgentConfig {
  inputSampleRateHz: number
  outputSampleRateHz: number
  /** `wav` puts one RIFF header in front of each reply's audio. */
  outputContainer: 'none' | 'wav'
  prompt: string
  /** True with `think.endpoint`: the caller's own model has no prompt limit (rule P3). */
  ownModel: boolean
  /** Model or voice name of the first speak entry; '' for the default voice. */
  voice: string
  /** '' when there is none. */
  greeting: string
  context: readonly HistoryMessage[]
  /** `flags.history`: report every message of the conversation as `History` too. */
  history: boolean
}

/** Why a `Settings` ends the session, with a sentence for a person. */
export interface SettingsRefusal {
  code: Extract<ErrorCode, 'UNPARSABLE_CLIENT_MESSAGE' | 'INVALID_SETTINGS' | 'AGENT_ID_NOT_SUPPORTED'>
  description: string
}

/** The outcome of reading `Settings`. */
export type SettingsResult = { ok: true; config: AgentConfig } | { ok: false; refusal: SettingsRefusal }

class Refused extends Error {
  readonly refusal: SettingsRefusal
  constructor(code: SettingsRefusal['code'], description: string) {
    super(description)
    this.refusal = { code, description }
  }
}

/** Checks the parts of `Settings` that the shared schema leaves open and takes what the built-in agent uses. */
export function readSettings(settings: Settings): SettingsResult {
  try {
    return { ok: true, config: { ...readAudio(settings), ...readAgent(settings), history: historyFlag(settings) } }
  } catch (error) {
    if (error instanceof Refused) return { ok: false, refusal: error.refusal }
    throw error
  }
}

function historyFlag(settings: Settings): boolean {
  return settings.flags?.history ?? true
}

function readAudio(
  settings: Settings
): Pick<AgentConfig, 'inputSampleRateHz' | 'outputSampleRateHz' | 'outputContainer'> {
  const input = settings.audio.input ?? DEFAULT_INPUT
  const output = settings.audio.output ?? {}
  const outputRate = output.sample_rate ?? DEFAULT_OUTPUT.sample_rate
  const container = output.container ?? DEFAULT_OUTPUT.container
  requireLinear16('audio.input.encoding', input.encoding)
  requireRate('audio.input.sample_rate', input.sample_rate)
  requireLinear16('audio.output.encoding', output.encoding ?? DEFAULT_OUTPUT.encoding)
  requireRate('audio.output.sample_rate', outputRate)
  if (container !== 'none' && container !== 'wav') {
    throw invalid(`audio.output.container is ${quote(container)}; the built-in agent sends "none" or "wav".`)
  }
  return { inputSampleRateHz: input.sample_rate, outputSampleRateHz: outputRate, outputContainer: container }
}

function requireLinear16(path: string, encoding: string): void {
  if (encoding === 'linear16') return
  throw invalid(`${path} is ${quote(encoding)}; the built-in agent speaks and hears "linear16" only.`)
}

function requireRate(path: string, rate: number): void {
  if (LINEAR16_SAMPLE_RATES_HZ.some((known) => known === rate)) return
  throw invalid(`${path} is ${rate}; use one of ${LINEAR16_SAMPLE_RATES_HZ.join(', ')} Hz.`)
}

function readAgent(settings: Settings): Pick<AgentConfig, 'prompt' | 'ownModel' | 'voice' | 'greeting' | 'context'> {
  if (typeof settings.agent === 'string') {
    throw new Refused(
      'AGENT_ID_NOT_SUPPORTED',
      'The built-in agent keeps no reusable agents; send the agent block itself instead of an id.'
    )
  }
  const block = parse(AgentBlock, settings.agent, ['agent'])
  if (block.listen !== undefined) checkListen(block.listen.provider)
  const think = items(block.think).map(({ value, path }) => parse(ThinkItem, value, ['agent', 'think', ...path]))
  for (const item of think) checkThink(item)
  const speak = items(block.speak).map(({ value, path }) => parse(SpeakItem, value, ['agent', 'speak', ...path]))
  for (const item of speak) checkSpeak(item)
  const context = (block.context?.messages ?? []).map((value, index) =>
    parse(HistoryMessage, value, ['agent', 'context', 'messages', index])
  )
  return {
    prompt: think[0]?.prompt ?? '',
    ownModel: think[0]?.endpoint !== undefined,
    voice: voiceName(speak[0]),
    greeting: block.greeting ?? '',
    context
  }
}

/** An object or a list of fallbacks, as a list with the path of each entry. */
function items(value: unknown): { value: unknown; path: number[] }[] {
  if (value === undefined) return []
  return Array.isArray(value)
    ? value.map((entry: unknown, index) => ({ value: entry, path: [index] }))
    : [{ value, path: [] }]
}

function checkListen(provider: unknown): void {
  const path = ['agent', 'listen', 'provider']
  if (typeof provider === 'object' && provider !== null && 'version' in provider && provider.version === 'v2') {
    const flux = parse(ListenV2, provider, path)
    inRange('agent.listen.provider.eot_threshold', flux.eot_threshold, 0.5, 1)
    inRange('agent.listen.provider.eager_eot_threshold', flux.eager_eot_threshold, 0.3, 0.9)
    inRange('agent.listen.provider.eot_timeout_ms', flux.eot_timeout_ms, 500, 60_000)
    return
  }
  const nova = parse(ListenV1, provider, path)
  if (nova.model?.startsWith('flux') === true) {
    throw invalid(`agent.listen.provider.model ${quote(nova.model)} needs "version": "v2".`)
  }
}

function checkThink(item: ThinkItem): void {
  const most = item.provider.type === 'anthropic' ? 1 : 2
  inRange('agent.think.provider.temperature', item.provider.temperature, 0, most)
}

function checkSpeak(item: SpeakItem): void {
  if (item.provider.type !== 'deepgram') return
  inRange('agent.speak.provider.speed', item.provider.speed, 0.5, 1.5)
  inRange('agent.speak.provider.expressivity', item.provider.expressivity, -2, 2)
}

function voiceName(item: SpeakItem | undefined): string {
  if (item === undefined) return ''
  switch (item.provider.type) {
    case 'deepgram':
      return item.provider.model
    case 'cartesia':
      return item.provider.voice.id
    case 'eleven_labs':
      return item.provider.model_id
    case 'open_ai':
    case 'aws_polly':
      return item.provider.voice
    default:
      return assertNever(item.provider)
  }
}

function inRange(path: string, value: number | undefined, least: number, most: number): void {
  if (value === undefined || (value >= least && value <= most)) return
  throw invalid(`${path} is ${value}; it must be between ${least} and ${most}.`)
}

function parse<T>(schema: z.ZodType<T>, value: unknown, path: readonly PropertyKey[]): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw new Refused('UNPARSABLE_CLIENT_MESSAGE', describeIssue(result.error, path))
}

function invalid(description: string): Refused {
  return new Refused('INVALID_SETTINGS', description)
}

function quote(value: string): string {
  return JSON.stringify(value.slice(0, 80))
}
