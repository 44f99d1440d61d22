import { describe, expect, it } from 'vitest'
import { AgentProfile, Tuning } from '../../../../shared/profile.ts'
import { NapsterSettings } from '../../../../shared/protocol/napster.ts'
import { fieldText } from '../../text/en-profile-fields.ts'
import { fieldId, type Scope } from './field.ts'
import { fields, fieldsOf } from './field-table.ts'
import { unknownPaths } from './scopes.ts'

/** Every field that the vendors' pages name, as the table of `Settings` and its parts has them (deepgram.md section 4, napster.md sections 3 and 6.3). */
const ofThePages: Record<Exclude<Scope, 'profile' | 'tuning'>, string> = {
  settings: `tags experimental flags.history mip_opt_out agent agent.language agent.context.messages agent.greeting
    audio.input.encoding audio.input.sample_rate
    audio.output.encoding audio.output.sample_rate audio.output.bitrate audio.output.container`,
  listen: `type version model language language_hints keyterms smart_format
    eot_threshold eager_eot_threshold eot_timeout_ms`,
  think: `provider.type provider.model provider.temperature provider.reasoning_mode provider.version
    provider.credentials.type provider.credentials.region provider.credentials.access_key_id
    provider.credentials.secret_access_key provider.credentials.session_token
    endpoint.url endpoint.headers functions prompt context_length`,
  function: 'name description parameters endpoint.url endpoint.method endpoint.headers defer_until_eot',
  speak: `provider.type provider.version provider.model provider.model_id provider.voice provider.voice.mode provider.voice.id
    provider.language provider.language_code provider.engine provider.speed provider.expressivity provider.volume
    provider.credentials.type provider.credentials.region provider.credentials.access_key_id
    provider.credentials.secret_access_key provider.credentials.session_token
    endpoint.url endpoint.headers`,
  napster: 'agentId modality externalClientId externalClientProfile initialSpeech tags mcp.authorizations'
}

/** `set_settings` of the page of client commands, under the names that a profile has for it. */
const liveSettings = {
  instructions: 'instructions',
  temperature: 'temperature',
  'turn_detection.threshold': 'turnDetection.threshold',
  'turn_detection.prefix_padding_ms': 'turnDetection.prefixPaddingMs',
  'turn_detection.silence_duration_ms': 'turnDetection.silenceDurationMs'
}

function names(scope: Scope): string[] {
  return fieldsOf(scope)
    .map(({ path }) => path.join('.'))
    .toSorted()
}

const roots = (scope: Scope): Set<string> => new Set(fieldsOf(scope).map(({ path }) => path[0] as string))

const profile = (settings: unknown, rest: object = {}) => ({
  schemaVersion: 1,
  name: 'A',
  service: 'deepgram',
  settings,
  ...rest
})
const found = (value: Record<string, unknown>): string[] => unknownPaths(value).map((path) => path.join('.'))

describe('the field table', () => {
  it.each(Object.entries(ofThePages) as [Scope, string][])(
    'has every field that the pages name, and no other: %s',
    (scope, page) => {
      expect(names(scope)).toEqual(page.split(/\s+/).toSorted())
    }
  )

  it('has what can be changed live at Napster, and context', () => {
    expect(names('tuning')).toEqual([...Object.values(liveSettings), 'context'].toSorted())
  })

  it('has every field of the schemas', () => {
    expect(names('profile')).toEqual(Object.keys(AgentProfile.shape).toSorted())
    expect([...roots('napster')]).toEqual(expect.arrayContaining(Object.keys(NapsterSettings.shape)))
    expect([...roots('tuning')].toSorted()).toEqual(Object.keys(Tuning.shape).toSorted())
  })

  it('has no field twice, and words for each', () => {
    const ids = fields.map(fieldId)
    expect(new Set(ids).size).toBe(ids.length)
    expect(Object.keys(fieldText).toSorted()).toEqual(ids.toSorted())
    expect(Object.values(fieldText).filter(({ label }) => label.trim() === '')).toEqual([])
  })

  it('S5 knows all of the Settings printed on the page', () => {
    const printed = {
      tags: ['demo', 'voice_agent'],
      audio: {
        input: { encoding: 'linear16', sample_rate: 24_000 },
        output: { encoding: 'linear16', sample_rate: 24_000, container: 'none' }
      },
      agent: {
        language: 'en',
        listen: { provider: { type: 'deepgram', model: 'nova-3', smart_format: false } },
        think: { provider: { type: 'open_ai', model: 'gpt-4o-mini', temperature: 0.7 } },
        speak: { provider: { type: 'deepgram', model: 'aura-2-thalia-en' } }
      }
    }
    expect(found(profile(printed))).toEqual([])
  })
})

describe('fields that nobody knows', () => {
  it('are found at every level, and known ones are not', () => {
    const settings = {
      odd: 1,
      flags: { history: false, odd: true },
      audio: { input: { encoding: 'linear16', odd: 1 } },
      agent: {
        odd: {},
        listen: { odd: 1, provider: { type: 'deepgram', endpointing: 5 } },
        think: [
          { provider: { type: 'open_ai', odd: 1 } },
          { timeout: 1, functions: [{ name: 'a', client_side: true }] }
        ],
        speak: { provider: { voice: { mode: 'id', id: 'x', odd: 1 } }, odd: 1 }
      }
    }
    expect(found(profile(settings, { colour: 'blue' })).toSorted()).toEqual(
      [
        'colour',
        'settings.odd',
        'settings.flags.odd',
        'settings.audio.input.odd',
        'settings.agent.odd',
        'settings.agent.listen.odd',
        'settings.agent.listen.provider.endpointing',
        'settings.agent.think.0.provider.odd',
        'settings.agent.think.1.timeout',
        'settings.agent.think.1.functions.0.client_side',
        'settings.agent.speak.provider.voice.odd',
        'settings.agent.speak.odd'
      ].toSorted()
    )
  })

  it('of an agent at Napster are those of its own settings', () => {
    const napster = { service: 'napster' }
    expect(found(profile({ agentId: 'a', mode: 'conversation', agent: {} }, napster))).toEqual([
      'settings.mode',
      'settings.agent'
    ])
    expect(found(profile({ agentId: 'a' }, { ...napster, tuning: { temperature: 1, odd: 1 } }))).toEqual(['tuning.odd'])
  })

  it('are none in an agent that Deepgram keeps under an id', () => {
    expect(found(profile({ agent: 'b0b1' }))).toEqual([])
  })
})
