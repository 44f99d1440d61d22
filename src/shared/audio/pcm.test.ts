import { describe, expect, it } from 'vitest'
import { bytesToInt16, floatToInt16, FLOOR_DBFS, int16ToBytes, int16ToFloat, peakDbfs, rmsDbfs } from './pcm.ts'

describe('pcm', () => {
  it('converts floats to 16 bit, clips, and makes silence of NaN', () => {
    const target = new Int16Array(7)
    floatToInt16(Float32Array.of(0, 0.5, -0.5, 1, -1, 3, NaN), target)
    expect([...target]).toEqual([0, 16_384, -16_384, 32_767, -32_768, 32_767, 0])
  })

  it('brings every 16-bit value back unchanged through floats', () => {
    const all = Int16Array.from({ length: 65_536 }, (_, i) => i - 32_768)
    const floats = new Float32Array(all.length)
    const back = new Int16Array(all.length)
    int16ToFloat(all, floats)
    floatToInt16(floats, back)
    expect(back).toEqual(all)
  })

  it('measures levels in dBFS with a floor', () => {
    const sine = Int16Array.from({ length: 48_000 }, (_, i) =>
      Math.round(32_767 * Math.sin((2 * Math.PI * 997 * i) / 48_000))
    )
    expect(rmsDbfs(sine)).toBeCloseTo(-3.01, 1)
    expect(peakDbfs(sine)).toBeCloseTo(0, 2)
    expect(rmsDbfs(new Int16Array(100))).toBe(FLOOR_DBFS)
    expect(peakDbfs(new Int16Array(0))).toBe(FLOOR_DBFS)
  })

  it('reads little-endian bytes at any alignment and ignores an odd last byte', () => {
    const bytes = Uint8Array.of(9, 0x01, 0x00, 0xff, 0xff, 7)
    expect([...bytesToInt16(bytes.subarray(1))]).toEqual([1, -1])
    expect([...int16ToBytes(Int16Array.of(1, -1))]).toEqual([1, 0, 255, 255])
  })
})
