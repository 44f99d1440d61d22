import { LINEAR16_SAMPLE_RATES_HZ } from '../shared/audio/format.ts'
import { DEFAULT_INPUT, DEFAULT_OUTPUT, type Settings } from '../shared/protocol/deepgram.ts'
import { invalid, quote } from './settings-refusal.ts'

/** How samples stand on the wire. */
export type Encoding = 'linear16' | 'mulaw' | 'alaw'

/** One direction of a session's audio; mono. */
export interface AudioFormat {
  readonly encoding: Encoding
  readonly sampleRateHz: number
}

/** Both directions. `wav` puts one RIFF header in front of each reply's audio. */
export interface SessionAudio {
  readonly input: AudioFormat
  readonly output: AudioFormat & { readonly container: 'none' | 'wav' }
}

/** Sample rates that the telephone encodings may have (deepgram.md section 4.3); the first is the default. */
const G711_SAMPLE_RATES_HZ = [8000, 16_000] as const

/** Reads `audio`; omitted parts get the defaults of the service. */
export function readAudio(audio: Settings['audio']): SessionAudio {
  const input = audio.input ?? DEFAULT_INPUT
  const output = audio.output ?? {}
  const encoding = readEncoding('audio.output.encoding', output.encoding ?? DEFAULT_OUTPUT.encoding)
  const rate = output.sample_rate ?? (encoding === 'linear16' ? DEFAULT_OUTPUT.sample_rate : G711_SAMPLE_RATES_HZ[0])
  const container = output.container ?? DEFAULT_OUTPUT.container
  if (container !== 'none' && container !== 'wav') {
    throw invalid(`audio.output.container is ${quote(container)}; the built-in agent sends "none" or "wav".`)
  }
  if (container === 'wav' && encoding !== 'linear16') {
    throw invalid(`audio.output.container "wav" goes with "linear16" only; use "none" for ${quote(encoding)}.`)
  }
  return {
    input: readFormat('audio.input', input.encoding, input.sample_rate),
    output: { ...readFormat('audio.output', encoding, rate), container }
  }
}

function readFormat(path: string, named: string, sampleRateHz: number): AudioFormat {
  const encoding = readEncoding(`${path}.encoding`, named)
  const rates: readonly number[] = encoding === 'linear16' ? LINEAR16_SAMPLE_RATES_HZ : G711_SAMPLE_RATES_HZ
  if (rates.includes(sampleRateHz)) return { encoding, sampleRateHz }
  throw invalid(`${path}.sample_rate is ${sampleRateHz}; ${encoding} has one of ${rates.join(', ')} Hz here.`)
}

function readEncoding(path: string, encoding: string): Encoding {
  if (encoding === 'linear16' || encoding === 'mulaw' || encoding === 'alaw') return encoding
  throw invalid(`${path} is ${quote(encoding)}; the built-in agent has "linear16", "mulaw" and "alaw".`)
}
