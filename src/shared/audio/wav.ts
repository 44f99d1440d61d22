/** RIFF/WAVE with PCM16 data, read leniently (odd chunks, padded, cut short) and written as mono. */

/** A file that cannot be used, in a sentence that says why. */
export class WavError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'WavError'
  }
}

/** `samples` are interleaved. */
export interface Wav {
  sampleRateHz: number
  channels: number
  samples: Int16Array
}

const HEADER_BYTES = 44
const FORMAT_PCM = 1
const FORMAT_EXTENSIBLE = 0xfffe

function tag(view: DataView, at: number): string {
  return String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3))
}

interface Format {
  sampleRateHz: number
  channels: number
}

function readFormat(view: DataView, at: number, bytes: number): Format {
  if (bytes < 16) throw new WavError('The WAV file has a broken format chunk.')
  const tagged = view.getUint16(at, true)
  const format = tagged === FORMAT_EXTENSIBLE && bytes >= 26 ? view.getUint16(at + 24, true) : tagged
  const channels = view.getUint16(at + 2, true)
  const sampleRateHz = view.getUint32(at + 4, true)
  const bits = view.getUint16(at + 14, true)
  if (format !== FORMAT_PCM || bits !== 16) {
    throw new WavError(
      `The WAV file holds ${bits}-bit audio of format ${format}; only 16-bit PCM (format 1) can be read. Convert it first.`
    )
  }
  if (channels < 1 || channels > 32) throw new WavError(`The WAV file says it has ${channels} channels.`)
  if (sampleRateHz < 1000 || sampleRateHz > 768_000) {
    throw new WavError(`The WAV file says its sample rate is ${sampleRateHz} Hz.`)
  }
  return { sampleRateHz, channels }
}

function readSamples(view: DataView, at: number, bytes: number, channels: number): Int16Array {
  const samples = new Int16Array(Math.floor(bytes / 2 / channels) * channels)
  for (let i = 0; i < samples.length; i += 1) samples[i] = view.getInt16(at + i * 2, true)
  return samples
}

/** Reads 16-bit PCM; a data chunk longer than the file (a stream that was cut) ends with the file. Throws `WavError`. */
export function decodeWav(bytes: Uint8Array): Wav {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.byteLength < 12 || tag(view, 0) !== 'RIFF' || tag(view, 8) !== 'WAVE') {
    throw new WavError('This is not a WAV file.')
  }
  let format: Format | undefined
  let at = 12
  while (at + 8 <= bytes.byteLength) {
    const id = tag(view, at)
    const size = view.getUint32(at + 4, true)
    const body = at + 8
    const present = Math.min(size, bytes.byteLength - body)
    if (id === 'fmt ') format = readFormat(view, body, present)
    if (id === 'data') {
      if (format === undefined) throw new WavError('The WAV file has audio before its format.')
      return { ...format, samples: readSamples(view, body, present, format.channels) }
    }
    at = body + size + (size % 2)
  }
  throw new WavError(format === undefined ? 'The WAV file has no format.' : 'The WAV file has no audio.')
}

/** The 44 bytes before `dataBytes` of mono PCM16; 0xffffffff stands for a length not known yet (a stream). */
export function wavHeader(dataBytes: number, sampleRateHz: number): Uint8Array {
  const header = new Uint8Array(HEADER_BYTES)
  const view = new DataView(header.buffer)
  const put = (at: number, text: string) => {
    for (let i = 0; i < text.length; i += 1) header[at + i] = text.charCodeAt(i)
  }
  put(0, 'RIFF')
  view.setUint32(4, Math.min(0xffffffff, dataBytes + HEADER_BYTES - 8), true)
  put(8, 'WAVEfmt ')
  view.setUint32(16, 16, true)
  view.setUint16(20, FORMAT_PCM, true)
  view.setUint16(22, 1, true)
  view.setUint32(24, sampleRateHz, true)
  view.setUint32(28, sampleRateHz * 2, true)
  view.setUint16(32, 2, true)
  view.setUint16(34, 16, true)
  put(36, 'data')
  view.setUint32(40, Math.min(0xffffffff, dataBytes), true)
  return header
}

/** A whole mono PCM16 file. */
export function encodeWav(samples: Int16Array, sampleRateHz: number): Uint8Array {
  const file = new Uint8Array(HEADER_BYTES + samples.length * 2)
  file.set(wavHeader(samples.length * 2, sampleRateHz))
  const view = new DataView(file.buffer)
  for (let i = 0; i < samples.length; i += 1) view.setInt16(HEADER_BYTES + i * 2, samples[i] ?? 0, true)
  return file
}
