import { describe, expect, it } from 'vitest'
import { Command } from '../../../../shared/commands.ts'
import type { SupportTable } from '../../../../shared/events.ts'
import {
  agentHasTurn,
  choiceSupport,
  commandOf,
  initialTimings,
  possible,
  purposeObstacle,
  purposes,
  timings,
  type Timings
} from './composer-choice.ts'

describe('a text for after the speech', () => {
  it.each([
    ['listening', false],
    ['userSpeaking', false],
    ['thinking', true],
    ['agentSpeaking', true]
  ] as const)('waits while the agent has the turn (%s: %s)', (activity, waiting) => {
    expect(agentHasTurn({ phase: 'live', activity })).toBe(waiting)
  })

  it('waits for no speech without a conversation', () => {
    expect(agentHasTurn({ phase: 'connecting' })).toBe(false)
  })
})

const why = 'Napster cannot say words as they stand.'
const note = 'It interrupts the agent if it is speaking.'
const waits = 'Napster holds it until the agent has finished speaking.'
const napster: SupportTable = {
  'user-text': { kind: 'native', note },
  'user-text/after-speech': { kind: 'native', note: waits },
  'user-text/no-response': { kind: 'native', note },
  context: { kind: 'native', note },
  'context/after-speech': { kind: 'native', note: waits },
  'context/respond': { kind: 'native', note },
  'agent-speech': { kind: 'unsupported', why },
  'append-prompt': { kind: 'emulated', how: 'It is sent as context.' }
}
const held = 'Parley holds it until the reply has been played.'
const told = 'The prompt is extended by it.'
const deepgram: SupportTable = {
  'user-text': { kind: 'native' },
  'user-text/after-speech': { kind: 'emulated', how: held },
  context: { kind: 'emulated', how: told },
  'context/after-speech': { kind: 'emulated', how: held },
  'agent-speech': { kind: 'native' },
  'agent-speech/interrupt': { kind: 'unsupported', why }
}

describe('the command of a choice', () => {
  it('every purpose and timing is a command, and no two are the same', () => {
    const commands = purposes.flatMap((purpose) =>
      timings[purpose].map((timing) =>
        Command.parse(commandOf(purpose, { ...initialTimings, [purpose]: timing }, 'Hello.'))
      )
    )
    expect(new Set(commands.map((command) => JSON.stringify(command))).size).toBe(12)
    expect(commands.slice(0, 4)).toMatchObject(
      [{}, { when: 'after-speech', respond: true }, { when: 'now', respond: false }, { when: 'after-speech' }].map(
        (fields) => ({ kind: 'user-text', text: 'Hello.', ...fields })
      )
    )
  })

  it('N21 context is told without an answer and without an interruption, unless one asks for it', () => {
    const command = commandOf('context', initialTimings, 'The user opened the cart.')
    expect(command).toEqual({
      kind: 'context',
      text: 'The user opened the cart.',
      when: 'after-speech',
      respond: false
    })
  })

  it('words are sent as they were typed', () => {
    expect(commandOf('message', initialTimings, '  a\n')).toEqual({ kind: 'user-text', text: '  a\n' })
  })
})

describe('how the service does a choice', () => {
  it('N10 on Napster "now" says that it interrupts, and what waits does not', () => {
    for (const purpose of ['message', 'context'] as const) {
      for (const timing of ['now', 'none'] as const) expect(choiceSupport(napster, purpose, timing).note).toBe(note)
      for (const timing of ['after-speech', 'none-after-speech'] as const) {
        expect(choiceSupport(napster, purpose, timing)).toEqual({ obstacle: '', note: waits })
      }
    }
  })

  it('an emulated choice says how, each sentence once', () => {
    expect(choiceSupport(deepgram, 'message', 'after-speech').note).toBe(held)
    expect(choiceSupport(deepgram, 'context', 'none-after-speech').note).toBe(`${told} ${held}`)
    expect(choiceSupport(deepgram, 'context', 'after-speech').note).toBe(`${told} ${held}`)
  })

  it('a purpose is impossible when none of its timings is possible', () => {
    expect(purposeObstacle(napster, 'speech')).toBe(why)
    expect(purposeObstacle(deepgram, 'speech')).toBe('')
    expect(choiceSupport(deepgram, 'speech', 'interrupt')).toEqual({ obstacle: why, note: '' })
  })

  it('what the service has not told yet counts as possible', () => {
    for (const purpose of purposes) expect(purposeObstacle({}, purpose)).toBe('')
  })

  it('a timing that cannot be had gives way to the first that can; the others stay', () => {
    const chosen: Timings = { ...initialTimings, speech: 'interrupt', message: 'none' }
    expect(possible(deepgram, 'speech', chosen)).toEqual({ ...chosen, speech: 'if-quiet' })
    expect(possible(deepgram, 'message', chosen)).toBe(chosen)
    expect(possible(napster, 'speech', chosen)).toBe(chosen)
  })
})
