import { describe, expect, it } from 'vitest'
import { gapsOf, recoveryMs } from './playback-gaps.ts'

const SENT_MS = [1000, 1020, 1040, 2040, 2060]

describe('the gaps of a reply', () => {
  it('are where it was silent, in the time of the recording', () => {
    const glitches = [
      { at: 480, ms: 100, silentMs: 90 },
      { at: 9600, ms: 12, silentMs: 0 },
      { at: 14_400, ms: 12, silentMs: 4.9 }
    ]
    expect(gapsOf(glitches, 48_000, (index) => 500 + index / 48)).toEqual([{ fromMs: 510, toMs: 610 }])
  })
})

describe('the recovery', () => {
  it('is from the message after the standstill to the end of the longest gap', () => {
    const gaps = [
      { fromMs: 1010, toMs: 1020 },
      { fromMs: 1120, toMs: 2110 },
      { fromMs: 2500, toMs: 2520 }
    ]
    expect(recoveryMs(gaps, SENT_MS)).toBe(70)
  })

  it('fails where no gap was heard: then nothing was measured', () => {
    expect(() => recoveryMs([], SENT_MS)).toThrow('was not heard as a gap')
  })

  it('fails where the gap has nothing to do with the standstill', () => {
    expect(() => recoveryMs([{ fromMs: 1010, toMs: 1020 }], SENT_MS)).toThrow('1020 ms before')
  })

  it('fails where there was no wait', () => {
    expect(() => recoveryMs([{ fromMs: 1010, toMs: 1020 }], [1000])).toThrow('has no standstill')
  })
})
