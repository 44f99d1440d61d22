import { describe, expect, it } from 'vitest'
import type { AgentProfile } from '../../shared/profile.ts'
import { formatProfileFile, parseProfileFile } from '../profiles/profile-file.ts'
import { DEEPGRAM_STARTER } from '../profiles/starters.ts'
import { PROFILE, SessionRig, block, profile, secretStore } from '../testing.test-support.ts'

/** The Settings of the vendor's page, character by character but for its line numbers. */
const PRINTED = `{
  "type": "Settings",
  "tags": ["demo", "voice_agent"],
  "audio": {
    "input": { "encoding": "linear16", "sample_rate": 24000 },
    "output": { "encoding": "linear16", "sample_rate": 24000, "container": "none" }
  },
  "agent": {
    "language": "en",
    "listen": { "provider": { "type": "deepgram", "model": "nova-3", "smart_format": false } },
    "think": { "provider": { "type": "open_ai", "model": "gpt-4o-mini", "temperature": 0.7 } },
    "speak": { "provider": { "type": "deepgram", "model": "aura-2-thalia-en" } }
  }
}`

describe('Settings', () => {
  it('S1 Settings is the first message and holds the agent and both audio formats', async () => {
    const rig = await SessionRig.configuring()
    expect(rig.socket.sent).toHaveLength(1)
    expect(rig.socket.messages[0]).toEqual({ type: 'Settings', ...PROFILE.settings })
  })

  it('S2 Settings goes out in the task that handles Welcome, and only once', async () => {
    const rig = await SessionRig.dialled()
    rig.socket.handlers.onOpen()
    expect(rig.socket.sent).toEqual([])
    rig.socket.say({ type: 'Welcome', request_id: 'r' })
    expect(rig.socket.messages.map(({ type }) => type)).toEqual(['Settings'])
    rig.socket.say({ type: 'Welcome', request_id: 'r' })
    rig.socket.say({ type: 'SettingsApplied' })
    rig.socket.say({ type: 'Welcome', request_id: 'r' })
    expect(rig.socket.messages.map(({ type }) => type)).toEqual(['Settings'])
  })

  it('S2 no Welcome within 5 s is a connect timeout', async () => {
    const rig = await SessionRig.dialled()
    rig.socket.handlers.onOpen()
    rig.clock.advance(4_999)
    expect(rig.session.state.phase).toBe('handshaking')
    rig.clock.advance(1)
    expect(rig.session.state).toMatchObject({ phase: 'ended', reason: { code: 'timeout' } })
    expect(rig.clock.pending).toBe(0)
  })

  it('S3 no audio and no injection goes out before SettingsApplied', async () => {
    const rig = await SessionRig.dialled()
    rig.session.talk(true, 'push-to-talk')
    rig.speak(60)
    void rig.session.execute({ kind: 'user-text', text: 'Hi' })
    void rig.session.execute({ kind: 'agent-speech', text: 'Yes?', behavior: 'queue' })
    rig.socket.handlers.onOpen()
    rig.speak(60)
    rig.socket.say({ type: 'Welcome', request_id: 'r' })
    rig.speak(60)
    expect(rig.socket.sent).toHaveLength(1)
    rig.socket.say({ type: 'SettingsApplied' })
    rig.clock.advance(200)
    expect(rig.socket.audio).toHaveLength(9)
    expect(rig.socket.messages.map(({ type }) => type)).toEqual(['Settings', 'InjectUserMessage', 'InjectAgentMessage'])
  })

  it('S4 every field of the settings is on the wire as the profile has it, unknown ones too', async () => {
    const settings = {
      tags: ['a'],
      experimental: true,
      new_field: { deep: [1, null] },
      audio: {
        input: { encoding: 'linear16', sample_rate: 48_000, extra: 1 },
        output: { encoding: 'linear16', sample_rate: 8_000, container: 'wav' }
      },
      agent: {
        language: 'en',
        listen: { provider: { type: 'deepgram', model: 'nova-3', smart_format: true } },
        think: [{ provider: { type: 'open_ai', model: 'x', temperature: 0.7 } }],
        speak: { provider: { type: 'deepgram', model: 'aura-2-thalia-en' } }
      }
    }
    const rig = await SessionRig.configuring({ profile: profile(settings) })
    expect(rig.socket.messages[0]).toEqual({ type: 'Settings', ...settings })
    expect(rig.session.formats).toEqual({ inputSampleRateHz: 48_000, outputSampleRateHz: 8_000 })
  })

  it.each([
    [
      { agent: {} },
      {
        input: { encoding: 'linear16', sample_rate: 24_000 },
        output: { encoding: 'linear16', sample_rate: 24_000, container: 'none' }
      }
    ],
    [
      { agent: {}, audio: {} },
      {
        input: { encoding: 'linear16', sample_rate: 24_000 },
        output: { encoding: 'linear16', sample_rate: 24_000, container: 'none' }
      }
    ],
    [
      { agent: {}, audio: { input: { sample_rate: 8_000 }, output: { sample_rate: 16_000 } } },
      { input: { encoding: 'linear16', sample_rate: 8_000 }, output: { encoding: 'linear16', sample_rate: 16_000 } }
    ]
  ])('S4 absent required audio fields are filled, present ones stay (%#)', async (settings, audio) => {
    const rig = await SessionRig.configuring({ profile: profile(settings) })
    expect(rig.socket.messages[0]?.['audio']).toEqual(audio)
  })

  it.each([
    [
      { audio: { input: { encoding: 'opus', sample_rate: 48_000 } }, agent: {} },
      /settings\.audio\.input\.encoding.*linear16/
    ],
    [{ audio: { output: { encoding: 'mp3' } }, agent: {} }, /settings\.audio\.output\.encoding.*linear16/],
    [
      { audio: { input: { encoding: 'linear16', sample_rate: 11_025 } }, agent: {} },
      /settings\.audio\.input\.sample_rate/
    ],
    [{ audio: { output: { container: 'ogg' } }, agent: {} }, /settings\.audio\.output\.container/],
    [{ audio: 5, agent: {} }, /settings\.audio is not an object/],
    [{ agent: 7 }, /settings\.agent/],
    [{ agent: { greeting: 5 } }, /settings\.agent/],
    [{ agent: { think: { prompt: '{{secret:my key}}' } } }, /settings\.agent\.think\.prompt.*\{\{secret:NAME\}\}/],
    [{ type: 'Other', agent: {} }, /settings\.type/]
  ])('S4 settings that cannot work are refused before connecting, naming the field (%#)', (settings, sentence) => {
    expect(() => new SessionRig({ profile: profile(settings) })).toThrow(sentence)
  })

  it('S5 the printed example is the starter, survives a file, and is on the wire as printed', async () => {
    const printed = JSON.parse(PRINTED) as Record<string, unknown>
    const { profile: read } = parseProfileFile(formatProfileFile(DEEPGRAM_STARTER.profile))
    expect(read).toEqual(DEEPGRAM_STARTER.profile)
    expect({ type: 'Settings', ...read.settings }).toEqual(printed)
    const rig = await SessionRig.configuring({ profile: read, secrets: secretStore({}, 'k'.repeat(40)) })
    expect(rig.socket.messages[0]).toEqual(printed)
    expect(rig.socket.request.url).toBe('wss://agent.deepgram.com/v1/agent/converse')
  })

  it('S5 the example pasted with its type works too', async () => {
    const pasted: AgentProfile = profile(JSON.parse(PRINTED) as NonNullable<AgentProfile['settings']>)
    const rig = await SessionRig.configuring({ profile: pasted })
    expect(rig.socket.messages[0]).toEqual(JSON.parse(PRINTED))
  })

  it('S6 SettingsApplied may take its time, and the session waits for it', async () => {
    const rig = await SessionRig.configuring()
    rig.clock.advance(14_000)
    expect(rig.session.state.phase).toBe('configuring')
    rig.session.talk(true, 'open')
    rig.session.pushAudio(block(1))
    rig.socket.say({ type: 'SettingsApplied' })
    expect(rig.session.state).toEqual({ phase: 'live', activity: 'listening' })
    rig.clock.advance(20)
    expect(rig.socket.audio).toHaveLength(1)
  })

  it('S6 a service that never applies the settings is a timeout', async () => {
    const rig = await SessionRig.configuring()
    rig.clock.advance(15_000)
    expect(rig.session.state).toMatchObject({ phase: 'ended', reason: { code: 'timeout' } })
  })
})
