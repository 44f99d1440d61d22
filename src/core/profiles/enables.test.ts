import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AgentProfile } from '../../shared/profile.ts'
import { enablesOf } from './enables.ts'
import { STARTERS } from './starters.ts'

const of = (change: object) =>
  enablesOf(AgentProfile.parse({ schemaVersion: 1, name: 'N', service: 'deepgram', ...change }))

describe('what a profile from elsewhere would enable', () => {
  it('is nothing for those that come with Parley', () => {
    for (const { profile } of STARTERS) expect(enablesOf(profile)).toEqual([])
  })

  it.each([
    ['deepgram', 'wss://agent.evil.test/x'],
    ['deepgram', 'ws://agent.deepgram.com'],
    ['deepgram', 'wss://deepgram.com.evil.test'],
    ['deepgram', '{{secret:HOST}}'],
    ['napster', 'https://api.evil.test'],
    ['napster', 'http://companion-api.napster.com'],
    ['builtin', 'ws://127.0.0.1:9999'],
    ['builtin', 'wss://agent.deepgram.com']
  ])('%s at %s is a connection elsewhere', (service, url) => {
    expect(of({ service, url }).filter(({ kind }) => kind === 'connects-to')).toEqual([
      { kind: 'connects-to', where: 'url', value: url }
    ])
  })

  it.each([
    ['deepgram', 'wss://agent.deepgram.com'],
    ['deepgram', 'wss://api.eu.deepgram.com/v1'],
    ['napster', 'https://companion-api.napster.com']
  ])('%s at %s is the service itself', (service, url) => expect(of({ service, url })).toEqual([]))

  it('is every address that the service would call', () => {
    const settings = {
      agent: {
        think: {
          endpoint: { url: 'https://llm.test/v1?api_key=12345678' },
          functions: [{ name: 'f', endpoint: { url: 'orders.test/place', method: 'post' } }, { name: 'client-side' }],
          prompt: 'Our page is https://shop.test, say so.'
        },
        speak: [{ endpoint: { url: 'wss://voice.test' } }, { endpoint: 'voice2.test' }],
        other: { anything: '//cdn.test/x' }
      }
    }
    expect(of({ settings })).toEqual([
      {
        kind: 'service-calls',
        where: 'settings.agent.think.endpoint.url',
        value: 'https://llm.test/v1?api_key=[removed]'
      },
      { kind: 'service-calls', where: 'settings.agent.think.functions.0.endpoint.url', value: 'orders.test/place' },
      { kind: 'service-calls', where: 'settings.agent.speak.0.endpoint.url', value: 'wss://voice.test' },
      { kind: 'service-calls', where: 'settings.agent.speak.1.endpoint', value: 'voice2.test' },
      { kind: 'service-calls', where: 'settings.agent.other.anything', value: '//cdn.test/x' }
    ])
  })

  it('is every secret that it names, wherever', () => {
    expect(
      of({
        settings: { headers: { authorization: 'Bearer {{secret:A}}{{secret:B}}' } },
        nudge: { afterSeconds: 9, say: '{{secret:A}}' },
        future: ['{{secret:C}}']
      })
    ).toEqual([
      { kind: 'uses-secret', where: 'nudge.say', value: '{{secret:A}}' },
      { kind: 'uses-secret', where: 'settings.headers.authorization', value: '{{secret:A}}' },
      { kind: 'uses-secret', where: 'settings.headers.authorization', value: '{{secret:B}}' },
      { kind: 'uses-secret', where: 'future.0', value: '{{secret:C}}' }
    ])
  })

  it('is a tool that answers by itself, not one that asks, and a hotkey', () => {
    const tools = { open: { kind: 'answer', content: `yes\n${'x'.repeat(400)}` }, buy: { kind: 'ask' } }
    const [tool, hotkey, ...rest] = of({ tools, hotkey: 'Ctrl+Alt+KeyP' })
    expect(tool).toMatchObject({ kind: 'answers-tool', where: 'tools.open', value: expect.stringMatching(/^yes x+…$/) })
    expect(tool?.value).toHaveLength(200)
    expect(hotkey).toEqual({ kind: 'hotkey', where: 'hotkey', value: 'Ctrl+Alt+KeyP' })
    expect(rest).toEqual([])
  })

  it('is an open microphone and a device of its own, not a key that is held', () => {
    const microphone = { deviceId: 'id-1', label: 'Monitor of Built-in Audio' }
    const loudspeaker = { deviceId: 'id-2', label: '' }
    expect(of({ devices: { talkMode: 'open', microphone, loudspeaker } })).toEqual([
      { kind: 'chooses-device', where: 'devices.microphone', value: 'Monitor of Built-in Audio' },
      { kind: 'chooses-device', where: 'devices.loudspeaker', value: 'id-2' },
      { kind: 'opens-microphone', where: 'devices.talkMode', value: 'open' }
    ])
    expect(of({ devices: { talkMode: 'push-to-talk' } })).toEqual([])
  })

  it('is told in lines that no character of the file turns round or breaks', () => {
    const evil = 'safe\u202Eevil\u2066\n\u001B[2K'
    const enables = of({
      url: `wss://${evil}.test`,
      settings: { [evil]: { url: `https://x.test/${evil}` }, [`${evil}2`]: '{{secret:A}}' },
      tools: { [evil]: { kind: 'answer', content: evil } }
    })
    expect(enables).toHaveLength(4)
    for (const { where, value } of enables) expect(`${where}${value}`).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u)
  })

  it('shows no key', () => {
    const enables = of({
      url: 'wss://u:p4ssw0rd@evil.test/?token=abcdef',
      tools: { t: { kind: 'answer', content: 'sk-abcdefghijklmnop1234' } }
    })
    expect(enables).toHaveLength(2)
    expect(JSON.stringify(enables)).not.toMatch(/p4ssw0rd|abcdef/)
  })

  it('can be told of any profile', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (settings) => {
        expect(Array.isArray(of({ settings: JSON.parse(JSON.stringify(settings)) as object }))).toBe(true)
      })
    )
  })
})
