import { describe, expect, it } from 'vitest'
import { energyOfLevel, type StringMode, VoiceString } from './voice-string.ts'

function playing(side: 'user' | 'agent', ms: number): VoiceString {
  const string = new VoiceString()
  string.setMode('taut')
  string.settle()
  string[side].target = 1
  for (let at = 0; at < ms; at += 20) string.advance(20)
  return string
}

function height(string: VoiceString, side: 'user' | 'agent', from: number, to: number): number {
  let most = 0
  for (let x = from; x <= to; x += 0.01) most = Math.max(most, Math.abs(string.wave(side, x, 0)))
  return most
}

describe('the string', () => {
  it('moves at the speaker’s own end first', () => {
    const user = playing('user', 200)
    expect(height(user, 'user', 0, 0.3)).toBeGreaterThan(0.2)
    expect(height(user, 'user', 0.6, 1)).toBe(0)
    const agent = playing('agent', 200)
    expect(height(agent, 'agent', 0.7, 1)).toBeGreaterThan(0.2)
    expect(height(agent, 'agent', 0, 0.4)).toBe(0)
  })

  it('is tied to both ends', () => {
    const string = playing('user', 2000)
    expect(Math.abs(string.wave('user', 0, 0))).toBe(0)
    expect(Math.abs(string.wave('user', 1, 0))).toBeLessThan(1e-9)
    expect(string.rest(0)).toBe(0)
  })

  it('never leaves its canvas', () => {
    for (const side of ['user', 'agent'] as const) {
      for (const strand of [0, 1, 2]) {
        const string = playing(side, 3000)
        for (let x = 0; x <= 1; x += 0.005) expect(Math.abs(string.wave(side, x, strand))).toBeLessThanOrEqual(1)
      }
    }
  })

  it('comes to rest, so that the drawing stops', () => {
    const string = playing('agent', 1000)
    expect(string.moving).toBe(true)
    string.agent.target = 0
    for (let at = 0; at < 5000; at += 20) string.advance(20)
    expect(string.moving).toBe(false)
  })

  it.each<[StringMode, boolean]>([
    ['slack', false],
    ['cut', false],
    ['taut', false],
    ['reaching', true],
    ['thinking', true]
  ])('%s: the bead is there %s', (mode, there) => {
    const string = new VoiceString()
    string.setMode(mode)
    expect(string.bead() !== null).toBe(there)
  })

  it('does not catch up with a window that was hidden', () => {
    const string = playing('user', 200)
    const start = performance.now()
    string.advance(3_600_000)
    expect(performance.now() - start).toBeLessThan(50)
  })
})

describe('levels', () => {
  it('room noise is still, loud speech is full height', () => {
    expect(energyOfLevel(-90)).toBe(0)
    expect(energyOfLevel(-56)).toBe(0)
    expect(energyOfLevel(-12)).toBe(1)
    expect(energyOfLevel(0)).toBe(1)
  })
})
