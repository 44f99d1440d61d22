import { describe, expect, it } from 'vitest'
import type { EffectiveAgent } from '../dialects/dialect.ts'
import { differences } from './differences.ts'

const AGENT: EffectiveAgent = {
  savedId: undefined,
  listen: { type: 'deepgram', model: 'flux', eot_threshold: 0.7 },
  think: { prompt: 'p', provider: { type: 'open_ai', model: 'm', temperature: 0.5 }, functions: [] },
  speak: { provider: { type: 'deepgram', model: 'v' } },
  additions: ['a'],
  updated: { listen: false, think: false, speak: false }
}

/** An agent that the service keeps: Parley knows nothing of it. */
const KEPT: EffectiveAgent = {
  ...AGENT,
  savedId: 'x',
  listen: undefined,
  think: undefined,
  speak: undefined,
  additions: []
}

const WITHOUT: EffectiveAgent['think'] = {
  provider: { type: 'open_ai', model: 'm', temperature: 0.5 },
  functions: []
}

const think = (change: object) => ({ think: { ...(AGENT.think as object), ...change } })

describe('what differs between two states of an agent', () => {
  it.each<[string, EffectiveAgent, Partial<EffectiveAgent>, string[]]>([
    [
      'nothing',
      AGENT,
      { updated: { listen: true, think: true, speak: true }, told: [{ text: 'x', additions: 1 }] },
      []
    ],
    ['the prompt', AGENT, think({ prompt: 'q' }), ['the prompt']],
    ['a prompt that is gone', { ...AGENT, additions: [] }, { think: WITHOUT }, ['the prompt']],
    [
      'the temperature',
      AGENT,
      think({ provider: { type: 'open_ai', model: 'm', temperature: 0 } }),
      ['the temperature']
    ],
    ['the model', AGENT, think({ provider: { type: 'open_ai', model: 'n', temperature: 0.5 } }), ['the model']],
    ['the functions', AGENT, think({ functions: [{ name: 'f' }] }), ['the model']],
    [
      'a list of models',
      AGENT,
      { think: [AGENT.think as never, { provider: { type: 'x' } }] },
      ['the prompt', 'the temperature', 'the model']
    ],
    ['the voice', AGENT, { speak: { provider: { type: 'deepgram', model: 'w' } } }, ['the voice']],
    ['turn detection', AGENT, { listen: { ...AGENT.listen, eot_threshold: 0.8 } }, ['turn detection']],
    ['listening', AGENT, { listen: { ...AGENT.listen, keyterms: ['x'] } }, ['listening']],
    [
      'both',
      AGENT,
      { listen: { ...AGENT.listen, eot_timeout_ms: 900, model: 'nova' } },
      ['turn detection', 'listening']
    ],
    ['added context', AGENT, { additions: ['a', 'b'] }, ['added context']],
    ['a prompt in the place of the old one', AGENT, { think: WITHOUT, additions: ['q'] }, ['the prompt']],
    ['the same, and more', AGENT, { think: WITHOUT, additions: ['q', 'b'] }, ['the prompt', 'added context']],
    [
      'another prompt in the place of that',
      { ...AGENT, think: WITHOUT, additions: ['q'] },
      { additions: ['r'] },
      ['the prompt']
    ],
    ['a prompt set at a service that keeps its agent', KEPT, { think: { prompt: 'q' } }, ['the prompt']],
    ['a temperature there', KEPT, { think: { provider: { temperature: 1 } } }, ['the temperature']],
    ['turn detection there', KEPT, { listen: { silence_duration_ms: 1000 } }, ['turn detection']]
  ])('is told in words: %s', (_what, before, change, told) => {
    expect(differences(before, { ...before, ...change })).toEqual(told)
  })
})
