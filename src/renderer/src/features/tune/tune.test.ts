import { describe, expect, it } from 'vitest'
import { defaultsOf } from './agent-defaults.ts'
import { keytermsOf } from './keyterms.ts'
import { readNumber } from './number-field.ts'
import { commonSupport, supportOf } from './support.ts'

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

describe('typed keyterms', () => {
  it('are one in each line or between commas, each once', () => {
    expect(keytermsOf(' Parley\nAda Lovelace, Babbage,,\n\nParley ')).toEqual(['Parley', 'Ada Lovelace', 'Babbage'])
    expect(keytermsOf(' \n, ')).toEqual([])
  })
})

describe('a typed number', () => {
  it('may be absent, and may have a comma or a typographic minus', () => {
    expect(readNumber('Speed', '  ')).toEqual({ kind: 'absent' })
    expect(readNumber('Speed', '0,8')).toEqual({ kind: 'number', value: 0.8 })
    expect(readNumber('Speed', '−2', { min: -2, max: 2 })).toEqual({ kind: 'number', value: -2 })
  })

  it('is refused with its range', () => {
    expect(readNumber('Speed', 'fast')).toMatchObject({ kind: 'wrong', problem: 'Speed: write a number.' })
    expect(readNumber('Speed', 'Infinity')).toMatchObject({ kind: 'wrong' })
    expect(readNumber('Speed', '9', { min: 0.5, max: 1.5 })).toMatchObject({
      problem: 'Speed: write a number from 0.5 to 1.5.'
    })
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

  it.each(['', '[1]', '{"settings":{"agent":"an-id"}}', '{"settings":{"agent":{"think":null}}}'])(
    'says nothing where %j says nothing',
    (text) => {
      const { blocks, ...fields } = defaultsOf(text)
      expect([...Object.values(blocks), ...Object.values(fields)].join('')).toBe('')
    }
  )
})
