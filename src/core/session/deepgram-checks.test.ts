import { describe, expect, it } from 'vitest'
import type { AgentProfile } from '../../shared/profile.ts'
import { CUE } from '../dialects/deepgram-plan.ts'
import { FLUX, SPEAK, THINK } from '../dialects/testing.test-support.ts'
import { PROFILE, SessionRig, block, profile, secretStore, settle } from '../testing.test-support.ts'

type Settings = NonNullable<AgentProfile['settings']>

const AUDIO = PROFILE.settings?.['audio'] as Settings[string]
const FLUX_AGENT = { listen: { provider: FLUX }, think: THINK, speak: SPEAK }

function liveWith(agent: Settings[string], audio: Settings[string] = AUDIO): Promise<SessionRig> {
  return SessionRig.live({ profile: profile({ audio, agent }) })
}

function sent(rig: SessionRig, type: string): Record<string, unknown>[] {
  return rig.socket.messages.filter((message) => message['type'] === type)
}

describe('the connection', () => {
  it.each([
    ['wss://api.eu.deepgram.com', 'wss://api.eu.deepgram.com/v1/agent/converse'],
    ['ws://127.0.0.1:4000/', 'ws://127.0.0.1:4000/v1/agent/converse']
  ])('C1 %s is dialled at exactly its path and nothing more', async (url, full) => {
    const rig = await SessionRig.dialled({ profile: profile(undefined, { url }) })
    expect(rig.socket.request.url).toBe(full)
  })

  it('C12 the id of a saved agent is the whole agent on the wire', async () => {
    const rig = await liveWith('5b1f0c7e-1111-4222-8333-444455556666')
    expect(rig.socket.messages).toEqual([
      { type: 'Settings', audio: AUDIO, agent: '5b1f0c7e-1111-4222-8333-444455556666' }
    ])
  })

  it('C34 a text frame that is not JSON is written down, and the session goes on', async () => {
    const rig = await SessionRig.live()
    rig.socket.handlers.onText('<html>oops')
    expect(rig.wire.at(-1)).toEqual({ dir: 'in', message: { type: 'text', bytes: 10 } })
    rig.socket.say({ type: 'UserStartedSpeaking' })
    expect(rig.activity).toBe('userSpeaking')
  })

  it('C33 what is not known changes nothing', async () => {
    const rig = await SessionRig.live()
    const before = rig.events.length
    for (const type of ['ThinkLiveUpdated', 'FrustrationDetected', '__customFromThinkProvider', ''])
      rig.socket.say({ type })
    for (const json of [null, 1, 'text', [], {}]) rig.socket.say(json)
    expect(rig.events).toHaveLength(before)
    expect(rig.activity).toBe('listening')
  })

  it('C36 a warning is told and the session goes on', async () => {
    const rig = await SessionRig.live()
    rig.socket.say({ type: 'Warning', code: 'SLOW_THINK_REQUEST', description: 'We have waited 5 seconds.' })
    expect(rig.of('notice')).toEqual([
      { kind: 'notice', notice: { level: 'warning', code: 'SLOW_THINK_REQUEST', message: 'We have waited 5 seconds.' } }
    ])
    expect(rig.session.state).toEqual({ phase: 'live', activity: 'listening' })
  })

  it('C37 an error is told with code and description, and the close after it is no second failure', async () => {
    const rig = await SessionRig.live()
    rig.socket.say({ type: 'Error', code: 'INVALID_SETTINGS', description: 'No such model.' })
    const { handlers } = rig.socket
    handlers.onClose(1005, '')
    await settle()
    expect(rig.of('state').filter(({ state }) => state.phase === 'ended')).toEqual([
      {
        kind: 'state',
        state: {
          phase: 'ended',
          reason: {
            code: 'settings-refused',
            serviceCode: 'INVALID_SETTINGS',
            message: expect.stringContaining('No such model.') as string
          }
        }
      }
    ])
  })
})

describe('audio on the wire', () => {
  it('C14 what was captured is on the wire byte by byte, without a frame around it', async () => {
    const rig = await SessionRig.live()
    rig.session.talk(true, 'open')
    const blocks = [3, 5].map((factor) => block(0).map((_, index) => (index * factor) & 0xff))
    for (const pcm of blocks) {
      rig.session.pushAudio(pcm)
      rig.clock.advance(20)
    }
    expect(rig.socket.audio.map(({ pcm }) => pcm)).toEqual(blocks)
  })

  it('C15 20 ms at 16 kHz are 640 bytes', async () => {
    const rig = await SessionRig.live()
    rig.session.talk(true, 'open')
    rig.speak(60)
    expect(rig.socket.audio.map(({ pcm }) => pcm.byteLength)).toEqual([640, 640, 640])
  })

  it('Flux gets 80 ms in one message', async () => {
    const rig = await liveWith(FLUX_AGENT)
    rig.session.talk(true, 'open')
    rig.speak(160)
    expect(rig.socket.audio.map((frame) => frame.pcm.byteLength)).toEqual([2_560, 2_560])
  })

  it.each(['mulaw', 'alaw'])('%s at 8 kHz is one byte a sample on the wire and PCM16 inside', async (encoding) => {
    const audio = {
      input: { encoding, sample_rate: 8_000 },
      output: { encoding, sample_rate: 8_000, container: 'none' }
    }
    const rig = await liveWith({ think: THINK }, audio)
    expect(rig.session.formats).toEqual({ inputSampleRateHz: 8_000, outputSampleRateHz: 8_000 })
    rig.session.talk(true, 'open')
    rig.session.pushAudio(new Uint8Array(320).fill(0x11))
    rig.clock.advance(20)
    expect(rig.socket.audio.map((frame) => frame.pcm.byteLength)).toEqual([160])
    const [loud] = rig.socket.audio
    rig.socket.handlers.onBinary(new Uint8Array(loud?.pcm ?? []))
    const [write] = rig.calls
    expect(write).toMatchObject({ kind: 'write', reply: 1 })
    const samples = new Int16Array((write as { pcm: Uint8Array }).pcm.slice().buffer)
    expect(samples).toHaveLength(160)
    for (const sample of samples) expect(Math.abs(sample - 0x1111)).toBeLessThan(0x1111 * 0.05)
  })

  it('C25 the reply is played at the rate of the settings', async () => {
    for (const sample_rate of [8_000, 16_000, 24_000, 48_000]) {
      const audio = {
        input: { encoding: 'linear16', sample_rate: 16_000 },
        output: { encoding: 'linear16', sample_rate }
      }
      const rig = await liveWith({ think: THINK }, audio)
      expect(rig.session.formats.outputSampleRateHz).toBe(sample_rate)
      rig.socket.handlers.onBinary(new Uint8Array(sample_rate * 2).fill(1))
      rig.socket.say({ type: 'AgentAudioDone' })
      rig.session.playback({ reply: 1, playedSamples: sample_rate, drained: true })
      expect(rig.of('reply-played')).toEqual([{ kind: 'reply-played', playedMs: 1_000 }])
    }
  })
})

describe('injected texts', () => {
  it.each([{ message: 'user is speaking' }, {}])(
    'C40 a refusal %j resolves the statement as refused',
    async (refusal) => {
      const rig = await SessionRig.live()
      const result = rig.session.execute({ kind: 'agent-speech', text: 'Ready.', behavior: 'if-quiet' })
      expect(sent(rig, 'InjectAgentMessage')).toEqual([
        { type: 'InjectAgentMessage', message: 'Ready.', behavior: 'default' }
      ])
      rig.socket.say({ type: 'InjectionRefused', ...refusal })
      expect(await result).toMatchObject({ outcome: 'refused' })
    }
  )

  it('C41 a typed text is shown once, however it is echoed', async () => {
    const rig = await SessionRig.live()
    const result = rig.session.execute({ kind: 'user-text', text: 'What  now?' })
    rig.socket.say({ type: 'UserStartedSpeaking' })
    rig.socket.say({ type: 'ConversationText', role: 'user', content: 'What now?' })
    rig.socket.say({ type: 'EndOfTurn', trigger: 'manual' })
    expect(await result).toEqual({ outcome: 'applied' })
    expect(rig.captions).toEqual([{ role: 'user', text: 'What  now?', interrupted: false }])
  })

  it('C41 an echo that comes after the wait is not shown again', async () => {
    const rig = await SessionRig.live()
    const result = rig.session.execute({ kind: 'user-text', text: 'What now?' })
    rig.clock.advance(6_000)
    expect((await result).outcome).toBe('unconfirmed')
    rig.socket.say({ type: 'ConversationText', role: 'user', content: 'What now?' })
    rig.socket.say({ type: 'ConversationText', role: 'user', content: 'Spoken.' })
    expect(rig.captions.map(({ text }) => text)).toEqual(['What now?', 'Spoken.'])
  })

  it('C41 the cue for context is shown once, as sent by Parley, and never as the words of the user', async () => {
    const rig = await SessionRig.live()
    void rig.session.execute({ kind: 'context', text: 'It rains.', when: 'now', respond: true })
    rig.socket.say({ type: 'PromptUpdated' })
    rig.socket.say({ type: 'ConversationText', role: 'user', content: CUE })
    expect(sent(rig, 'InjectAgentMessage')).toEqual([])
    expect(rig.captions).toEqual([{ role: 'parley', text: CUE, interrupted: false }])
  })

  it('a text without an answer is shown, and a speaking agent goes on', async () => {
    const rig = await SessionRig.live()
    rig.reply(1_000, 'One.')
    void rig.session.execute({ kind: 'user-text', text: 'By the way.', respond: false })
    expect(rig.calls.map(({ kind }) => kind)).toEqual(['write'])
    expect(rig.activity).toBe('agentSpeaking')
    expect(rig.captions).toContainEqual({ role: 'user', text: 'By the way.', interrupted: false })
    expect(sent(rig, 'UpdatePrompt')).toHaveLength(1)
  })

  it('a text for after the reply is sent when its last sample was played, and dropped with a notice at the end', async () => {
    const rig = await SessionRig.live()
    rig.reply(1_000, 'One.')
    rig.socket.say({ type: 'AgentAudioDone' })
    void rig.session.execute({ kind: 'user-text', text: 'And then?', when: 'after-speech' })
    rig.played(1, 500)
    expect(sent(rig, 'InjectUserMessage')).toEqual([])
    rig.played(1, 1_000, true)
    expect(sent(rig, 'InjectUserMessage')).toEqual([{ type: 'InjectUserMessage', content: 'And then?' }])
    rig.socket.say({ type: 'ConversationText', role: 'user', content: 'And then?' })
    rig.reply(1_000, 'Two.')
    const dropped = rig.session.execute({ kind: 'user-text', text: 'Last.', when: 'after-speech' })
    rig.session.hangUp()
    expect((await dropped).outcome).toBe('failed')
    expect(rig.of('notice').map(({ notice }) => notice.code)).toEqual(['text-dropped'])
  })

  it('an interrupting statement silences the reply at once', async () => {
    const rig = await SessionRig.live()
    rig.reply(1_000, 'One.')
    void rig.session.execute({ kind: 'agent-speech', text: 'Stop!', behavior: 'interrupt' })
    expect(rig.calls.at(-1)).toEqual({ kind: 'flush', reply: 1 })
    expect(sent(rig, 'InjectAgentMessage')).toEqual([
      { type: 'InjectAgentMessage', message: 'Stop!', behavior: 'interrupt' }
    ])
  })
})

describe('the end of the turn', () => {
  it('C42 with Flux it is forced, and applied when the turn ends', async () => {
    const rig = await liveWith(FLUX_AGENT)
    expect(rig.of('support').at(-1)?.support['end-turn']).toEqual({ kind: 'native' })
    rig.socket.say({ type: 'UserStartedSpeaking' })
    const result = rig.session.execute({ kind: 'end-turn' })
    expect(sent(rig, 'ForceEndTurn')).toEqual([{ type: 'ForceEndTurn' }])
    rig.socket.say({ type: 'ConversationText', role: 'user', content: 'Hi' })
    expect(await result).toEqual({ outcome: 'applied' })
  })

  it('C42 FORCE_END_TURN_UNSUPPORTED is told, and silence ends the turn instead', async () => {
    const rig = await liveWith(FLUX_AGENT)
    rig.session.talk(true, 'open')
    rig.speak(160)
    const result = rig.session.execute({ kind: 'end-turn' })
    rig.socket.say({ type: 'Warning', code: 'FORCE_END_TURN_UNSUPPORTED', description: 'Not with this model.' })
    expect(await result).toEqual({ outcome: 'applied' })
    expect(rig.of('notice').map(({ notice }) => notice.code)).toEqual(['FORCE_END_TURN_UNSUPPORTED'])
    const before = rig.socket.audio.length
    rig.clock.advance(800)
    const silence = rig.socket.audio.slice(before)
    expect(silence.length).toBeGreaterThanOrEqual(9)
    expect(silence.every(({ pcm }) => pcm.every((byte) => byte === 0))).toBe(true)
  })

  it('C42 without Flux nothing is forced: the microphone sends silence', async () => {
    const rig = await SessionRig.live()
    expect(rig.of('support').at(-1)?.support['end-turn']?.kind).toBe('emulated')
    rig.session.talk(true, 'open')
    rig.speak(100)
    expect(await rig.session.execute({ kind: 'end-turn' })).toEqual({ outcome: 'applied' })
    rig.clock.advance(400)
    expect(sent(rig, 'ForceEndTurn')).toEqual([])
    expect(rig.socket.audio.length).toBeGreaterThan(20)
    expect(rig.socket.audio.at(-1)?.pcm.every((byte) => byte === 0)).toBe(true)
  })
})

describe('updates', () => {
  it('C43 updates that are never acknowledged are unconfirmed, and the session stays', async () => {
    const rig = await liveWith(FLUX_AGENT)
    const results = [
      rig.session.execute({ kind: 'set-turn-detection', eotThreshold: 0.8 }),
      rig.session.execute({ kind: 'set-model', temperature: 1 }),
      rig.session.execute({ kind: 'set-voice', model: 'aura-2-apollo-en' }),
      rig.session.execute({ kind: 'append-prompt', text: 'More.' })
    ]
    rig.clock.advance(5_000)
    for (const result of results) expect((await result).outcome).toBe('unconfirmed')
    expect(rig.session.state).toEqual({ phase: 'live', activity: 'listening' })
    const next = rig.session.execute({ kind: 'user-text', text: 'Hi' })
    rig.socket.say({ type: 'ConversationText', role: 'user', content: 'Hi' })
    expect(await next).toEqual({ outcome: 'applied' })
  })

  it('P1 what UpdatePrompt added is in the UpdateThink that follows, with the functions', async () => {
    const rig = await liveWith(FLUX_AGENT)
    void rig.session.execute({ kind: 'append-prompt', text: 'Speak French.' })
    void rig.session.execute({ kind: 'set-model', model: 'gpt-4o' })
    expect(sent(rig, 'UpdateThink')).toEqual([
      {
        type: 'UpdateThink',
        think: { ...THINK, provider: { ...THINK.provider, model: 'gpt-4o' }, prompt: 'Be brief.\nSpeak French.' }
      }
    ])
    expect(rig.of('prompt').at(-1)).toEqual({ kind: 'prompt', codePoints: 22, limit: 25_000 })
  })

  it('P3 the limit goes when an update brings an endpoint', async () => {
    const rig = await liveWith(FLUX_AGENT)
    void rig.session.execute({ kind: 'configure-think', think: { ...THINK, endpoint: { url: 'https://llm.test' } } })
    expect(rig.of('prompt').at(-1)).toEqual({ kind: 'prompt', codePoints: 9, limit: null })
  })

  it('a secret of an update is on the wire, and its placeholder everywhere else', async () => {
    const rig = await SessionRig.live({
      profile: profile({ audio: AUDIO, agent: FLUX_AGENT }),
      secrets: secretStore({ TOKEN: 'the token itself' })
    })
    const endpoint = { url: 'https://llm.test', headers: { authorization: 'Bearer {{secret:TOKEN}}' } }
    const result = rig.session.execute({ kind: 'configure-think', think: { ...THINK, endpoint } })
    await settle()
    expect(sent(rig, 'UpdateThink')[0]?.['think']).toMatchObject({
      endpoint: { headers: { authorization: 'Bearer the token itself' } }
    })
    rig.socket.say({ type: 'Warning', code: 'X', description: 'not with the token itself' })
    rig.socket.say({ type: 'ThinkUpdated' })
    expect(await result).toEqual({ outcome: 'applied' })
    expect(JSON.stringify(rig.wire)).toContain('Bearer {{secret:TOKEN}}')
    expect(JSON.stringify([rig.wire, rig.events])).not.toContain('the token itself')
  })

  it('a secret that is missing fails the update, and the session goes on', async () => {
    const rig = await liveWith(FLUX_AGENT)
    const endpoint = { url: 'https://{{secret:NONE}}' }
    const result = await rig.session.execute({ kind: 'configure-think', think: { ...THINK, endpoint } })
    expect(result).toEqual({ outcome: 'failed', reason: expect.stringContaining('NONE') as string })
    expect(rig.session.state).toEqual({ phase: 'live', activity: 'listening' })
    expect(sent(rig, 'UpdateThink')).toEqual([])
  })

  it('what a change makes possible is told', async () => {
    const rig = await SessionRig.live()
    expect(rig.of('support')).toHaveLength(1)
    void rig.session.execute({ kind: 'configure-listen', provider: { model: 'flux-general-en' } })
    expect(rig.of('support').at(-1)?.support['end-turn']).toEqual({ kind: 'native' })
  })
})
