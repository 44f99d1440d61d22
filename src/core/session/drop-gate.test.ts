import { describe, expect, it } from 'vitest'
import { moveGate, passAudio, STOPPED_QUIET_MS, USER_TURN_CAP_MS, type DropGate, type GateInput } from './drop-gate.ts'

const OPEN: DropGate = { kind: 'open' }

/** Whether audio passes `afterMs` after the last of `inputs`, all given at once. */
function passes(inputs: GateInput[], afterMs = 0): boolean {
  const gate = inputs.reduce((before, input) => moveGate(before, input, 1_000), OPEN)
  return passAudio(gate, 1_000 + afterMs).pass
}

describe('audio of a reply that the service cut off', () => {
  it('is not heard until something of another reply comes', () => {
    expect(passes(['cancelled'])).toBe(false)
    expect(passes(['cancelled', 'reply-end'])).toBe(false)
    for (const input of ['agent-thinking', 'agent-started', 'user-text', 'turn-ended', 'tools-called'] as const) {
      expect(passes(['cancelled', input])).toBe(true)
    }
  })

  it('keeps no reply back for ever', () => {
    expect(passes(['cancelled'], USER_TURN_CAP_MS - 1)).toBe(false)
    expect(passes(['cancelled'], USER_TURN_CAP_MS)).toBe(true)
  })

  it('is not heard either where it had been stopped here before', () => {
    expect(passes(['stop-speaking', 'cancelled'])).toBe(false)
    expect(passes(['stop-speaking', 'cancelled', 'agent-started'])).toBe(true)
  })

  it('does not lengthen the turn of a user who speaks', () => {
    const speaking = moveGate(OPEN, 'user-started', 1_000)
    expect(moveGate(speaking, 'cancelled', 2_000)).toEqual(speaking)
  })
})

describe('audio of a reply that was stopped here', () => {
  it('is not heard until its end, a pause, or a statement that was asked for', () => {
    expect(passes(['stop-speaking', 'agent-started'])).toBe(false)
    expect(passes(['stop-speaking', 'reply-end'])).toBe(true)
    expect(passes(['stop-speaking', 'statement'])).toBe(true)
    expect(passes(['stop-speaking'], STOPPED_QUIET_MS - 1)).toBe(false)
    expect(passes(['stop-speaking'], STOPPED_QUIET_MS)).toBe(true)
  })
})
