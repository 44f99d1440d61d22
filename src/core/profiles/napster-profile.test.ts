import { describe, expect, it } from 'vitest'
import { connectionBody, napsterSettings } from '../dialects/napster-settings.ts'
import { connectProblem } from './napster-profile.ts'
import { ProfileError } from './profile-error.ts'
import { formatProfileFile, parseProfileFile } from './profile-file.ts'
import { NAPSTER_STARTER } from './starters.ts'

const settings = { agentId: 'agent_0123456789abcdef0123456789abcdef' }
const text = (change: object = {}) =>
  JSON.stringify({ schemaVersion: 1, name: 'Mine', service: 'napster', settings, ...change })

describe('a profile of Napster', () => {
  it('keeps unknown fields, also of its settings, and warns of those that Napster gets unseen', () => {
    const file = text({
      future: [1],
      url: 'https://companion-api.napster.com',
      settings: { ...settings, modality: 'text', externalClientId: 'a-b_1', tags: { a: 'b' }, future: { x: [1] } },
      tuning: { instructions: 'i', temperature: 1, turnDetection: { silenceDurationMs: 1000 }, context: ['c'] }
    })
    const { profile, warnings } = parseProfileFile(file)
    expect(JSON.parse(formatProfileFile(profile))).toEqual(JSON.parse(file))
    expect(warnings).toEqual(['settings.future is not a field that Parley knows. It is sent to Napster as it is.'])
  })

  it.each([
    [text({ settings: undefined }), /agentId/],
    [text({ settings: {} }), /agentId/],
    [text({ settings: { agentId: '' } }), /agentId/],
    [text({ settings: { ...settings, modality: 'video' } }), /modality/],
    [text({ settings: { ...settings, externalClientId: 'a b' } }), /externalClientId/],
    [text({ settings: { ...settings, externalClientId: 'x'.repeat(33) } }), /externalClientId/],
    [text({ settings: { ...settings, externalClientProfile: 'Bo' } }), /externalClientProfile/],
    [text({ settings: { ...settings, initialSpeech: 5 } }), /initialSpeech/],
    [text({ settings: { ...settings, tags: { a: 1 } } }), /tags/],
    [text({ settings: { ...settings, mcp: [] } }), /settings\.mcp is not valid.*authorizations/],
    [text({ settings: { ...settings, mcp: { authorizations: [{ token: 't' }] } } }), /0\.mcpServerId is missing/],
    [text({ settings: { ...settings, mcp: { authorizations: [{ mcpServerId: 'm', token: 1 }] } } }), /secret:NAME/],
    [text({ settings: { ...settings, initialSpeech: '{{secret: A}}' } }), /initialSpeech.*secret/],
    [text({ tuning: { temperature: 1.5 } }), /tuning/],
    [text({ tuning: { instructons: 'i' } }), /tuning/],
    [text({ tuning: { turnDetection: { threshold: 2 } } }), /tuning/],
    [text({ tuning: { context: [''] } }), /tuning/]
  ])('that is wrong has a sentence naming the field (%#)', (file, sentence) => {
    expect(() => parseProfileFile(file)).toThrow(ProfileError)
    expect(() => parseProfileFile(file)).toThrow(sentence)
  })

  it('alone has a tuning', () => {
    const other = text({ service: 'deepgram', settings: { agent: {} }, tuning: {} })
    expect(() => parseProfileFile(other)).toThrow(/"tuning", which only agents of Napster have/)
  })

  it('warns of a key in it, and takes no id for one', () => {
    const ids = { agentId: 'f'.repeat(32), externalClientId: '0123456789abcdef0123456789abcdef' }
    expect(parseProfileFile(text({ settings: ids })).warnings).toEqual([])
    const { warnings } = parseProfileFile(
      text({
        settings: {
          ...settings,
          externalClientProfile: { crm: 'Bearer abcdefgh1234' },
          mcp: { authorizations: [{ mcpServerId: 'crm', token: 'very-secret-value' }] }
        }
      })
    )
    expect(warnings.join()).toMatch(/externalClientProfile\.crm looks like a key/)
    expect(warnings.join()).toMatch(/mcp\.authorizations\.0\.token looks like a key/)
    expect(warnings.join()).not.toMatch(/abcdefgh1234|very-secret-value/)
  })

  it('knows the tokens of MCP servers: a named secret is no warning, and they go to Napster with every field', () => {
    const mcp = { authorizations: [{ mcpServerId: 'crm', token: '{{secret:CRM}}', more: 1 }], other: true }
    const { profile, warnings } = parseProfileFile(text({ settings: { ...settings, mcp } }))
    expect(warnings).toEqual([])
    expect(connectionBody(napsterSettings(profile), false)).toEqual({ channelType: 'websocket', mcp })
  })

  it('warns of another server that gets the key', () => {
    expect(parseProfileFile(text({ url: 'http://other.test' })).warnings).toEqual([
      expect.stringMatching(/other\.test.*not encrypted.*https:/),
      expect.stringMatching(/Napster key goes to other\.test/)
    ])
    expect(parseProfileFile(text({ url: 'http://127.0.0.1:9' })).warnings).toEqual([])
  })

  it('that comes with Parley can be kept, and says what it needs when it is used', () => {
    expect(parseProfileFile(formatProfileFile(NAPSTER_STARTER.profile)).warnings).toEqual([])
    expect(connectProblem(NAPSTER_STARTER.profile)).toMatch(/no agent yet.*write the id of one of your Napster agents/)
    expect(connectProblem(parseProfileFile(text()).profile)).toBeUndefined()
  })
})
