import { describe, expect, it } from 'vitest'
import type { Command } from '../../shared/commands.ts'
import type { Activity } from '../../shared/events.ts'
import { napsterDialect } from '../dialects/napster.ts'
import { NO_OBJECTION_MS } from '../dialects/napster-unknowns.ts'
import type { WireCommand } from '../dialects/dialect.ts'
import { napsterProfile } from '../dialects/testing.test-support.ts'
import { settle } from '../testing.test-support.ts'
import { UNCONFIRMED_TAKEN_MS } from './agent-changes.ts'
import { ACK_MS } from './command-desk.ts'
import { DeskRig } from './desk-rig.test-support.ts'
import { LATE_ACK_MS } from './in-flight.ts'

function ready(): DeskRig {
  return DeskRig.ready(napsterDialect(napsterProfile()))
}

const temperature: WireCommand = { kind: 'set-model', temperature: 0.7 }
const prompt: WireCommand = { kind: 'replace-prompt', text: 'You sell tea.' }
const context: WireCommand = { kind: 'context', text: 'It rains.', when: 'now', respond: false }
const typed = (text: string, rest: Partial<Extract<Command, { kind: 'user-text' }>> = {}): WireCommand => ({
  kind: 'user-text',
  text,
  ...rest
})

const UNCONFIRMED = { outcome: 'unconfirmed', reason: 'Napster does not confirm this; it raised no objection.' }

describe('what Napster never confirms', () => {
  it.each([temperature, context, { kind: 'append-prompt', text: 'More.' } as const, typed('Hi.', { respond: false })])(
    'N14 $kind is unconfirmed when no objection has come in 1.5 s',
    async (command) => {
      const rig = ready()
      const result = rig.desk.execute(command)
      rig.clock.advance(NO_OBJECTION_MS - 1)
      await settle()
      expect(rig.outcomes).toEqual([])
      expect(rig.desk.quiet).toBe(false)
      rig.clock.advance(1)
      expect(await result).toEqual(UNCONFIRMED)
      expect(rig.desk.quiet).toBe(true)
    }
  )

  it('N19 is refused by an error, with its words, the oldest first', async () => {
    const rig = ready()
    const first = rig.desk.execute(temperature)
    const second = rig.desk.execute(context)
    expect(rig.desk.objected('Not for this provider.')).toBe(true)
    expect(await first).toEqual({ outcome: 'refused', reason: 'Not for this provider.' })
    expect(rig.refused.map((step) => step.ack)).toEqual(['no-objection'])
    rig.clock.advance(NO_OBJECTION_MS)
    expect(await second).toEqual(UNCONFIRMED)
  })

  it('N19 is refused by an error that names it, whatever went out before', async () => {
    const rig = ready()
    const [first, second, third] = [prompt, temperature, context].map((command) => rig.desk.execute(command))
    expect(rig.desk.objected('No temperature.', ['temperature'])).toBe(true)
    expect(await second).toEqual({ outcome: 'refused', reason: 'No temperature.' })
    expect(rig.desk.objected('No such role.', ['role'])).toBe(true)
    expect(await third).toEqual({ outcome: 'refused', reason: 'No such role.' })
    expect(rig.refused.map((step) => step.fields?.[1])).toEqual(['temperature', 'role'])
    rig.clock.advance(NO_OBJECTION_MS)
    expect(await first).toEqual(UNCONFIRMED)
  })

  it('N19 of two that an error names, the one with more of its names is refused', async () => {
    const rig = ready()
    const first = rig.desk.execute({ kind: 'set-turn-detection', silenceDurationMs: 900 })
    const second = rig.desk.execute({ kind: 'set-turn-detection', threshold: 0.5 })
    expect(rig.desk.objected('No.', ['turn_detection', 'threshold'])).toBe(true)
    expect(await second).toMatchObject({ outcome: 'refused' })
    rig.clock.advance(NO_OBJECTION_MS)
    expect(await first).toEqual(UNCONFIRMED)
  })

  it('N19 that an error names after its time is undone, and a notice says so; a typed text is not taken for it', async () => {
    const rig = ready()
    const results = [prompt, temperature].map((command) => rig.desk.execute(command))
    rig.clock.advance(NO_OBJECTION_MS)
    expect(await Promise.all(results)).toEqual([UNCONFIRMED, UNCONFIRMED])
    rig.clock.advance(LATE_ACK_MS - 1)
    const text = rig.desk.execute(typed('Hi.'))
    expect(rig.desk.objected('No temperature.', ['temperature'])).toBe(true)
    expect(rig.refused.map((step) => step.fields)).toEqual([['set_settings', 'temperature']])
    expect(rig.notices).toEqual([
      'The service did not take the change of the temperature, so it is undone: No temperature.'
    ])
    // Of a setting that is not known to be under way nobody is told so: least of all the text.
    expect(rig.desk.objected('No temperature.', ['temperature'])).toBe(false)
    expect(rig.desk.userEcho('Hi.')).toBe(true)
    expect(await text).toEqual({ outcome: 'applied' })
  })

  it('N19 of the same setting twice and late, the newer value is undone', () => {
    const rig = ready()
    void rig.desk.execute(temperature)
    rig.clock.advance(20_000)
    void rig.desk.execute({ kind: 'set-model', temperature: 1 })
    rig.clock.advance(NO_OBJECTION_MS)
    expect(rig.desk.objected('No.', ['temperature'])).toBe(true)
    expect(rig.refused.map(({ compose }) => compose((value) => value))).toMatchObject([{ data: { temperature: 1 } }])
  })

  it('N19 is undone by an error without a name that comes moments after its time, before a typed text is blamed', async () => {
    const rig = ready()
    void rig.desk.execute(temperature)
    void rig.desk.execute(context)
    rig.clock.advance(NO_OBJECTION_MS)
    const text = rig.desk.execute(typed('Hi.'))
    expect(rig.desk.objected('Not for this provider.')).toBe(true)
    expect(rig.refused.map((step) => step.fields)).toEqual([['set_settings', 'temperature']])
    expect(rig.notices).toHaveLength(1)
    expect(rig.desk.objected('Too long.')).toBe(true)
    expect(await text).toEqual({ outcome: 'refused', reason: 'Too long.' })
  })

  it('is not undone by an error without a name that comes much later', () => {
    const rig = ready()
    void rig.desk.execute(temperature)
    rig.clock.advance(UNCONFIRMED_TAKEN_MS)
    expect(rig.desk.objected('Late.')).toBe(false)
    expect(rig.refused).toEqual([])
    expect(rig.notices).toEqual([])
  })

  it('and changed nothing leaves the notice to others when it is named late', () => {
    const rig = ready()
    rig.changed = undefined
    void rig.desk.execute(temperature)
    rig.clock.advance(NO_OBJECTION_MS)
    expect(rig.desk.objected('No.', ['temperature'])).toBe(false)
    expect(rig.notices).toEqual([])
  })

  it('and belongs to no command is told to nobody', () => {
    const dialect = napsterDialect(napsterProfile({}, { tuning: { temperature: 0.5 } }))
    const rig = new DeskRig(dialect)
    rig.desk.ready(dialect.afterOpening(dialect.agent))
    expect(rig.sent).toEqual([{ type: 'set_settings', data: { temperature: 0.5 } }])
    expect(rig.desk.objected('No.')).toBe(false)
    expect(rig.refused).toHaveLength(1)
    expect(rig.events).toEqual([])
  })

  it('a typed text is refused where nothing else can be meant', async () => {
    const rig = ready()
    const result = rig.desk.execute(typed('Hi.'))
    expect(rig.desk.objected('Too long.')).toBe(true)
    expect(await result).toEqual({ outcome: 'refused', reason: 'Too long.' })
    expect(rig.desk.objected('Again.')).toBe(false)
  })
})

describe('at any time', () => {
  it.each<Activity>(['listening', 'userSpeaking', 'thinking', 'agentSpeaking'])(
    'N1 while %s every command goes out at once',
    (activity) => {
      const rig = ready()
      rig.activity = activity
      for (const command of [context, temperature, typed('Hi.'), typed('And?', { when: 'after-speech' })]) {
        rig.activity = activity
        void rig.desk.execute(command)
      }
      expect(rig.types).toEqual(['send_message', 'set_settings', 'send_message', 'send_message'])
    }
  )

  it('N11 what is delayed is not held here, and its echo may take as long as a reply', async () => {
    const rig = ready()
    rig.become('agentSpeaking')
    const result = rig.desk.execute(typed('And then?', { when: 'after-speech' }))
    expect(rig.sent).toMatchObject([{ data: { delay: true, trigger_response: true } }])
    rig.clock.advance(ACK_MS * 3)
    await settle()
    expect(rig.outcomes).toEqual([])
    expect(rig.desk.userEcho('And then?')).toBe(true)
    expect(await result).toEqual({ outcome: 'applied' })
  })

  it('N13 context is never shown', () => {
    const rig = ready()
    for (const when of ['now', 'after-speech'] as const) {
      for (const respond of [true, false]) void rig.desk.execute({ kind: 'context', text: 'It rains.', when, respond })
    }
    expect(rig.sent).toHaveLength(4)
    expect(rig.shows).toEqual([])
  })

  it('what belongs to no command is sent while the service is ready, and not before', () => {
    const dialect = napsterDialect(napsterProfile())
    const late = dialect.toolDeadline?.late('book', 'Done.')
    if (late === undefined) throw new Error('no deadline')
    const rig = new DeskRig(dialect)
    rig.desk.tell(late)
    expect(rig.sent).toEqual([])
    rig.desk.ready()
    rig.desk.tell(late)
    expect(rig.sent).toMatchObject([{ type: 'send_message', data: { role: 'system', trigger_response: true } }])
    expect(rig.desk.quiet).toBe(true)
  })
})

describe('a text that comes back', () => {
  it('N12 whole is the echo, once', async () => {
    const rig = ready()
    const result = rig.desk.execute(typed('Tell me more.'))
    expect(rig.shows).toEqual([{ role: 'user', text: 'Tell me more.' }])
    expect(rig.desk.absorbed('Tell me more.')).toBe(false)
    expect(rig.desk.userEcho(' Tell  me more. ')).toBe(true)
    expect(await result).toEqual({ outcome: 'applied' })
    expect(rig.desk.userEcho('Tell me more.')).toBe(false)
  })

  it('N12 in parts is the echo with every part, and the first confirms it', async () => {
    const rig = ready()
    const result = rig.desk.execute(typed('Tell me more. About the premium plan. Please.'))
    expect(rig.desk.userEcho('Tell me more.')).toBe(true)
    expect(await result).toEqual({ outcome: 'applied' })
    expect(rig.desk.userEcho('Something else.')).toBe(false)
    expect(rig.desk.userEcho('About the premium plan.')).toBe(true)
    expect(rig.desk.userEcho('Please.')).toBe(true)
    expect(rig.desk.userEcho('Please.')).toBe(false)
  })

  it('in parts of a service that gives it back whole is none', () => {
    const rig = DeskRig.ready()
    void rig.desk.execute(typed('Yes please.'))
    expect(rig.desk.userEcho('Yes')).toBe(false)
    expect(rig.desk.userEcho('Yes please.')).toBe(true)
  })

  it('N8 that shall not be answered is absorbed, whole or in parts, also after its time', async () => {
    const rig = ready()
    const result = rig.desk.execute(typed('Just so you know. I am late.', { respond: false }))
    expect(rig.shows).toEqual([{ role: 'user', text: 'Just so you know. I am late.' }])
    rig.clock.advance(NO_OBJECTION_MS)
    expect(await result).toEqual(UNCONFIRMED)
    expect(rig.desk.userEcho('Just so you know.')).toBe(false)
    expect(rig.desk.absorbed('Just so you know.')).toBe(true)
    expect(rig.desk.absorbed('I am late.')).toBe(true)
    expect(rig.desk.absorbed('I am late.')).toBe(false)
  })

  it('N8 that shall not be answered and comes back in time is applied', async () => {
    const rig = ready()
    const result = rig.desk.execute(typed('I am late.', { respond: false }))
    expect(rig.desk.absorbed('I am late.')).toBe(true)
    expect(await result).toEqual({ outcome: 'applied' })
  })

  it('of settings is none, whatever comes', () => {
    const rig = ready()
    void rig.desk.execute(temperature)
    expect(rig.desk.absorbed('')).toBe(false)
    expect(rig.desk.absorbed(' ')).toBe(false)
    expect(rig.desk.objected('No.')).toBe(true)
  })

  it('in parts is forgotten with its connection', () => {
    const rig = ready()
    void rig.desk.execute(typed('One. Two.'))
    expect(rig.desk.userEcho('One.')).toBe(true)
    rig.desk.dropped()
    rig.desk.ready()
    expect(rig.desk.userEcho('Two.')).toBe(false)
  })
})
