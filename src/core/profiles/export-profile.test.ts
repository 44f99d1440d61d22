import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AgentProfile } from '../../shared/profile.ts'
import { exportProfile } from './export-profile.ts'
import { parseProfileFile } from './profile-file.ts'
import { STARTERS } from './starters.ts'
import { withoutKeys } from './without-keys.ts'

const make = (change: object): AgentProfile =>
  AgentProfile.parse({ schemaVersion: 1, name: 'Mine', service: 'deepgram', ...change })
const exported = (change: object, known: [string, string][] = []) => {
  const { text, removed, fileName } = exportProfile(make(change), known)
  return { profile: JSON.parse(text) as AgentProfile, removed, fileName }
}

describe('an export', () => {
  it('of a profile without secrets is the profile, byte by byte', () => {
    for (const { profile } of STARTERS) {
      const { text, removed } = exportProfile(profile, [])
      expect(text).toBe(`${JSON.stringify(profile, null, 2)}\n`)
      expect(removed).toEqual([])
    }
  })

  it('has a placeholder in the place of each literal that looks like a key, and names the place', () => {
    const { profile, removed } = exported({
      url: 'wss://user:hunter2@agent.example.test/x?token=abd&lang=en&k=a1b2c3d4e5f6a7b8c9',
      settings: {
        agent: {
          think: {
            endpoint: {
              url: 'https://llm.example.test/v1',
              headers: { authorization: 'Bearer abc', 'x-api-key': 'k-12345678', accept: 'application/json' }
            },
            functions: [{ name: 'f', endpoint: { headers: { Cookie: 'a=b' } } }],
            prompt: 'Use sk-abcdefghijklmnop1234 and {{secret:KEPT}} for it.'
          },
          speak: { provider: { apiKey: 'k-12345678', voice_id: '1b2c3d4e-1b2c-4d5e-8f90-1b2c3d4e5f60' } }
        }
      }
    })
    expect(profile.url).toBe(
      'wss://{{secret:URL}}@agent.example.test/x?token={{secret:URL_2}}&lang=en&k={{secret:URL_3}}'
    )
    expect(profile.settings).toEqual({
      agent: {
        think: {
          endpoint: {
            url: 'https://llm.example.test/v1',
            headers: {
              authorization: 'Bearer {{secret:THINK_AUTHORIZATION}}',
              'x-api-key': '{{secret:THINK_X_API_KEY}}',
              accept: 'application/json'
            }
          },
          functions: [{ name: 'f', endpoint: { headers: { Cookie: '{{secret:FUNCTIONS_COOKIE}}' } } }],
          prompt: 'Use {{secret:THINK_PROMPT}} and {{secret:KEPT}} for it.'
        },
        // The same literal is the same secret.
        speak: { provider: { apiKey: '{{secret:THINK_X_API_KEY}}', voice_id: '1b2c3d4e-1b2c-4d5e-8f90-1b2c3d4e5f60' } }
      }
    })
    expect(removed).toEqual([
      'url',
      'settings.agent.think.endpoint.headers.authorization',
      'settings.agent.think.endpoint.headers.x-api-key',
      'settings.agent.think.functions.0.endpoint.headers.Cookie',
      'settings.agent.think.prompt',
      'settings.agent.speak.provider.apiKey'
    ])
  })

  it('does not reuse the name of a secret that the profile has', () => {
    const { profile } = exported({ settings: { api_key: 'k-12345678', other: '{{secret:API_KEY}}' } })
    expect(profile.settings).toEqual({ api_key: '{{secret:API_KEY_2}}', other: '{{secret:API_KEY}}' })
  })

  it('leaves placeholders, ids and prose alone', () => {
    const settings = {
      authorization: 'Bearer {{secret:A}}',
      password: '{{secret:B}}',
      agentId: '0123456789abcdef0123456789abcdef',
      token: 'short',
      secret: 'Never tell the secret of the house.',
      address: 'https://docs.example.test/page?lang=english&q=hello'
    }
    expect(exported({ settings })).toMatchObject({ profile: { settings }, removed: [] })
  })

  it('has no secret that Parley knows, wherever it stands', () => {
    const known: [string, string][] = [
      ['canary-one', '{{secret:DEEPGRAM_API_KEY}}'],
      ['canary-one-longer', '{{secret:LONGER}}'],
      ['with space', '{{secret:SPACE}}'],
      ['abc', '{{secret:SHORT}}']
    ]
    const { profile, removed, fileName } = exported(
      {
        name: 'canary-one',
        nudge: { afterSeconds: 5, say: 'abc canary-one-longer' },
        future: [{ x: 'https://h.test/with%20space' }]
      },
      known
    )
    expect(profile).toMatchObject({
      name: '{{secret:DEEPGRAM_API_KEY}}',
      nudge: { say: 'abc {{secret:LONGER}}' },
      future: [{ x: 'https://h.test/{{secret:SPACE}}' }]
    })
    expect(removed).toEqual(['name', 'nudge.say', 'future.0.x'])
    expect(fileName).not.toContain('canary')
  })

  it('has no devices of this machine', () => {
    const microphone = { deviceId: 'd', label: 'My microphone' }
    const { profile } = exported({ devices: { microphone, loudspeaker: microphone, talkMode: 'open' } })
    expect(profile.devices).toEqual({ talkMode: 'open' })
    expect(exported({ devices: { microphone } }).profile).not.toHaveProperty('devices')
  })

  it('can be imported again, and exported again without a change, whatever the profile holds', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (unknown) => {
        const settings = JSON.parse(JSON.stringify(unknown)) as object
        fc.pre(!JSON.stringify(settings).includes('__proto__'))
        const once = exportProfile(make({ settings }), [])
        const { profile } = parseProfileFile(once.text)
        expect(exportProfile(profile, [])).toEqual({ ...once, removed: [] })
      })
    )
  })
})

describe('what looks like a key', () => {
  it.each([
    ['x', 'Bearer 12345678', 'Bearer [removed]'],
    ['headers.Authorization', 'x', '[removed]'],
    ['headers.proxy-authorization', 'Basic dTpw', 'Basic [removed]'],
    ['headers.xi-api-key', '12345678', '[removed]'],
    ['clientSecret', 'abcdefgh', '[removed]'],
    ['credentials.secret_access_key', 'abcdefgh', '[removed]'],
    ['x', 'AKIAABCDEFGHIJKLMNOP', '[removed]'],
    ['x', '0123456789abcdef0123456789abcdef', '[removed]'],
    ['x', 'https://h.test/a?api_key=1', 'https://h.test/a?api_key=[removed]'],
    ['x', 'wss://h.test/?access_token={{secret:T}}&sig=z', 'wss://h.test/?access_token={{secret:T}}&sig=[removed]'],
    ['x', 'https://:pass@h.test/', 'https://[removed]@h.test/']
  ])('%s: %s becomes %s', (path, text, clean) =>
    expect(withoutKeys(text, path)).toEqual({ text: clean, removed: true })
  )

  it.each([
    ['settings.agent.think.provider.model', 'gpt-4o-mini'],
    ['headers.content-type', 'application/json'],
    ['max_tokens', '100000000'],
    ['x', '{{secret:NAME}}'],
    ['headers.authorization', '{{secret:NAME}}'],
    ['headers.authorization', 'Bearer {{secret:NAME}}'],
    ['x', 'https://h.test/a?page=2#token=1'],
    ['key', 'C major']
  ])('%s: %s is not it', (path, text) => expect(withoutKeys(text, path)).toEqual({ text, removed: false }))
})
