import { LINEAR16_SAMPLE_RATES_HZ } from '../../shared/audio/format.ts'
import { decodeG711, encodeG711, type G711Law } from '../../shared/audio/g711.ts'
import { DEFAULT_INPUT, DEFAULT_OUTPUT } from '../../shared/protocol/deepgram.ts'
import { ProfileError } from '../profiles/profile-error.ts'
import type { AudioCodec } from './dialect.ts'
import { objectAt, type JsonObject } from './json.ts'

/** Both audio formats as the settings declare them, completed and checked. */
export interface AudioPlan {
  /** `audio` as it goes on the wire. */
  audio: JsonObject
  inputSampleRateHz: number
  outputSampleRateHz: number
  outputIsWav: boolean
  inputCodec: AudioCodec
  outputCodec: AudioCodec
}

type Encoding = 'linear16' | G711Law

/** The one rate that Parley speaks G.711 at (design.md section 5). */
const G711_SAMPLE_RATE_HZ = 8_000

/** A rate that Flux voices may have beside those of linear16 in general (deepgram.md section 4.3). */
const OUTPUT_SAMPLE_RATES_HZ: readonly number[] = [...LINEAR16_SAMPLE_RATES_HZ, 32_000]
const INPUT_SAMPLE_RATES_HZ: readonly number[] = LINEAR16_SAMPLE_RATES_HZ

const LINEAR16: AudioCodec = { encode: (pcm) => pcm, decode: (bytes) => bytes }

const CODECS: Readonly<Record<Encoding, AudioCodec>> = {
  linear16: LINEAR16,
  mulaw: { encode: (pcm) => encodeG711('mulaw', pcm), decode: (bytes) => decodeG711('mulaw', bytes) },
  alaw: { encode: (pcm) => encodeG711('alaw', pcm), decode: (bytes) => decodeG711('alaw', bytes) }
}

/** Fills what is required and absent, and checks the rest; throws {@link ProfileError} naming the field. */
export function planAudio(settings: JsonObject): AudioPlan {
  const audio = objectAt(settings, 'audio', 'settings.audio') ?? {}
  const input = filled(objectAt(audio, 'input', 'settings.audio.input'), DEFAULT_INPUT)
  const output = filled(objectAt(audio, 'output', 'settings.audio.output'), DEFAULT_OUTPUT)
  const inputEncoding = encodingOf(input, 'settings.audio.input')
  const outputEncoding = encodingOf(output, 'settings.audio.output')
  return {
    audio: { ...audio, input, output },
    inputSampleRateHz: sampleRateOf(input, inputEncoding, 'settings.audio.input', INPUT_SAMPLE_RATES_HZ),
    outputSampleRateHz: sampleRateOf(output, outputEncoding, 'settings.audio.output', OUTPUT_SAMPLE_RATES_HZ),
    outputIsWav: isWav(output, outputEncoding),
    inputCodec: CODECS[inputEncoding],
    outputCodec: CODECS[outputEncoding]
  }
}

/** Only what is required and absent is filled in; what is there is never changed. */
function filled(given: JsonObject | undefined, whole: typeof DEFAULT_INPUT | typeof DEFAULT_OUTPUT): JsonObject {
  if (given === undefined) return { ...whole }
  const { encoding, sample_rate } = whole
  const companded = given['encoding'] === 'mulaw' || given['encoding'] === 'alaw'
  return { encoding, sample_rate: companded ? G711_SAMPLE_RATE_HZ : sample_rate, ...given }
}

function encodingOf(format: JsonObject, path: string): Encoding {
  const { encoding } = format
  if (encoding === 'linear16' || encoding === 'mulaw' || encoding === 'alaw') return encoding
  const found = typeof encoding === 'string' && encoding.length <= 20 ? ` "${encoding}"` : ' this value'
  throw new ProfileError(`${path}.encoding: Parley cannot use${found}. Write "linear16", "mulaw" or "alaw".`)
}

function sampleRateOf(format: JsonObject, encoding: Encoding, path: string, linear16Hz: readonly number[]): number {
  const { sample_rate: sampleRateHz } = format
  const ratesHz = encoding === 'linear16' ? linear16Hz : [G711_SAMPLE_RATE_HZ]
  if (typeof sampleRateHz === 'number' && ratesHz.includes(sampleRateHz)) return sampleRateHz
  const choice = ratesHz.length === 1 ? `${ratesHz[0]}` : `one of ${ratesHz.join(', ')}`
  throw new ProfileError(`${path}.sample_rate is not one that Parley can use with ${encoding}. Write ${choice}.`)
}

function isWav(output: JsonObject, encoding: Encoding): boolean {
  const { container } = output
  if (container === undefined || container === 'none') return false
  if (container !== 'wav') {
    throw new ProfileError('settings.audio.output.container: Parley can only use "none" and "wav". Write one of them.')
  }
  if (encoding === 'linear16') return true
  throw new ProfileError(
    `settings.audio.output.container: Parley can use "wav" with linear16 only. Write "none" for ${encoding}.`
  )
}
