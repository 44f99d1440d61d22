import { describe, expect, it } from 'vitest'
import { SUPPORT_VARIANTS } from '../../../../shared/commands.ts'
import { defaultsOf } from './agent-defaults.ts'
import { holds, isAboutText, isFault, statesAfter } from './field-state.ts'
import { keytermsOf } from './keyterms.ts'
import { temperatureRange, TURN_FIELDS, turnRange } from './ranges.ts'
import { groups } from './service-groups.ts'
import { commonSupport, jointSupport, supportNote, supportOf } from './support.ts'
import { readName, readNumber } from './typed-value.ts'

describe('what the service can do', () => {
  const why = 'This listening model has no such setting.'
  const table = {
    'set-turn-detection': { kind: 'native' },
    'set-turn-detection/threshold': { kind: 'unsupported', why },
    'set-turn-detection/prefixPaddingMs': { kind: 'unsupported', why }
  } as const

  it('is what is said of a variant, else of its command, else not known', () => {
    expect(supportOf(table, 'set-turn-detection/threshold')).toEqual({ kind: 'unsupported', why })
    expect(supportOf(table, 'set-turn-detection/eotThreshold')).toEqual({ kind: 'native' })
    expect(supportOf(table, 'set-voice')).toBeUndefined()
  })

  it('is said once for several variants only where it is the same for all', () => {
    const unsupported = ['set-turn-detection/threshold', 'set-turn-detection/prefixPaddingMs'] as const
    expect(commonSupport(table, unsupported)).toEqual({ kind: 'unsupported', why })
    expect(commonSupport(table, [...unsupported, 'set-turn-detection/eotThreshold'])).toBeUndefined()
  })
})

describe('what needs several things of a service at once', () => {
  const why = 'No such thing.'
  const table = {
    context: { kind: 'native', note: 'It interrupts.' },
    'context/respond': { kind: 'native', note: 'It interrupts.' },
    'context/after-speech': { kind: 'emulated', how: 'It is held.' },
    announce: { kind: 'unsupported', why }
  } as const

  it('is the weakest of them', () => {
    expect(jointSupport(table, ['context/after-speech', 'announce'])).toEqual({ kind: 'unsupported', why })
    expect(jointSupport(table, ['context/respond', 'context'])).toEqual({ kind: 'native' })
    expect(jointSupport(table, ['set-voice'])).toBeUndefined()
  })

  it('has the notes of what is emulated; that of a native one is true of it alone', () => {
    expect(jointSupport(table, ['context/after-speech', 'context/respond'])).toEqual({
      kind: 'emulated',
      how: 'It is held.'
    })
    expect(supportNote(jointSupport(table, ['context/respond']))).toBe('It interrupts.')
  })
})

describe('the view of a service', () => {
  it('has every variant, and everything once', () => {
    const keys = groups.flatMap((group) => group.keys)
    expect(keys).toEqual(expect.arrayContaining([...SUPPORT_VARIANTS]))
    expect(new Set(keys).size).toBe(keys.length)
    expect(groups.every((group) => group.keys.length > 0)).toBe(true)
  })
})

describe('typed keyterms', () => {
  it('are one in each line or between commas, each once', () => {
    expect(keytermsOf(' Parley\nAda Lovelace, Babbage,,\n\nParley ')).toEqual(['Parley', 'Ada Lovelace', 'Babbage'])
    expect(keytermsOf(' \n, ')).toEqual([])
  })
})

describe('a typed value', () => {
  const read = readNumber({ min: -2, max: 2 })

  it('may be absent, and a number may have a comma or a typographic minus', () => {
    expect(read('  ')).toEqual({ kind: 'absent' })
    expect(read('0,8')).toEqual({ kind: 'value', value: 0.8 })
    expect(read('−2')).toEqual({ kind: 'value', value: -2 })
    expect(readName(' ')).toEqual({ kind: 'absent' })
    expect(readName(' gpt-4o ')).toEqual({ kind: 'value', value: 'gpt-4o' })
  })

  it.each(['fast', 'Infinity', 'NaN', '2.01', '-2.01', '0x', '1 2'])('is refused with its range: %s', (typed) => {
    expect(read(typed)).toEqual({ kind: 'wrong', problem: 'Write a number from -2 to 2.' })
  })

  it('is whole where it must be', () => {
    const whole = readNumber({ min: 0, max: 5, whole: true })
    expect(whole('2')).toEqual({ kind: 'value', value: 2 })
    expect(whole('2.5')).toEqual({ kind: 'wrong', problem: 'Write a whole number from 0 to 5.' })
  })
})

describe('the range of a field', () => {
  it('N17 a temperature of Napster is 0 to 1; elsewhere it is that of the provider', () => {
    expect(temperatureRange('napster', '')).toEqual({ min: 0, max: 1 })
    expect(temperatureRange('napster', 'open_ai')).toEqual({ min: 0, max: 1 })
    expect(temperatureRange('deepgram', ' anthropic ')).toEqual({ min: 0, max: 1 })
    expect(temperatureRange('deepgram', 'open_ai')).toEqual({ min: 0, max: 2 })
    expect(temperatureRange('builtin', '')).toEqual({ min: 0, max: 2 })
  })

  it('of a silence is that of the field it is sent as', () => {
    expect(turnRange('deepgram', 'silenceDurationMs')).toEqual(turnRange('deepgram', 'eotTimeoutMs'))
    expect(turnRange('napster', 'silenceDurationMs')).toEqual({ min: 0, max: 60_000, whole: true })
    for (const field of TURN_FIELDS.filter((name) => name.endsWith('Ms'))) {
      expect(turnRange('napster', field).whole).toBe(true)
    }
  })
})

describe('what a result says of the fields of its command', () => {
  const eot = { key: 'a', word: 'eot_threshold', value: '0.6' }
  const eager = { key: 'b', word: 'eager_eot_threshold', value: '0.8' }

  it('is the value where it was taken', () => {
    expect(statesAfter({ outcome: 'applied' }, [eot, eager])).toEqual({
      a: { kind: 'applied', value: '0.6' },
      b: { kind: 'applied', value: '0.8' }
    })
  })

  it('is the reason at the field that is named first, as a word of its own, and nowhere else', () => {
    const reason = 'eager_eot_threshold is above eot_threshold.'
    expect(statesAfter({ outcome: 'refused', reason }, [eot, eager])).toEqual({
      a: { kind: 'unchanged' },
      b: { kind: 'refused', reason }
    })
    const other = 'Eot_Threshold is too low.'
    expect(statesAfter({ outcome: 'failed', reason: other }, [eager, eot])).toMatchObject({ a: { reason: other } })
  })

  it('is the reason at the first field where none is named', () => {
    const reason = 'Napster does not confirm this.'
    expect(statesAfter({ outcome: 'unconfirmed', reason }, [eot, eager])).toEqual({
      a: { kind: 'unconfirmed', value: '0.6', reason },
      b: { kind: 'unconfirmed', value: '0.8', reason: '' }
    })
  })

  it('is about what holds, or about what still stands in the field', () => {
    expect([holds({ kind: 'applied', value: '1' }), isAboutText({ kind: 'applied', value: '1' })]).toEqual([
      true,
      false
    ])
    expect([holds({ kind: 'wrong', problem: '' }), isAboutText({ kind: 'wrong', problem: '' })]).toEqual([false, true])
    expect([holds({ kind: 'sending' }), isAboutText({ kind: 'sending' })]).toEqual([false, false])
    expect([isFault({ kind: 'unchanged' }), isAboutText({ kind: 'unchanged' })]).toEqual([false, true])
    expect(isFault(undefined)).toBe(false)
  })
})

describe('the saved agent', () => {
  it('is read from its first blocks', () => {
    const think = [{ provider: { type: 'open_ai', model: 'gpt-4o-mini', temperature: 0.7 }, prompt: 'Be brief.' }, {}]
    const listen = { provider: { keyterms: ['Parley', 'Ada Lovelace'] } }
    const agent = { think, listen, speak: { provider: { model: 'aura-2-thalia-en' } } }
    expect(defaultsOf(JSON.stringify({ settings: { agent } }))).toMatchObject({
      prompt: 'Be brief.',
      provider: 'open_ai',
      temperature: '0.7',
      voice: 'aura-2-thalia-en',
      keyterms: 'Parley\nAda Lovelace',
      eotThreshold: '',
      blocks: { think: JSON.stringify(think, null, 2), listen: JSON.stringify(listen, null, 2) }
    })
  })

  it('of Napster says what Parley changes at the start', () => {
    const tuning = {
      instructions: 'You sell lamps.',
      temperature: 0.6,
      turnDetection: { silenceDurationMs: 500, threshold: 0 }
    }
    const profile = { service: 'napster', url: 'http://127.0.0.1:4000', settings: { agentId: 'agent_1' }, tuning }
    expect(defaultsOf(JSON.stringify(profile))).toMatchObject({
      url: 'http://127.0.0.1:4000',
      prompt: 'You sell lamps.',
      temperature: '0.6',
      silenceDurationMs: '500',
      threshold: '0',
      prefixPaddingMs: ''
    })
  })

  it.each([
    '',
    '[1]',
    '{"service":"napster","settings":{"agentId":"agent_1"}}',
    '{"settings":{"agent":"an-id"}}',
    '{"settings":{"agent":{"think":null}}}'
  ])('says nothing where %j says nothing', (text) => {
    const { blocks, ...fields } = defaultsOf(text)
    expect([...Object.values(blocks), ...Object.values(fields)].join('')).toBe('')
  })
})
