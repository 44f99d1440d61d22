import { describe, expect, it } from 'vitest'
import type { WireCommand, WireStep } from '../dialects/dialect.ts'
import { napsterDialect } from '../dialects/napster.ts'
import { napsterProfile } from '../dialects/testing.test-support.ts'
import { NO_OBJECTION_MS } from '../dialects/napster-unknowns.ts'
import { ManualClock } from '../testing.test-support.ts'
import { AgentChanges, UNCONFIRMED_TAKEN_MS } from './agent-changes.ts'
import { LATE_ACK_MS } from './in-flight.ts'

const ERROR = {
  kind: 'error',
  code: 'instructions_too_long',
  message: 'Too long.',
  settings: true,
  retry: 'no'
} as const

/** Changes of a Napster agent that begins with a temperature of 0.2. */
class ChangesRig {
  readonly clock = new ManualClock()
  readonly dialect = napsterDialect(napsterProfile({}, { tuning: { temperature: 0.2 } }))
  readonly changes = new AgentChanges(this.clock, this.dialect.agent)

  /** Sends `command`; the step that went out. */
  send(command: WireCommand): WireStep {
    const plan = this.dialect.plan(command, this.changes.agent)
    const step = plan.kind === 'send' ? plan.steps[0] : undefined
    if (plan.kind !== 'send' || step === undefined) throw new Error(plan.kind)
    this.changes.sent(plan.effective, command, plan.steps)
    return step
  }
}

describe('a change that Napster objects to', () => {
  it.each<WireCommand>([
    { kind: 'replace-prompt', text: 'Be long.' },
    { kind: 'set-model', temperature: 0.9 },
    { kind: 'set-turn-detection', threshold: 0.5 },
    { kind: 'append-prompt', text: 'Be kind.' },
    { kind: 'context', text: 'It rains.', when: 'now', respond: false },
    { kind: 'user-text', text: 'It rains.', respond: false }
  ])('is undone without that the connection ends: $kind', (command) => {
    const rig = new ChangesRig()
    const step = rig.send(command)
    expect(rig.changes.agent).not.toEqual(rig.dialect.agent)
    rig.changes.undo(step)
    expect(rig.changes.agent).toEqual(rig.dialect.agent)
    rig.changes.undo(step)
    expect(rig.changes.agent).toEqual(rig.dialect.agent)
  })

  it('takes nothing of a later one with it', () => {
    const rig = new ChangesRig()
    const prompt = rig.send({ kind: 'replace-prompt', text: 'Be long.' })
    const silence = rig.send({ kind: 'set-turn-detection', silenceDurationMs: 900 })
    void rig.send({ kind: 'set-model', temperature: 0.9 })
    void rig.send({ kind: 'set-turn-detection', threshold: 0.5 })
    rig.changes.undo(prompt)
    rig.changes.undo(silence)
    expect(rig.changes.agent).toMatchObject({ listen: { threshold: 0.5 }, updated: { listen: true, think: true } })
    expect(rig.changes.agent.think).toEqual({ provider: { temperature: 0.9 } })
    expect(rig.changes.agent.listen).toEqual({ threshold: 0.5 })
  })

  it('does not come back when a later one of the same setting is undone too', () => {
    const rig = new ChangesRig()
    const first = rig.send({ kind: 'set-model', temperature: 0.5 })
    const second = rig.send({ kind: 'set-model', temperature: 0.9 })
    expect(rig.changes.undo(first)).toBe('the temperature')
    expect(rig.changes.agent.think).toEqual({ provider: { temperature: 0.9 } })
    rig.changes.undo(second)
    expect(rig.changes.agent).toEqual(rig.dialect.agent)
  })

  it('is undone as long as an objection may name it', () => {
    const rig = new ChangesRig()
    const step = rig.send({ kind: 'set-model', temperature: 0.9 })
    rig.clock.advance(NO_OBJECTION_MS + LATE_ACK_MS - 1)
    void rig.send({ kind: 'context', text: 'It rains.', when: 'now', respond: false })
    expect(rig.changes.undo(step)).toBe('the temperature')
    expect(rig.changes.agent.think).toEqual(rig.dialect.agent.think)
    expect(rig.changes.undo(step)).toBeUndefined()
  })

  it('N15 N22 and was undone is sent when it is asked for again', () => {
    const rig = new ChangesRig()
    const noisy = { kind: 'set-turn-detection', threshold: 0.4, silenceDurationMs: 1000 } as const
    void rig.send({ kind: 'set-turn-detection', threshold: 0.4 })
    const step = rig.send(noisy)
    const wire = { type: 'set_settings', data: { turn_detection: { silence_duration_ms: 1000 } } }
    expect(step.compose((value) => value)).toEqual(wire)
    rig.changes.undo(step)
    expect(rig.send(noisy).compose((value) => value)).toEqual(wire)
  })

  it('of what was told takes out only that', () => {
    const rig = new ChangesRig()
    const first = rig.send({ kind: 'append-prompt', text: 'One.' })
    void rig.send({ kind: 'append-prompt', text: 'Two.' })
    rig.changes.undo(first)
    expect(rig.changes.agent.additions).toEqual(['Two.'])
  })

  it('by ending the connection is blamed for a while, and only where settings are at fault', () => {
    const [blamed, other, old] = [new ChangesRig(), new ChangesRig(), new ChangesRig()]
    for (const rig of [blamed, other, old]) void rig.send({ kind: 'replace-prompt', text: 'Be long.' })
    expect(blamed.changes.refused(ERROR)).toBe('the prompt')
    expect(blamed.changes.agent).toEqual(blamed.dialect.agent)
    expect(other.changes.refused({ ...ERROR, code: 'no_credits_left', settings: false })).toBeUndefined()
    expect(other.changes.agent.think).toMatchObject({ prompt: 'Be long.' })
    old.clock.advance(UNCONFIRMED_TAKEN_MS)
    void old.send({ kind: 'user-text', text: 'Hi.' })
    expect(old.changes.refused(ERROR)).toBeUndefined()
  })

  it.each<[WireCommand, string]>([
    [{ kind: 'replace-prompt', text: 'x' }, 'the prompt'],
    [{ kind: 'append-prompt', text: 'x' }, 'the prompt'],
    [{ kind: 'set-model', temperature: 0.9 }, 'the temperature'],
    [{ kind: 'set-turn-detection', threshold: 0.5 }, 'the turn detection'],
    [{ kind: 'context', text: 'x', when: 'now', respond: false }, 'the context']
  ])('is named in words of a person: $0.kind', (command, what) => {
    const rig = new ChangesRig()
    void rig.send(command)
    expect(rig.changes.refused(ERROR)).toBe(what)
  })
})
