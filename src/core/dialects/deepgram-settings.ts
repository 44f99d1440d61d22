import { LINEAR16_SAMPLE_RATES_HZ } from '../../shared/audio/format.ts'
import type { AgentProfile } from '../../shared/profile.ts'
import { DEFAULT_INPUT, DEFAULT_OUTPUT, Settings } from '../../shared/protocol/deepgram.ts'
import { ProfileError } from '../profiles/profile-error.ts'
import { eachString, hasBrokenPlaceholder, type Json } from '../secrets/placeholders.ts'
import type { WireMessage } from './dialect.ts'

/** A rate that Flux voices may have beside those of linear16 in general (deepgram.md section 4.3). */
const OUTPUT_SAMPLE_RATES_HZ: readonly number[] = [...LINEAR16_SAMPLE_RATES_HZ, 32_000]
const INPUT_SAMPLE_RATES_HZ: readonly number[] = LINEAR16_SAMPLE_RATES_HZ

/** Settings ready to be sent (placeholders unresolved) and the audio formats they declare. */
export interface SettingsPlan {
  message: WireMessage
  inputSampleRateHz: number
  outputSampleRateHz: number
  outputIsWav: boolean
}

type JsonObject = { [key: string]: Json }

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function objectAt(parent: JsonObject, key: string, path: string): JsonObject | undefined {
  const value = parent[key]
  if (value === undefined || isObject(value)) return value
  throw new ProfileError(`${path} is not an object. Write it as { ... } or leave it out.`)
}

function checkFormat(format: JsonObject, path: string, ratesHz: readonly number[]): number {
  const { encoding, sample_rate: sampleRateHz } = format
  if (encoding !== 'linear16') {
    const found = typeof encoding === 'string' && encoding.length <= 20 ? ` "${encoding}"` : ' this value'
    throw new ProfileError(`${path}.encoding: Parley cannot use${found} yet. Write "linear16".`)
  }
  if (typeof sampleRateHz !== 'number' || !ratesHz.includes(sampleRateHz)) {
    throw new ProfileError(`${path}.sample_rate is not one that Parley can use. Write one of ${ratesHz.join(', ')}.`)
  }
  return sampleRateHz
}

/** Only what is required and absent is filled in; what is there is never changed. */
function fillAudio(audio: JsonObject): { input: JsonObject; output: JsonObject } {
  const input = { ...DEFAULT_INPUT, ...objectAt(audio, 'input', 'settings.audio.input') }
  const given = objectAt(audio, 'output', 'settings.audio.output')
  const { encoding, sample_rate } = DEFAULT_OUTPUT
  return { input, output: given === undefined ? { ...DEFAULT_OUTPUT } : { encoding, sample_rate, ...given } }
}

function checkContainer(output: JsonObject): boolean {
  const container = output['container']
  if (container === undefined || container === 'none') return false
  if (container === 'wav') return true
  throw new ProfileError('settings.audio.output.container: Parley can only use "none" and "wav". Write one of them.')
}

function checkPlaceholders(settings: JsonObject): void {
  eachString(settings, (text, path) => {
    if (!hasBrokenPlaceholder(text)) return
    throw new ProfileError(
      `settings.${path} names a secret in a way that Parley cannot read. Write {{secret:NAME}} with letters, digits and _.`
    )
  })
}

function checkAgent(profile: AgentProfile, settings: JsonObject): Json {
  const { agent } = settings
  if (typeof agent === 'string' && agent !== '') return agent
  if (isObject(agent)) return agent
  if (agent === undefined && profile.service === 'builtin') return {}
  throw new ProfileError(
    'settings.agent is missing or not valid. Write the agent block (listen, think, speak) or the id of a saved agent.'
  )
}

/** Checks the profile's settings and completes them; throws {@link ProfileError} naming the field. */
export function planSettings(profile: AgentProfile): SettingsPlan {
  const settings: JsonObject = profile.settings ?? {}
  if (settings['type'] !== undefined && settings['type'] !== 'Settings') {
    throw new ProfileError('settings.type is not "Settings". Leave "type" out of the settings.')
  }
  const agent = checkAgent(profile, settings)
  const audio = objectAt(settings, 'audio', 'settings.audio') ?? {}
  const { input, output } = fillAudio(audio)
  const inputSampleRateHz = checkFormat(input, 'settings.audio.input', INPUT_SAMPLE_RATES_HZ)
  const outputSampleRateHz = checkFormat(output, 'settings.audio.output', OUTPUT_SAMPLE_RATES_HZ)
  const outputIsWav = checkContainer(output)
  checkPlaceholders(settings)
  const message: WireMessage = { ...settings, type: 'Settings', audio: { ...audio, input, output }, agent }
  const checked = Settings.safeParse(message)
  if (!checked.success) {
    const path = checked.error.issues[0]?.path.map(String).join('.') ?? ''
    throw new ProfileError(`settings.${path} is not valid. Correct it as the Settings page of the service describes.`)
  }
  return { message: { type: 'Settings', ...message }, inputSampleRateHz, outputSampleRateHz, outputIsWav }
}
