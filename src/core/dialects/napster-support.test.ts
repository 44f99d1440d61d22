import { describe, expect, it } from 'vitest'
import { Command, SUPPORT_VARIANTS } from '../../shared/commands.ts'
import { SupportTable } from '../../shared/events.ts'
import { AZURE_ONLY, INTERRUPTS, support } from './napster-support.ts'
import { VOCABULARY_COLUMNS, vocabularyTable } from './vocabulary.ts'

const KEYS = [...Command.options.map(({ shape }) => shape.kind.value), ...SUPPORT_VARIANTS].toSorted()

describe('what Napster can do', () => {
  it.each(['audio', 'text'] as const)('every command and variant has its place, with sentences (%s)', (modality) => {
    const table = SupportTable.parse(support(modality))
    expect(Object.keys(table).toSorted()).toEqual(KEYS)
    for (const one of Object.values(table)) {
      const sentence = one.kind === 'native' ? one.note : one.kind === 'emulated' ? one.how : one.why
      if (sentence !== undefined) expect(sentence).toMatch(/^[A-Z].*\.$/s)
      if (one.kind !== 'native') expect(sentence).toBeDefined()
    }
  })

  it('is as the design says', () => {
    const kinds = Object.fromEntries(Object.entries(support('audio')).map(([key, { kind }]) => [key, kind]))
    expect(kinds).toMatchObject({
      'user-text': 'native',
      'user-text/after-speech': 'native',
      'user-text/no-response': 'native',
      context: 'native',
      'context/after-speech': 'native',
      'context/respond': 'native',
      'agent-speech': 'unsupported',
      'stop-speaking': 'emulated',
      'append-prompt': 'emulated',
      'replace-prompt': 'native',
      'set-model': 'unsupported',
      'set-model/temperature': 'native',
      'set-turn-detection/silenceDurationMs': 'native',
      'set-turn-detection/threshold': 'native',
      'set-turn-detection/prefixPaddingMs': 'native',
      'set-turn-detection/eotThreshold': 'unsupported',
      'set-voice': 'unsupported',
      'end-turn': 'emulated',
      'tool-result': 'native'
    })
  })

  it('N10 what is said now interrupts, and the table says so', () => {
    const table = support('audio')
    for (const key of ['user-text', 'user-text/no-response', 'context', 'context/respond'] as const) {
      expect(table[key]).toEqual({ kind: 'native', note: INTERRUPTS })
    }
  })

  it('N19 settings name the provider they exist for', () => {
    const table = support('audio')
    for (const key of [
      'replace-prompt',
      'set-model/temperature',
      'set-turn-detection',
      'set-turn-detection/threshold',
      'set-turn-detection/prefixPaddingMs',
      'set-turn-detection/silenceDurationMs'
    ] as const) {
      expect(table[key]).toMatchObject({ kind: 'native', note: expect.stringContaining(AZURE_ONLY) as string })
    }
    expect(AZURE_ONLY).toMatch(/Azure OpenAI \(Realtime keys\)/)
  })

  it('in text there is no turn to end or to detect, and no speech to stop', () => {
    const noTurns = { kind: 'unsupported', why: 'A conversation in text has no spoken turn.' }
    const table = support('text')
    const detection = KEYS.filter((key) => key.startsWith('set-turn-detection'))
    expect(detection).toHaveLength(7)
    for (const key of detection) expect(table[key]).toEqual(noTurns)
    expect(table).toMatchObject({
      'end-turn': { kind: 'unsupported' },
      'stop-speaking': { kind: 'unsupported' },
      'user-text': { kind: 'native' }
    })
  })
})

/** What each agent does with `key`. */
function row(key: string): ReturnType<typeof vocabularyTable>[number]['support'] | undefined {
  return vocabularyTable().find((one) => one.key === key)?.support
}

describe('the table of the vocabulary', () => {
  it('has one row for each command and variant, and in each what every agent does', () => {
    const rows = vocabularyTable()
    expect(rows.map(({ key }) => key).toSorted()).toEqual(KEYS)
    expect(new Set(rows.map(({ says }) => says)).size).toBe(rows.length)
    for (const { support: told } of rows) expect(Object.keys(told)).toEqual(Object.keys(VOCABULARY_COLUMNS))
  })

  it('says what the dialects say', () => {
    expect(row('set-turn-detection')).toMatchObject({
      deepgramFlux: { kind: 'native' },
      deepgramNova: { kind: 'unsupported' },
      deepgramSaved: { kind: 'unsupported' },
      napster: { kind: 'native' }
    })
    expect(row('end-turn')).toMatchObject({ napster: { kind: 'emulated' }, napsterText: { kind: 'unsupported' } })
    expect(row('replace-prompt')).toMatchObject({
      deepgramFlux: { kind: 'emulated' },
      deepgramSaved: { kind: 'unsupported' },
      napster: { kind: 'native' }
    })
  })
})
