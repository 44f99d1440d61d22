import { describe, expect, it } from 'vitest'
import type { AgentProfile, Tuning } from '../../shared/profile.ts'
import { ProfileError } from '../profiles/profile-error.ts'
import type { JsonObject } from './json.ts'
import { napsterDialect } from './napster.ts'
import { connectionBody, napsterSettings } from './napster-settings.ts'
import { napsterProfile } from './testing.test-support.ts'

const WHOLE = {
  agentId: 'agent_1',
  modality: 'text',
  externalClientId: 'user-1',
  externalClientProfile: { name: 'Ann', token: '{{secret:ANN}}' },
  initialSpeech: 'Greet Ann.',
  tags: { team: 'a' }
} as const

function problem(profile: AgentProfile): string {
  try {
    napsterDialect(profile)
  } catch (cause) {
    if (cause instanceof ProfileError) return cause.message
    throw cause
  }
  return 'none'
}

describe('settings of a Napster profile', () => {
  it.each<[JsonObject, RegExp]>([
    [{ agentId: 5 }, /^settings\.agentId is not valid\. Write the id/],
    [{ agentId: '' }, /^settings\.agentId is not valid/],
    [{ modality: 'video' }, /^settings\.modality is not valid\. Write "audio" or "text"/],
    [{ externalClientId: 'a b' }, /^settings\.externalClientId is not valid\. Write 1 to 32/],
    [{ externalClientProfile: [] }, /^settings\.externalClientProfile is not valid/],
    [{ initialSpeech: 5 }, /^settings\.initialSpeech is not valid/],
    [{ tags: { team: 5 } }, /^settings\.tags\.team is not valid\. Write an object whose values are texts/],
    [{ channelType: 'webrtc' }, /^settings\.channelType/],
    [{ externalClientProfile: { a: '{{secret:}}' } }, /^settings\.externalClientProfile\.a names a secret/]
  ])('that cannot work are refused by name: %j', (settings, sentence) => {
    expect(problem(napsterProfile(settings))).toMatch(sentence)
  })

  it('without an agentId name it', () => {
    expect(problem({ schemaVersion: 1, name: 'x', service: 'napster' })).toMatch(/^settings\.agentId is missing/)
  })

  it('hold fields that Parley does not know, which are sent as they stand', () => {
    const settings = napsterSettings(napsterProfile({ disableIdleTimeout: true }))
    expect(connectionBody(settings, false)).toEqual({ channelType: 'websocket', disableIdleTimeout: true })
  })

  it('become the body of a connection request; anew without the opening speech', () => {
    const { agentId: _, ...rest } = WHOLE
    const settings = napsterSettings(napsterProfile(WHOLE))
    expect(connectionBody(settings, false)).toEqual({ channelType: 'websocket', ...rest })
    const { initialSpeech: __, ...again } = rest
    expect(connectionBody(settings, true)).toEqual({ channelType: 'websocket', ...again })
  })
})

describe('tuning of a Napster profile', () => {
  it('is what the agent is from the start', () => {
    const tuning: Tuning = {
      instructions: 'Be brief.',
      temperature: 0,
      turnDetection: { threshold: 0.9, prefixPaddingMs: 400, silenceDurationMs: 500 },
      context: ['The user is Ann.']
    }
    expect(napsterDialect(napsterProfile({}, { tuning })).agent).toMatchObject({
      savedId: 'agent_1',
      think: { prompt: 'Be brief.', provider: { temperature: 0 } },
      listen: { threshold: 0.9, prefix_padding_ms: 400, silence_duration_ms: 500 },
      additions: ['The user is Ann.'],
      updated: { listen: false, think: false, speak: false }
    })
  })

  it('without it nothing is known of the agent but its id', () => {
    expect(napsterDialect(napsterProfile()).agent).toMatchObject({
      savedId: 'agent_1',
      think: undefined,
      listen: undefined,
      additions: []
    })
  })

  it.each<[Tuning, RegExp]>([
    [{ temperature: 1.5 }, /^tuning\.temperature is not valid\. Write a number from 0 to 1/],
    [{ turnDetection: { threshold: 2 } }, /^tuning\.turnDetection\.threshold is not valid/],
    [{ instructions: 'Say {{secret:KEY}}.' }, /^tuning names a secret/]
  ])('N17 that cannot work is refused by name: %j', (tuning, sentence) => {
    expect(problem(napsterProfile({}, { tuning }))).toMatch(sentence)
  })
})
