import { PCM16_BYTES } from './format.ts'

/** The two companding laws of ITU-T G.711, by the names that the services use. 8 bits per sample, usually at 8 kHz. */
export type G711Law = 'mulaw' | 'alaw'

/** What a law makes of digital silence. */
export const G711_SILENCE: Readonly<Record<G711Law, number>> = { mulaw: 0xff, alaw: 0xd5 }

interface Tables {
  /** Code of each 16-bit sample, by its unsigned value. */
  readonly codes: Uint8Array
  /** Sample of each code. */
  readonly samples: Int16Array
}

const tables: Partial<Record<G711Law, Tables>> = {}

/** G.711 of PCM16 little-endian bytes (any alignment), as new memory, one byte per sample; an odd last byte is ignored. */
export function encodeG711(law: G711Law, pcm: Uint8Array): Uint8Array {
  const { codes } = tablesOf(law)
  const result = new Uint8Array(Math.floor(pcm.length / PCM16_BYTES))
  for (let i = 0; i < result.length; i += 1) {
    result[i] = codes[(pcm[2 * i] as number) | ((pcm[2 * i + 1] as number) << 8)] as number
  }
  return result
}

/** PCM16 little-endian bytes of G.711 `bytes`, as new memory. */
export function decodeG711(law: G711Law, bytes: Uint8Array): Uint8Array {
  const { samples } = tablesOf(law)
  const result = new Uint8Array(bytes.length * PCM16_BYTES)
  for (let i = 0; i < bytes.length; i += 1) {
    const sample = samples[bytes[i] as number] as number
    result[2 * i] = sample
    result[2 * i + 1] = sample >> 8
  }
  return result
}

function tablesOf(law: G711Law): Tables {
  return (tables[law] ??= law === 'mulaw' ? build(mulawCode, mulawSample) : build(alawCode, alawSample))
}

function build(codeOf: (sample: number) => number, sampleOf: (code: number) => number): Tables {
  return {
    codes: Uint8Array.from({ length: 65_536 }, (_, unsigned) => codeOf((unsigned << 16) >> 16)),
    samples: Int16Array.from({ length: 256 }, (_, code) => sampleOf(code))
  }
}

/** The nearest value with `bits` fewer bits. */
function rounded(sample: number, bits: number): number {
  return Math.min((sample + (1 << (bits - 1))) >> bits, (1 << (15 - bits)) - 1)
}

/** 14 bits, sign and magnitude; the bias makes every segment begin at a power of two. */
const MULAW_BIAS = 33
const MULAW_LARGEST = 8158

function mulawCode(sample: number): number {
  const value = rounded(sample, 2)
  const biased = Math.min(Math.abs(value), MULAW_LARGEST) + MULAW_BIAS
  const segment = 26 - Math.clz32(biased)
  const code = (value < 0 ? 0x80 : 0) | (segment << 4) | ((biased >> (segment + 1)) & 15)
  return ~code & 0xff
}

function mulawSample(code: number): number {
  const bits = ~code & 0xff
  const magnitude = (((bits & 15) * 2 + MULAW_BIAS) << ((bits >> 4) & 7)) - MULAW_BIAS
  return (bits & 0x80 ? -magnitude : magnitude) * 4
}

/** 13 bits; every second bit of the code is inverted. */
const ALAW_INVERTED = 0x55

function alawCode(sample: number): number {
  const value = rounded(sample, 3)
  const magnitude = value < 0 ? ~value : value
  const segment = Math.max(0, 27 - Math.clz32(magnitude))
  const code = (value < 0 ? 0 : 0x80) | (segment << 4) | ((magnitude >> Math.max(1, segment)) & 15)
  return code ^ ALAW_INVERTED
}

function alawSample(code: number): number {
  const bits = code ^ ALAW_INVERTED
  const segment = (bits >> 4) & 7
  const step = (bits & 15) * 2
  const magnitude = segment === 0 ? step + 1 : (step + 33) << (segment - 1)
  return (bits & 0x80 ? magnitude : -magnitude) * 8
}
