import { describe, expect, it } from 'vitest'
import { PlaybackQueue } from '../shared/audio/playback-queue.ts'
import { DEFAULT_PREFERENCES } from '../shared/defaults.ts'
import { decodeAudioFrame, encodeAudioFrame } from '../shared/ipc/audio-link.ts'
import { AgentProfile } from '../shared/profile.ts'
import { Rig } from './assistant.test-support.ts'
import { CAPTION_LIMIT } from './conversation-record.ts'
import { PROFILE, block, settle } from './testing.test-support.ts'

const FORMAT = { kind: 'format', inputSampleRateHz: 16_000, outputSampleRateHz: 16_000 }

describe('the session of the assistant', () => {
  it('is one at a time: connect while it runs does nothing', async () => {
    const rig = new Rig()
    await rig.connect()
    await rig.handlers['session:connect'](undefined)
    await settle()
    expect(rig.transport.sockets).toHaveLength(1)
    await rig.handlers['session:hang-up'](undefined)
    await rig.handlers['session:hang-up'](undefined)
    expect(rig.socket.closed).toBe(1000)
    await rig.connect()
    expect(rig.transport.sockets).toHaveLength(2)
  })

  it('is in the snapshot, with its captions', async () => {
    const rig = new Rig()
    expect(await rig.snapshot()).toEqual({
      state: { phase: 'idle' },
      captions: [],
      toolCalls: [],
      latencies: [],
      support: {},
      changes: [],
      placement: { newest: null, calls: [], turns: [], pendingTurn: null },
      serviceName: 'Built-in agent'
    })
    await rig.connect()
    rig.socket.say({ type: 'ConversationText', role: 'assistant', content: 'One.' })
    rig.socket.say({ type: 'ConversationText', role: 'assistant', content: 'Two.' })
    expect(await rig.snapshot()).toMatchObject({
      state: { phase: 'live', activity: 'listening' },
      captions: [{ role: 'agent', text: 'One. Two.' }]
    })
  })

  it('keeps the newest thousand captions', async () => {
    const rig = new Rig()
    await rig.connect()
    for (let at = 0; at < CAPTION_LIMIT + 5; at += 1) {
      rig.socket.say({ type: 'ConversationText', role: 'user', content: `${at}` })
    }
    const { captions } = await rig.snapshot()
    expect(captions).toHaveLength(CAPTION_LIMIT)
    expect(captions[0]?.text).toBe('5')
  })

  it('with a profile that cannot work ends before it began, with a sentence', async () => {
    const rig = new Rig(AgentProfile.parse({ schemaVersion: 1, name: 'N', service: 'napster' }))
    await rig.handlers['session:connect'](undefined)
    expect((await rig.snapshot()).state).toMatchObject({ phase: 'ended', reason: { code: 'invalid-profile' } })
    expect(rig.events.at(-1)).toMatchObject({ kind: 'state', state: { phase: 'ended' } })
  })

  it('takes commands, and says so when there is none', async () => {
    const rig = new Rig()
    const command = { kind: 'append-prompt', text: 'x' } as const
    expect(await rig.handlers['session:command'](command)).toMatchObject({ outcome: 'failed' })
    await rig.connect()
    const result = rig.handlers['session:command'](command)
    rig.socket.say({ type: 'PromptUpdated' })
    expect(await result).toEqual({ outcome: 'applied' })
  })

  it('ends with the assistant, which leaves nothing running', async () => {
    const rig = new Rig()
    const { worker } = rig.plug()
    await rig.connect()
    await rig.assistant.close()
    expect(rig.socket.closed).toBe(1000)
    expect(worker.closed).toBe(true)
    expect(rig.clock.pending).toBe(0)
  })
})

describe('the audio link', () => {
  it('gets the format before any audio, and the reply with its end', async () => {
    const rig = new Rig()
    const { worker, up } = rig.plug()
    await rig.connect()
    rig.socket.handlers.onBinary(new Uint8Array(640))
    rig.socket.say({ type: 'AgentAudioDone' })
    expect(worker.down).toEqual([FORMAT, { kind: 'audio', reply: 1, bytes: 640 }, { kind: 'reply-end', reply: 1 }])
    up.onControl({ kind: 'played', reply: 1, samples: 320, drained: true })
    expect(rig.events.at(-2)).toEqual({ kind: 'reply-played', playedMs: 20 })
  })

  it('attached during a session gets the format too', async () => {
    const rig = new Rig()
    await rig.connect()
    expect(rig.plug().worker.down).toEqual([FORMAT])
  })

  it('keeps what was learnt of the link to a service for its next conversations and pages', async () => {
    const rig = new Rig()
    const { up } = rig.plug()
    up.onControl({ kind: 'playout-delay', ms: 99 })
    await rig.connect()
    up.onControl({ kind: 'playout-delay', ms: 40 })
    expect(rig.plug().worker.down).toEqual([{ ...FORMAT, playoutDelayMs: 40 }])
    const { worker } = rig.plug()
    await rig.handlers['session:hang-up'](undefined)
    await rig.connect()
    expect(worker.down.at(-1)).toEqual({ ...FORMAT, playoutDelayMs: 40 })
    expect(rig.store.read('links')).toMatchObject([{ to: 'builtin', playoutDelayMs: 40 }])
  })

  it('carries the microphone while its gate is open', async () => {
    const rig = new Rig()
    const { up } = rig.plug()
    await rig.connect()
    up.onAudio(encodeAudioFrame(1, block(5)))
    up.onControl({ kind: 'talk', open: true, mode: 'push-to-talk' })
    up.onAudio(encodeAudioFrame(2, block(6)))
    up.onAudio(new Uint8Array(2))
    expect(rig.socket.audio.map(({ pcm }) => pcm)).toEqual([block(6)])
  })

  it('whose microphone was open before the session began is heard', async () => {
    const rig = new Rig()
    const { up } = rig.plug()
    up.onControl({ kind: 'talk', open: true, mode: 'open' })
    await rig.connect()
    up.onAudio(encodeAudioFrame(1, block(5)))
    expect(rig.socket.audio).toHaveLength(1)
  })

  it('C19 flushes on barge-in in the task that reads the message', async () => {
    const rig = new Rig()
    const { worker } = rig.plug()
    await rig.connect()
    rig.socket.handlers.onBinary(new Uint8Array(640))
    rig.socket.say({ type: 'UserStartedSpeaking' })
    expect(worker.down.at(-1)).toEqual({ kind: 'flush', reply: 1 })
  })

  it('C19 of a barge-in nothing is heard any more after 50 ms, however much is queued', async () => {
    const queue = new PlaybackQueue(16_000, () => {})
    const rig = new Rig()
    const { worker } = rig.plug()
    worker.sendAudio = (frame) => queue.write(1, new Float32Array(decodeAudioFrame(frame).pcm.byteLength / 2).fill(0.5))
    worker.sendControl = (message) => {
      if (message.kind === 'flush') queue.flush(message.reply)
    }
    const renderMs = (ms: number): number => {
      const output = new Float32Array(ms * 16)
      queue.render(output)
      return output.findLastIndex((sample) => sample !== 0) / 16
    }
    await rig.connect()
    rig.socket.handlers.onBinary(new Uint8Array(20_000 * 32).fill(1))
    expect(renderMs(100)).toBeGreaterThan(90)
    rig.socket.say({ type: 'UserStartedSpeaking' })
    rig.socket.handlers.onBinary(new Uint8Array(500 * 32).fill(1))
    expect(renderMs(2_000)).toBeLessThan(50)
  })

  it('numbers replies on from one session to the next, and a late report of the last is ignored', async () => {
    const rig = new Rig()
    const { worker, up } = rig.plug()
    await rig.connect()
    rig.socket.handlers.onBinary(new Uint8Array(640))
    await rig.handlers['session:hang-up'](undefined)
    await rig.connect()
    rig.socket.handlers.onBinary(new Uint8Array(640))
    rig.socket.say({ type: 'AgentAudioDone' })
    expect(worker.down.at(-1)).toEqual({ kind: 'reply-end', reply: 2 })
    up.onControl({ kind: 'played', reply: 1, samples: 320, drained: true })
    expect(rig.events.filter(({ kind }) => kind === 'reply-played')).toEqual([])
    up.onControl({ kind: 'played', reply: 2, samples: 320, drained: true })
    expect(rig.events.filter(({ kind }) => kind === 'reply-played')).toHaveLength(1)
  })

  it('replaced by a newer one is closed and no longer listened to', async () => {
    const rig = new Rig()
    const old = rig.plug()
    await rig.connect()
    const { worker } = rig.plug()
    expect(old.worker.closed).toBe(true)
    old.up.onControl({ kind: 'talk', open: true, mode: 'open' })
    old.up.onAudio(encodeAudioFrame(1, block(1)))
    old.up.onClose()
    expect(rig.socket.audio).toEqual([])
    expect(rig.events.filter(({ kind }) => kind === 'notice')).toEqual([])
    rig.socket.handlers.onBinary(new Uint8Array(640))
    expect(worker.down.at(-1)).toEqual({ kind: 'audio', reply: 1, bytes: 640 })
  })

  it('lost during a session is told; the session goes on, and what nobody hears is over', async () => {
    const rig = new Rig()
    const { up } = rig.plug()
    await rig.connect()
    up.onControl({ kind: 'talk', open: true, mode: 'open' })
    rig.socket.handlers.onBinary(new Uint8Array(64_000))
    rig.socket.say({ type: 'AgentAudioDone' })
    up.onClose()
    rig.clock.advance(0)
    expect(rig.events.find(({ kind }) => kind === 'notice')).toMatchObject({ notice: { code: 'audio-link-lost' } })
    expect(rig.events.findLast(({ kind }) => kind === 'talk')).toEqual({ kind: 'talk', open: false })
    expect((await rig.snapshot()).state).toEqual({ phase: 'live', activity: 'listening' })
  })

  it('that never was leaves the agent speaking to nobody, and not for ever', async () => {
    const rig = new Rig()
    await rig.connect()
    rig.socket.handlers.onBinary(new Uint8Array(64_000))
    rig.socket.say({ type: 'AgentAudioDone' })
    rig.clock.advance(0)
    expect((await rig.snapshot()).state).toEqual({ phase: 'live', activity: 'listening' })
  })

  it('counts what the worker dropped since the session began', async () => {
    const rig = new Rig()
    const { up } = rig.plug()
    const stats = { kind: 'stats', droppedPlaybackMs: 0, underruns: 0 } as const
    up.onControl({ ...stats, droppedCaptureMs: 500 })
    await rig.connect()
    up.onControl({ ...stats, droppedCaptureMs: 520 })
    up.onControl({ ...stats, droppedCaptureMs: 520 })
    up.onControl({ ...stats, droppedCaptureMs: 560 })
    expect(rig.events.filter(({ kind }) => kind === 'audio-dropped')).toEqual([
      { kind: 'audio-dropped', where: 'capture', ms: 20 },
      { kind: 'audio-dropped', where: 'capture', ms: 60 }
    ])
  })
})

describe('profiles and preferences over the contract', () => {
  it('tell of each change', async () => {
    const rig = new Rig()
    const { id } = await rig.handlers['profiles:import']({ text: JSON.stringify({ ...PROFILE, name: 'Mine' }) })
    await rig.handlers['profiles:choose']({ id })
    expect((await rig.handlers['profiles:list'](undefined)).chosenId).toBe(id)
    await rig.handlers['profiles:remove']({ id })
    expect(rig.profileEvents).toBe(3)
  })

  it('keep the good preferences beside a bad one', async () => {
    const rig = new Rig()
    rig.store.values['preferences'] = { talkMode: 'shout', theme: 'dark', microphone: { deviceId: 'a' } }
    expect(await rig.handlers['preferences:read'](undefined)).toEqual({ ...DEFAULT_PREFERENCES, theme: 'dark' })
    await rig.handlers['preferences:write']({ talkMode: 'open' })
    expect(rig.store.values['preferences']).toEqual({ ...DEFAULT_PREFERENCES, talkMode: 'open', theme: 'dark' })
  })
})
