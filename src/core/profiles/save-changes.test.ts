import { describe, expect, it } from 'vitest'
import { AgentProfile } from '../../shared/profile.ts'
import type { EffectiveAgent } from '../dialects/effective-agent.ts'
import { PROFILE } from '../testing.test-support.ts'
import { ProfileError } from './profile-error.ts'
import { tunedName, withChanges } from './save-changes.ts'

const THINK = { provider: { type: 'open_ai', model: 'm' }, prompt: 'Be brief.' }

function agent(change: Partial<EffectiveAgent> = {}): EffectiveAgent {
  return {
    savedId: undefined,
    listen: undefined,
    think: THINK,
    speak: undefined,
    additions: [],
    updated: { listen: false, think: false, speak: false },
    ...change
  }
}

const deepgram = (blocks: object | string, rest: object = {}) =>
  AgentProfile.parse({
    schemaVersion: 1,
    name: 'N',
    service: 'deepgram',
    future: { a: 1 },
    ...rest,
    settings: { tags: ['t'], agent: blocks }
  })

describe('changes of an agent that the profile holds', () => {
  it('take the place of its blocks; everything else stays as it is written', () => {
    const profile = deepgram({
      language: 'en',
      listen: { provider: { type: 'deepgram', model: 'flux' }, future: 1 },
      think: { ...THINK, prompt: '{{secret:P}}' },
      speak: { provider: { type: 'deepgram', model: 'a' } },
      greeting: 'Hi.'
    })
    const changed = withChanges(
      profile,
      agent({
        listen: { type: 'deepgram', model: 'flux', eot_threshold: 0.8 },
        think: { ...THINK, prompt: '{{secret:P}}', provider: { type: 'open_ai', model: 'm2' } },
        speak: { provider: { type: 'deepgram', model: 'b' } },
        updated: { listen: true, think: true, speak: true }
      })
    )
    expect(changed).toEqual(
      deepgram({
        language: 'en',
        listen: { provider: { type: 'deepgram', model: 'flux', eot_threshold: 0.8 }, future: 1 },
        think: { provider: { type: 'open_ai', model: 'm2' }, prompt: '{{secret:P}}' },
        speak: { provider: { type: 'deepgram', model: 'b' } },
        greeting: 'Hi.'
      })
    )
  })

  it('leave a block alone that was not changed, even where Parley completed it to send it', () => {
    const blocks = { listen: { provider: { type: 'deepgram', model: 'flux-general-en' } }, think: THINK }
    const changed = withChanges(
      deepgram(blocks),
      agent({
        listen: { type: 'deepgram', model: 'flux-general-en', version: 'v2' },
        speak: { provider: { type: 'deepgram', model: 'b' } },
        updated: { listen: false, think: false, speak: true }
      })
    )
    expect(changed).toEqual(deepgram({ ...blocks, speak: { provider: { type: 'deepgram', model: 'b' } } }))
  })

  it('put what was added behind the prompt of each item', () => {
    const think = [THINK, { ...THINK, prompt: 'Fallback.' }]
    const changed = withChanges(deepgram({ think }), agent({ think, additions: ['One.', 'Two.'] }))
    expect(changed).toEqual(
      deepgram({
        think: [
          { ...THINK, prompt: 'Be brief.\nOne.\nTwo.' },
          { ...THINK, prompt: 'Fallback.\nOne.\nTwo.' }
        ]
      })
    )
  })

  it('of the built-in agent make the blocks that it had none of', () => {
    const changed = withChanges(
      AgentProfile.parse({ schemaVersion: 1, name: 'N', service: 'builtin' }),
      agent({
        speak: { provider: { type: 'deepgram', model: 'flite-rms' } },
        updated: { listen: false, think: false, speak: true }
      })
    )
    expect(changed.settings).toEqual({ agent: { speak: { provider: { type: 'deepgram', model: 'flite-rms' } } } })
  })

  it.each([
    [
      deepgram('agent-id'),
      agent({ savedId: 'agent-id', think: undefined, additions: ['x'] }),
      /keeps this agent under an id/
    ],
    [deepgram({}), agent({ think: undefined, additions: ['x'] }), /no think block.*Add agent\.think/]
  ])('that have no place in the profile are refused with a sentence (%#)', (profile, changed, sentence) => {
    expect(() => withChanges(profile, changed)).toThrow(ProfileError)
    expect(() => withChanges(profile, changed)).toThrow(sentence)
  })
})

const napster = (tuning?: object) =>
  AgentProfile.parse({
    schemaVersion: 1,
    name: 'N',
    service: 'napster',
    future: 1,
    settings: { agentId: 'agent_1', mode: 'x' },
    ...(tuning === undefined ? {} : { tuning })
  })

describe('changes of an agent that Napster keeps', () => {
  it('are the tuning of the profile; the settings stay as they are written', () => {
    const changed = withChanges(
      napster({ temperature: 0.1, context: ['Known.'] }),
      agent({
        savedId: 'agent_1',
        listen: { threshold: 0.9, prefix_padding_ms: 400, silence_duration_ms: 1000 },
        think: { prompt: 'You are a pirate.', provider: { temperature: 0.7 } },
        additions: ['Known.', 'New.'],
        told: [{ text: 'not kept', additions: 2 }]
      })
    )
    expect(changed).toEqual(
      napster({
        instructions: 'You are a pirate.',
        temperature: 0.7,
        turnDetection: { threshold: 0.9, prefixPaddingMs: 400, silenceDurationMs: 1000 },
        context: ['Known.', 'New.']
      })
    )
  })

  it('say only what is known', () => {
    expect(withChanges(napster(), agent({ think: undefined, listen: { silence_duration_ms: 1000 } })).tuning).toEqual({
      turnDetection: { silenceDurationMs: 1000 }
    })
    expect(withChanges(napster({ temperature: 0.2 }), agent({ think: undefined }))).not.toHaveProperty('tuning')
  })

  it('join the oldest of more context than a profile holds, in order', () => {
    const additions = Array.from({ length: 60 }, (_, at) => `c${at}`)
    const { tuning } = withChanges(napster(), agent({ think: undefined, additions }))
    expect(tuning?.context).toHaveLength(50)
    expect(tuning?.context?.join('\n')).toBe(additions.join('\n'))
  })

  it('that are too long are refused with the field', () => {
    const long = agent({ think: { prompt: 'x'.repeat(100_001) } })
    expect(() => withChanges(napster(), long)).toThrow(ProfileError)
    expect(() => withChanges(napster(), long)).toThrow(/"tuning\.instructions"/)
  })
})

it('a tuned profile has a name of its own, never longer than a name may be', () => {
  expect(tunedName('A', new Set())).toBe('A (tuned)')
  expect(tunedName('A', new Set(['A (tuned)', 'A (tuned 2)']))).toBe('A (tuned 3)')
  expect(tunedName('A (tuned 2)', new Set(['A (tuned)']))).toBe('A (tuned 2)')
  expect(tunedName('x'.repeat(200), new Set())).toHaveLength(200)
})

it('an agent as the profile describes it changes nothing', () => {
  expect(withChanges(PROFILE, agent())).toEqual(PROFILE)
})
