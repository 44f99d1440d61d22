import { describe, expect, it } from 'vitest'
import { HalfDuplex } from './half-duplex.ts'

const MS = 20

function blocks(policy: HalfDuplex, ms: number, audible: boolean, leakDb: number | null, delayMs: number | null = 100) {
  for (let at = 0; at < ms; at += MS) policy.block(MS, audible, leakDb, delayMs)
}

describe('HalfDuplex', () => {
  it('comes into force after the leak was above -30 dB for a second of agent speech', () => {
    const policy = new HalfDuplex()
    blocks(policy, 980, true, -29)
    expect(policy.inForce).toBe(false)
    blocks(policy, 20, true, -31)
    blocks(policy, 980, true, -29)
    blocks(policy, 5000, false, -29)
    expect(policy.inForce).toBe(false)
    blocks(policy, 20, true, -29)
    expect(policy.inForce).toBe(true)
  })

  it('ends after the leak was below -40 dB for five seconds of agent speech', () => {
    const policy = new HalfDuplex()
    blocks(policy, 1000, true, -20)
    blocks(policy, 4980, true, -41)
    blocks(policy, 20, true, -39)
    blocks(policy, 4980, true, -41)
    blocks(policy, 10_000, false, -60)
    expect(policy.inForce).toBe(true)
    blocks(policy, 20, true, -41)
    expect(policy.inForce).toBe(false)
  })

  it('mutes while the agent is audible, and until it has come back, and a little longer', () => {
    const policy = new HalfDuplex()
    policy.choose('on')
    expect(policy.inForce).toBe(true)
    blocks(policy, 1000, false, null)
    expect(policy.mutes).toBe(false)
    blocks(policy, 20, true, null)
    expect(policy.mutes).toBe(true)
    blocks(policy, 340, false, null, 100)
    expect(policy.mutes).toBe(true)
    blocks(policy, 20, false, null, 100)
    expect(policy.mutes).toBe(false)
    blocks(policy, 20, true, null, 300)
    blocks(policy, 540, false, null, 300)
    expect(policy.mutes).toBe(true)
    blocks(policy, 20, false, null, 300)
    expect(policy.mutes).toBe(false)
  })

  it('never mutes where the person does not want it, and forgets the leak of another device', () => {
    const policy = new HalfDuplex()
    blocks(policy, 2000, true, 0)
    expect(policy.mutes).toBe(true)
    policy.choose('off')
    expect(policy.mutes).toBe(false)
    policy.choose('auto')
    expect(policy.mutes).toBe(true)
    policy.reset()
    expect(policy.mutes).toBe(false)
  })

  it('knows nothing while the leak is not known', () => {
    const policy = new HalfDuplex()
    blocks(policy, 5000, true, null, null)
    expect(policy.inForce).toBe(false)
  })
})
