import { describe, expect, it } from 'vitest'
import { DEFAULT_LISTEN, SHORTEST_SILENCE_MS } from '../contract.ts'
import { HANGOVER_MS, patienceFor, silenceMs } from './end-of-turn.ts'

describe('confidence of the end of a turn', () => {
  it('is the default threshold after the hangover, and grows with silence', () => {
    expect(silenceMs(0.7)).toBe(HANGOVER_MS)
    expect([0.3, 0.5, 0.8, 0.9, 0.99].map(silenceMs)).toEqual([222, 432, 1003, 1434, 2869])
  })

  it('never reaches 1', () => {
    expect(silenceMs(1)).toBe(Infinity)
  })
})

describe('patience', () => {
  it('of the defaults is the hangover, without an eager pause', () => {
    expect(patienceFor(DEFAULT_LISTEN)).toEqual({ eagerMs: Infinity, endMs: 750, trigger: 'model' })
  })

  it('V26 is the timeout where confidence takes longer, or never comes', () => {
    expect(patienceFor({ ...DEFAULT_LISTEN, eotThreshold: 1 })).toMatchObject({ endMs: 5000, trigger: 'timeout' })
    expect(patienceFor({ ...DEFAULT_LISTEN, eotTimeoutMs: 500 })).toMatchObject({ endMs: 500, trigger: 'timeout' })
    expect(patienceFor({ ...DEFAULT_LISTEN, eotThreshold: 0.9 })).toMatchObject({ endMs: 1434, trigger: 'model' })
  })

  it('of a lower eager threshold is over earlier', () => {
    const { eagerMs, endMs } = patienceFor({ ...DEFAULT_LISTEN, eagerEotThreshold: 0.4 })
    expect(eagerMs).toBe(318)
    expect(eagerMs).toBeLessThan(endMs)
  })

  it('N18 is silenceMs where it is given, whatever the confidence and its timeout', () => {
    const listen = { ...DEFAULT_LISTEN, eotTimeoutMs: 500, eagerEotThreshold: 0.4 }
    for (const silence of [SHORTEST_SILENCE_MS, 200, 1000, 60_000]) {
      const patience = { eagerMs: 318, endMs: silence, trigger: 'timeout' }
      expect(patienceFor({ ...listen, silenceMs: silence })).toEqual(patience)
    }
    expect(patienceFor({ ...listen, silenceMs: 0 }).endMs).toBe(SHORTEST_SILENCE_MS)
    expect(patienceFor({ ...listen, silenceMs: null })).toEqual(patienceFor(listen))
  })
})
