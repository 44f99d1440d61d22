import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NapsterSettings } from '../../../../shared/protocol/napster.ts'
import {
  CLIENT_ID,
  clientProfileOf,
  shownJson,
  shownTags,
  tagsOf,
  tuningParts,
  withoutTuningPart
} from './napster-fields.ts'

const settings = { agentId: 'agent_1' }

describe('the client id', () => {
  it('is judged as the service judges it', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[A-Za-z0-9_-]{0,34}$/)), (externalClientId) => {
        expect(CLIENT_ID.test(externalClientId)).toBe(
          NapsterSettings.safeParse({ ...settings, externalClientId }).success
        )
      })
    )
  })
})

describe('the client profile', () => {
  it('shown and read again is the same object', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (profile) => {
        const plain = JSON.parse(JSON.stringify(profile)) as object
        expect(clientProfileOf(shownJson(plain))).toEqual({ value: plain, valid: true })
      })
    )
  })

  it.each(['{ "name": ', '[1]', '7', 'null', '"text"'])('%s is kept as typed, and refused when saved', (typed) => {
    expect(clientProfileOf(typed)).toEqual({ value: typed, valid: false })
    expect(NapsterSettings.safeParse({ ...settings, externalClientProfile: typed }).success).toBe(false)
    expect(shownJson(clientProfileOf(typed).value)).toBe(typed)
  })

  it('that is empty is none', () => {
    expect(clientProfileOf(' \n')).toEqual({ value: undefined, valid: true })
  })
})

describe('tags', () => {
  it('are lines of name and value; a value may hold a colon', () => {
    expect(tagsOf('team: night\n\n url : http://a:80 ')).toEqual({ value: { team: 'night', url: 'http://a:80' } })
    expect(tagsOf('\n')).toEqual({ value: undefined })
  })

  it('with a line that is none are kept as typed, and refused when saved', () => {
    const typed = 'team: night\nno colon here'
    expect(tagsOf(typed)).toEqual({ value: typed, wrong: 'no colon here' })
    expect(NapsterSettings.safeParse({ ...settings, tags: typed }).success).toBe(false)
    expect(shownTags(typed)).toBe(typed)
  })

  it('shown and read again are the same', () => {
    const word = fc.oneof(fc.string(), fc.constantFrom('{', 'a: b', 'a\nb', ' a', '', '7'))
    fc.assert(
      fc.property(fc.dictionary(word, word), (tags) => {
        const plain = JSON.parse(JSON.stringify(tags)) as object
        expect(tagsOf(shownTags(plain)).value).toEqual(plain)
      }),
      { examples: [[{ '{': '' }], [{ 'a\nb: c': 'd' }], [{}], [{ a: 'b\nc: d' }]] }
    )
    expect(shownTags({ team: 'night', url: 'http://a:80' })).toBe('team: night\nurl: http://a:80')
  })

  it('that are no strings are shown as they are, and refused when saved', () => {
    expect(tagsOf(shownTags({ floor: 3 })).value).toEqual({ floor: 3 })
    expect(NapsterSettings.safeParse({ ...settings, tags: { floor: 3 } }).success).toBe(false)
  })
})

describe('saved changes', () => {
  const tuning = {
    instructions: 'You are a night porter.',
    temperature: 0.4,
    turnDetection: { threshold: 0.9, silenceDurationMs: 1000 },
    context: ['It rains.', 'The lift is broken.'],
    unknown: [1]
  }

  it('are listed one by one, those that nobody knows too', () => {
    expect(tuningParts(tuning)).toEqual([
      { at: ['instructions'], value: 'You are a night porter.' },
      { at: ['temperature'], value: '0.4' },
      { at: ['turnDetection', 'threshold'], value: '0.9' },
      { at: ['turnDetection', 'silenceDurationMs'], value: '1000' },
      { at: ['context', 0], value: 'It rains.' },
      { at: ['context', 1], value: 'The lift is broken.' },
      { at: ['unknown'], value: '[\n  1\n]' }
    ])
    expect(tuningParts(undefined)).toEqual([])
  })

  it('one that is removed takes nothing else with it', () => {
    expect(withoutTuningPart(tuning, ['temperature'])).toBeUndefined()
    expect(withoutTuningPart(tuning, ['turnDetection', 'threshold'])).toEqual({ silenceDurationMs: 1000 })
    expect(withoutTuningPart({ turnDetection: { threshold: 1 } }, ['turnDetection', 'threshold'])).toBeUndefined()
    expect(withoutTuningPart(tuning, ['context', 0])).toEqual(['The lift is broken.'])
    expect(withoutTuningPart({ context: ['x'] }, ['context', 0])).toBeUndefined()
  })
})
