import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeWav, encodeWav, WavError, wavHeader } from './wav.ts'

const samples = Int16Array.of(0, 1, -1, 32_767, -32_768)

describe('wav', () => {
  it('reads back what it wrote', () => {
    expect(decodeWav(encodeWav(samples, 16_000))).toEqual({ sampleRateHz: 16_000, channels: 1, samples })
  })

  it('skips other chunks, with their padding byte', () => {
    const file = encodeWav(samples, 8000)
    const odd = Uint8Array.of(...new TextEncoder().encode('LIST'), 3, 0, 0, 0, 1, 2, 3, 0)
    const bytes = Uint8Array.of(...file.subarray(0, 36), ...odd, ...file.subarray(36))
    expect(decodeWav(bytes).samples).toEqual(samples)
  })

  it('reads a stream whose length was never filled in, up to the end of the file', () => {
    const bytes = Uint8Array.of(...wavHeader(0xffffffff, 24_000), 1, 0, 2, 0, 3)
    expect(decodeWav(bytes)).toEqual({ sampleRateHz: 24_000, channels: 1, samples: Int16Array.of(1, 2) })
  })

  it('keeps whole stereo frames', () => {
    const file = encodeWav(samples, 16_000)
    file[22] = 2
    expect(decodeWav(file)).toEqual({ sampleRateHz: 16_000, channels: 2, samples: samples.subarray(0, 4) })
  })

  it.each([
    ['not a WAV', new TextEncoder().encode('ID3 some music file'), /not a WAV/],
    ['nothing', new Uint8Array(0), /not a WAV/],
    ['float samples', Object.assign(encodeWav(samples, 16_000), { 20: 3 }), /format 3/],
    ['24 bits', Object.assign(encodeWav(samples, 16_000), { 34: 24 }), /24-bit/],
    ['no channels', Object.assign(encodeWav(samples, 16_000), { 22: 0 }), /0 channels/],
    ['no rate', Object.assign(encodeWav(samples, 16_000), { 24: 0, 25: 0 }), /sample rate/],
    ['only a header', encodeWav(samples, 16_000).subarray(0, 36), /no audio/],
    ['no format', encodeWav(samples, 16_000).subarray(0, 12), /no format/]
  ])('says what is wrong with %s', (_, bytes, message) => {
    expect(() => decodeWav(bytes)).toThrow(WavError)
    expect(() => decodeWav(bytes)).toThrow(message)
  })

  it('never throws anything but a WavError', () => {
    const file = encodeWav(samples, 16_000)
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(file.length - 1), fc.nat(255)), { maxLength: 12 }),
        fc.nat(file.length),
        (edits, length) => {
          const broken = file.slice(0, length)
          for (const [at, value] of edits) broken[at] = value
          try {
            decodeWav(broken)
          } catch (error) {
            expect(error).toBeInstanceOf(WavError)
          }
        }
      ),
      { numRuns: 500 }
    )
  })
})
