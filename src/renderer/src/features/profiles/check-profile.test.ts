import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AgentProfile } from '../../../../shared/profile.ts'
import { checkProfile } from './check-profile.ts'

const deepgram = (agent: unknown, rest: object = {}) => ({
  schemaVersion: 1,
  name: 'A',
  service: 'deepgram',
  settings: { agent },
  ...rest
})
const napster = (settings: object, rest: object = {}) => ({
  schemaVersion: 1,
  name: 'A',
  service: 'napster',
  settings,
  ...rest
})
const said = (profile: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(
    checkProfile(profile).map(({ path, message, blocks }) => [path.join('.'), `${blocks ? '! ' : ''}${message}`])
  )

describe('what is wrong with a profile', () => {
  it('is nothing with one that works', () => {
    const agent = {
      listen: {
        provider: {
          type: 'deepgram',
          version: 'v2',
          model: 'flux-general-en',
          eot_threshold: 0.8,
          eager_eot_threshold: 0.5
        }
      },
      think: [
        { provider: { type: 'open_ai', model: 'gpt-4o-mini', temperature: 2 } },
        {
          provider: { type: 'groq', model: 'x' },
          endpoint: { url: 'https://a.test', headers: { a: 'b' } },
          context_length: 'max'
        }
      ],
      speak: { provider: { type: 'cartesia', model_id: 'm', voice: { mode: 'id', id: 'x' }, volume: 1 } }
    }
    expect(said(deepgram(agent))).toEqual({})
    expect(said(napster({ agentId: 'a', tags: { a: 'b' }, future: 1 }))).toEqual({})
  })

  it('blocks wherever the schema of the file refuses it, and only there or where a value is of another kind', () => {
    const profile = fc.record(
      {
        schemaVersion: fc.constantFrom(1, 2, '1'),
        name: fc.constantFrom('A', '', 5),
        service: fc.constantFrom('deepgram', 'builtin', 'other'),
        nudge: fc.constantFrom({ afterSeconds: 20, say: 'x' }, { afterSeconds: 1, say: '' }, 7),
        hotkey: fc.constantFrom('Ctrl+KeyK', 'ctrl k'),
        devices: fc.constantFrom({ talkMode: 'open' }, { talkMode: 'loud' }, { odd: 1 })
      },
      { requiredKeys: [] }
    )
    fc.assert(
      fc.property(profile, (value) => {
        const blocked = checkProfile(value).some(({ blocks }) => blocks)
        expect(blocked).toBe(!AgentProfile.safeParse(value).success)
      })
    )
  })

  it('says where, and what to do', () => {
    expect(said(deepgram({}, { name: ' ', hotkey: 'k', nudge: { afterSeconds: 1, say: 'x' } }))).toEqual({
      name: '! Write a name of 1 to 200 characters.',
      hotkey: '! Press a key with Ctrl, Alt, Shift or Meta, written as Ctrl+Alt+KeyK.',
      'nudge.afterSeconds': '! Write a number from 3 to 3600.'
    })
    const mcp = { authorizations: [{ mcpServerId: 'crm', token: '{{secret:CRM}}' }] }
    expect(said(napster({ agentId: 'a', mcp }))).toEqual({})
    expect(said(napster({ agentId: 'a', mcp: { authorizations: [{ mcpServerId: 'crm' }] } }))).toEqual({
      'settings.mcp.authorizations.0.token': '! Write a text.'
    })
    expect(said(napster({ agentId: '', externalClientId: 'a b', tags: { a: 1 } }))).toEqual({
      'settings.agentId': '! Write the id of an agent, or choose one from the list.',
      'settings.externalClientId': '! Only letters, digits, _ and -, at most 32 of them.',
      'settings.tags.a': '! Write a text.'
    })
    expect(said(napster({ agentId: 'a' }, { tuning: { temperature: 3 } }))).toEqual({
      'tuning.temperature': '! Write a number of at most 1.'
    })
    expect(said(deepgram({}, { tuning: {} }))).toEqual({
      tuning: '! Only agents of Napster have this. Remove it, and change the settings of the agent instead.'
    })
  })

  it('of a block of the agent is told at the field inside it', () => {
    expect(said(deepgram({ greeting: 5 }))).toEqual({ 'settings.agent.greeting': '! Write a text.' })
    expect(said({ ...deepgram({}), settings: { audio: { input: { encoding: 'linear16' } }, agent: {} } })).toEqual({
      'settings.audio.input.sample_rate': '! Write a number.'
    })
  })

  it('that only the service refuses does not block', () => {
    const flux = {
      listen: { provider: { type: 'deepgram', version: 'v2', model: 'nova-3', eot_threshold: 0.4, smart_format: true } }
    }
    const found = said(deepgram(flux))
    expect(found).toEqual({
      'settings.agent.listen.provider.model': 'Flux models need Flux (v2), and other models Nova (v1).',
      'settings.agent.listen.provider.eot_threshold': 'Write a number from 0.5 to 1.',
      'settings.agent.listen.provider.smart_format':
        'The service does not take this with what is set beside it. Clear it if the service refuses it.'
    })
    expect(said(deepgram({ think: { provider: { type: 'anthropic', model: 'x', temperature: 1.5 } } }))).toEqual({
      'settings.agent.think.provider.temperature': 'Write a number from 0 to 1.'
    })
    expect(said(deepgram({ speak: { provider: { type: 'eleven_labs' } } }))).toEqual({
      'settings.agent.speak.provider.model_id': 'The service needs this.',
      'settings.agent.speak.endpoint.url': 'This provider needs an address.'
    })
  })

  it('is found in anything that is a JSON object, and never thrown', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.jsonValue(), (value, agent) => {
        for (const service of ['deepgram', 'napster', value['service']]) {
          for (const fault of checkProfile({ ...value, service, settings: { agent } }))
            expect(fault.message).not.toBe('')
        }
      })
    )
  })
})
