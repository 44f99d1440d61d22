import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { decodeG711, encodeG711, G711_SILENCE, type G711Law } from './g711.ts'
import { bytesToInt16, int16ToBytes } from './pcm.ts'

/** SHA-256 of what `sox -D -e mu-law` and `-e a-law` (14.4.2) make of all 65536 samples, -32768 first, and of all 256 codes. */
const SOX = {
  mulaw: {
    encoded: 'cd03795221187036041e2c68724ebbcc497e1844823ff4ab4ac6e61bc5948fb3',
    decoded: '3dab54339e520bb2c924826e3b72a917a2b612e9fd12fc867500f1d983a75827'
  },
  alaw: {
    encoded: '9ad77510792fe7c8192acff6bf30d3fe660e5644727b703881516fa61dbabdeb',
    decoded: 'e04788d110e58ff8c70c93b8480190d973e3b67876b6119abbaec766cc75c174'
  }
}
/** One period of the digital milliwatt, 1 kHz at 0 dBm0 (G.711 tables 5 and 6). */
const MILLIWATT = {
  mulaw: Uint8Array.of(0x1e, 0x0b, 0x0b, 0x1e, 0x9e, 0x8b, 0x8b, 0x9e),
  alaw: Uint8Array.of(0x34, 0x21, 0x21, 0x34, 0xb4, 0xa1, 0xa1, 0xb4)
}
/** Load capacity: the level of a sine whose peak is full scale, dBm0; and full scale in PCM16. */
const OVERLOAD = { mulaw: { dbm0: 3.17, peak: 8159 * 4 }, alaw: { dbm0: 3.14, peak: 4096 * 8 } }

const LAWS: G711Law[] = ['mulaw', 'alaw']
const allSamples = Int16Array.from({ length: 65_536 }, (_, i) => i - 32_768)
const allCodes = Uint8Array.from({ length: 256 }, (_, i) => i)
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

describe.each(LAWS)('%s', (law) => {
  it('V16 encodes all 65536 samples as sox does', () => {
    expect(sha256(encodeG711(law, int16ToBytes(allSamples)))).toBe(SOX[law].encoded)
  })

  it('V16 decodes all 256 codes as sox does', () => {
    expect(sha256(decodeG711(law, allCodes))).toBe(SOX[law].decoded)
  })

  it('brings every code back, and every sample to within 12 and a 32nd', () => {
    const again = encodeG711(law, decodeG711(law, allCodes))
    // mu-law has two zeros; the positive one is what zero becomes.
    expect([...again]).toEqual([...allCodes].map((code) => (law === 'mulaw' && code === 0x7f ? 0xff : code)))
    const decoded = bytesToInt16(decodeG711(law, encodeG711(law, int16ToBytes(allSamples))))
    allSamples.forEach((sample, i) => {
      const error = Math.abs((decoded[i] as number) - sample)
      if (error > 12 + Math.abs(sample) / 32) expect.fail(`${sample} becomes ${decoded[i]}`)
    })
  })

  it('knows the digital milliwatt of the recommendation', () => {
    const samples = bytesToInt16(decodeG711(law, MILLIWATT[law]))
    expect(encodeG711(law, int16ToBytes(samples))).toEqual(MILLIWATT[law])
    const meanSquare = samples.reduce((sum, sample) => sum + sample ** 2, 0) / samples.length
    const { dbm0, peak } = OVERLOAD[law]
    expect(10 * Math.log10((2 * meanSquare) / peak ** 2) + dbm0).toBeCloseTo(0, 1)
  })

  it('makes its silence of silence', () => {
    expect(encodeG711(law, new Uint8Array(4))).toEqual(new Uint8Array(2).fill(G711_SILENCE[law]))
    expect(Math.abs(bytesToInt16(decodeG711(law, Uint8Array.of(G711_SILENCE[law])))[0] as number)).toBeLessThanOrEqual(
      8
    )
  })

  it('reads at any alignment, ignores an odd last byte, leaves its input alone', () => {
    const pcm = Uint8Array.of(9, 0x00, 0x40, 0x00, 0xc0, 7)
    const encoded = encodeG711(law, pcm.subarray(1))
    expect([...encoded]).toEqual(law === 'mulaw' ? [0x8f, 0x0f] : [0xa5, 0x3a])
    expect([...pcm]).toEqual([9, 0x00, 0x40, 0x00, 0xc0, 7])
    expect(decodeG711(law, encoded.subarray(1))).toHaveLength(2)
    expect(encodeG711(law, new Uint8Array(1))).toHaveLength(0)
  })
})
