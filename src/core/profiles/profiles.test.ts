import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CallError } from '../../shared/ipc/contract.ts'
import { AgentProfile, ProfileId } from '../../shared/profile.ts'
import { PROFILE, memoryStore, silentLog } from '../testing.test-support.ts'
import { ProfileError } from './profile-error.ts'
import { formatProfileFile, parseProfileFile } from './profile-file.ts'
import { GIVEN_ID, PROFILES_KEY, Profiles } from './profile-list.ts'
import { STARTERS } from './starters.ts'

const text = (change: object = {}) => JSON.stringify({ schemaVersion: 1, name: 'Mine', service: 'builtin', ...change })
const without = (field: string) => JSON.stringify({ ...PROFILE, [field]: undefined })
const newList = (store = memoryStore(), given?: AgentProfile) =>
  new Profiles({ store, random: () => 0.25, log: silentLog, given })

describe('a profile file', () => {
  it('keeps unknown fields and every setting', () => {
    const file = text({ future: { a: [1] }, settings: { audio: {}, agent: { x: [null, 1.5, 'é'] } } })
    expect(JSON.parse(formatProfileFile(parseProfileFile(file).profile))).toEqual(JSON.parse(file))
  })

  it('survives a round trip whatever its settings are', () => {
    fc.assert(
      fc.property(
        fc
          .dictionary(fc.string(), fc.jsonValue())
          .filter((settings) => !JSON.stringify(settings).includes('"__proto__"')),
        (settings) => {
          const plain = JSON.parse(text({ settings })) as unknown
          expect(JSON.parse(formatProfileFile(parseProfileFile(JSON.stringify(plain)).profile))).toEqual(plain)
        }
      )
    )
  })

  it('that is written as Parley writes it comes back byte by byte, unknown fields at every level and their order too', () => {
    const known = { name: 'N', schemaVersion: 1, service: 'builtin' }
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.boolean(), (unknown, first) => {
        const fields = first ? { ...unknown, ...known } : { ...known, settings: unknown, zzz: [unknown] }
        const file = `${JSON.stringify(fields, null, 2)}\n`
        fc.pre(!file.includes('__proto__') && !('settings' in unknown) && !('url' in unknown))
        expect(formatProfileFile(parseProfileFile(file).profile)).toBe(file)
      })
    )
  })

  it('may begin with a byte order mark', () => expect(parseProfileFile(`\ufeff${text()}`).profile.name).toBe('Mine'))

  it.each([
    ['{', /not valid JSON/],
    ['', /not valid JSON/],
    ['[]', /not a JSON object/],
    [without('name'), /no "name".*Give it a "name"/],
    [without('service'), /no "service"/],
    [without('schemaVersion'), /no "schemaVersion".*1/],
    [text({ schemaVersion: 2 }), /schemaVersion 2.*Update Parley/],
    [text({ schemaVersion: 'x' }), /"schemaVersion" is not valid/],
    [text({ name: '  ' }), /"name" is not valid/],
    [text({ service: 'other' }), /"service" is not valid.*builtin/],
    [text({ url: 5 }), /"url" is not valid/],
    [text({ settings: [] }), /"settings" is not valid/],
    ['{"type":"Settings","audio":{}}', /Settings message, not a profile/],
    [text({ settings: { a: [{ b: JSON.parse('{"__proto__":0}') as unknown }] } }), /"__proto__", which cannot be kept/],
    [text({ settings: { a: 1 } }).replace('"a":1', '"a":1,"a":2'), /"settings\.a" twice.*Remove the other/],
    [text({ settings: { a: 1 } }).replace('"a":1', '"a":12345678901234567890'), /"settings\.a" is a number.*as text/]
  ])('that is wrong has a sentence naming the field and what to do (%#)', (file, sentence) => {
    expect(() => parseProfileFile(file)).toThrow(ProfileError)
    expect(() => parseProfileFile(file)).toThrow(sentence)
  })

  it.each(['[', '{"a":'])('that is nested too deeply is refused with a sentence (%s)', (open) => {
    const close = open === '[' ? ']' : '}'
    const nested = (levels: number) => `${open.repeat(levels)}1${close.repeat(levels)}`
    const file = (levels: number) => text().replace(/}$/, `,"settings":{"a":${nested(levels)}}}`)
    expect(parseProfileFile(file(50)).profile.settings).toBeDefined()
    for (const wrong of [file(20_000), nested(20_000)]) {
      expect(() => parseProfileFile(wrong)).toThrow(ProfileError)
      expect(() => parseProfileFile(wrong)).toThrow(/nested too deeply/)
    }
  })

  it('never quotes what it could not read', () => {
    expect(() => parseProfileFile('{"key": sk-abcdefghijklmnop1234}')).toThrow(/^(?!.*sk-abc)/)
  })

  it('warns of a key in it and of another server that gets the key', () => {
    const settings = { agent: { think: { endpoint: { headers: { authorization: 'Bearer abcdefgh1234' } } } } }
    const { warnings } = parseProfileFile(text({ service: 'deepgram', url: 'ws://other.test', settings }))
    expect(warnings).toEqual([
      expect.stringContaining('settings.agent.think.endpoint.headers.authorization'),
      expect.stringMatching(/other\.test.*not encrypted/),
      expect.stringMatching(/key goes to other\.test/)
    ])
    expect(warnings.join()).not.toContain('abcdefgh1234')
    expect(parseProfileFile(text({ service: 'deepgram', url: 'ws://localhost:9' })).warnings).toEqual([])
  })
})

describe('starters', () => {
  it('are valid, without warnings, and have a greeting and a prompt for the built-in agent', () => {
    for (const { profile } of STARTERS)
      expect(parseProfileFile(formatProfileFile(profile))).toEqual({ profile, warnings: [] })
    expect(STARTERS[0]?.profile.settings?.['agent']).toMatchObject({
      greeting: expect.any(String) as string,
      think: { prompt: expect.any(String) as string }
    })
  })
})

describe('the profile list', () => {
  it('begins with the starters, the built-in agent chosen', () => {
    const list = newList().list()
    expect(list.profiles.map(({ id, builtIn }) => [id, builtIn])).toEqual([
      ['builtin', true],
      ['deepgram-example', true],
      ['napster-example', true]
    ])
    expect(list.chosenId).toBe('builtin')
  })

  it('tells where a conversation goes when that is not the service itself', () => {
    const list = newList()
    list.save(text({ service: 'napster', url: 'http://127.0.0.1:47616', settings: { agentId: 'a' } }))
    expect(list.list().profiles.map(({ host }) => host)).toEqual([undefined, undefined, undefined, '127.0.0.1:47616'])
  })

  it('remembers what was added and chosen', () => {
    const store = memoryStore()
    const { id } = newList(store).save(text())
    newList(store).choose(id)
    const again = newList(store)
    expect(again.list().chosenId).toBe(id)
    expect(again.chosen().profile.name).toBe('Mine')
    expect(JSON.parse(again.read(id))).toEqual(JSON.parse(text()))
  })

  it('gives every profile its own id', () => {
    const list = newList()
    const ids = [1, 2, 3].map(() => list.save(text()).id)
    expect(new Set(ids).size).toBe(3)
  })

  it('saves over an own profile and not over a starter', () => {
    const list = newList()
    const { id } = list.save(text())
    expect(list.save(text({ name: 'New' }), id).id).toBe(id)
    expect(list.list().profiles.at(-1)?.name).toBe('New')
    expect(() => list.save(text(), ProfileId.parse('builtin'))).toThrow(/comes with Parley/)
    expect(() => list.save(text(), ProfileId.parse('gone'))).toThrow(/no such profile/)
  })

  it('removes own profiles only, and falls back to the built-in agent', () => {
    const list = newList()
    const { id } = list.save(text())
    list.choose(id)
    list.remove(id)
    expect(list.list().chosenId).toBe('builtin')
    expect(() => list.remove(id)).toThrow(CallError)
    expect(() => list.remove(ProfileId.parse('deepgram-example'))).toThrow(/cannot be removed/)
  })

  it('refuses a bad file and changes nothing', () => {
    const store = memoryStore()
    const list = newList(store)
    expect(() => list.save('{')).toThrow(expect.objectContaining({ code: 'invalid-profile' }) as Error)
    expect(store.values).toEqual({})
  })

  it('loses no profile to a bad one beside it, nor the bad one', () => {
    const good = { id: 'a', profile: JSON.parse(text()) as unknown }
    const bad = [{ id: 'b', profile: { name: 5 } }, null, 'x', { profile: {} }]
    const store = memoryStore({ [PROFILES_KEY]: { own: [bad[0], good, ...bad.slice(1)], chosenId: 'a' } })
    const list = newList(store)
    expect(list.list().profiles.map(({ id }) => id)).toEqual(['builtin', 'deepgram-example', 'napster-example', 'a'])
    list.choose(ProfileId.parse('builtin'))
    expect((store.values[PROFILES_KEY] as { own: unknown[] }).own).toEqual([bad[0], good, ...bad.slice(1)])
  })

  it.each([undefined, null, 5, [], { own: 'x' }, { own: {}, chosenId: 7 }])('reads %j as empty', (value) => {
    expect(newList(memoryStore({ [PROFILES_KEY]: value })).list().chosenId).toBe('builtin')
  })

  it('shows the given profile as chosen, and saves it only when asked to', () => {
    const store = memoryStore()
    const given = AgentProfile.parse(JSON.parse(text({ name: 'Given' })))
    const list = newList(store, given)
    expect(list.list()).toMatchObject({
      chosenId: GIVEN_ID,
      profiles: [{ id: GIVEN_ID, name: 'Given', builtIn: true }, {}, {}, {}]
    })
    expect(store.values).toEqual({})
    list.choose(ProfileId.parse('builtin'))
    list.choose(GIVEN_ID)
    const { id } = list.save(list.read(GIVEN_ID), GIVEN_ID)
    expect(list.list().chosenId).toBe(id)
    expect(newList(store).chosen().profile.name).toBe('Given')
  })
})
