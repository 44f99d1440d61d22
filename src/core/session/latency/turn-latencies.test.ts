import { describe, expect, it } from 'vitest'
import type { TurnLatency } from '../../../shared/events.ts'
import { SessionRig, block, profile } from '../../testing.test-support.ts'
import { ManualTool, request, toolRig } from '../tools/tools.test-support.ts'

const LOUD = 40
const QUIET = 1

/** The newest of each turn. */
function latencies(rig: SessionRig): TurnLatency[] {
  return [...new Map(rig.of('latency').map(({ latency }) => [latency.turn, latency])).values()]
}

function userText(rig: SessionRig, content = 'Hello.'): void {
  rig.socket.say({ type: 'ConversationText', role: 'user', content })
}

/** Speaks with the key held; after it, the service has the turn in `ms`. */
function pressAndSay(rig: SessionRig, ms: number): void {
  rig.session.talk(true, 'push-to-talk')
  rig.speak(200, LOUD)
  rig.session.talk(false, 'push-to-talk')
  rig.clock.advance(ms)
  userText(rig)
}

describe("a turn's latency", () => {
  it('with a key counts from its release, to the last block, the first byte and the first sample', async () => {
    const rig = await SessionRig.live()
    pressAndSay(rig, 300)
    rig.clock.advance(500)
    rig.reply(1_000, 'Hi.')
    rig.clock.advance(120)
    rig.played(1, 50)
    expect(latencies(rig)).toEqual([
      { turn: 1, client: { lastBlockSentMs: 0, firstByteMs: 800, firstSampleMs: 870 }, service: {} }
    ])
  })

  it('with a key released before the service was ready, the last block goes out later', async () => {
    const rig = await SessionRig.configuring()
    rig.session.talk(true, 'push-to-talk')
    rig.speak(400, LOUD)
    rig.session.talk(false, 'push-to-talk')
    rig.clock.advance(100)
    rig.socket.say({ type: 'SettingsApplied' })
    rig.clock.advance(1_000)
    userText(rig)
    expect(latencies(rig)[0]?.client).toEqual({ lastBlockSentMs: 300 })
  })

  it('with an open microphone counts from the end of the last block that was louder than silence', async () => {
    const rig = await SessionRig.live()
    rig.session.talk(true, 'open')
    rig.speak(200, LOUD)
    rig.speak(600, 0)
    rig.session.pushAudio(block(QUIET).map((byte, at) => (at % 2 === 0 ? byte : 0)))
    rig.socket.say({ type: 'EndOfTurn' })
    userText(rig)
    rig.speak(100, 0)
    rig.reply(1_000)
    rig.clock.advance(40)
    rig.played(1, 40)
    const [latency, ...more] = latencies(rig)
    expect(more).toEqual([])
    expect(latency?.client).toEqual({ lastBlockSentMs: 0, firstByteMs: 720, firstSampleMs: 720 })
  })

  it('of speech that was never louder than silence counts from what the service says', async () => {
    const rig = await SessionRig.live()
    rig.session.talk(true, 'open')
    rig.speak(200, 0)
    rig.socket.say({ type: 'UserStartedSpeaking' })
    rig.socket.say({ type: 'EndOfTurn' })
    rig.clock.advance(50)
    userText(rig)
    rig.clock.advance(200)
    rig.reply(100)
    expect(latencies(rig)).toEqual([{ turn: 1, client: { firstByteMs: 250 }, service: {} }])
  })

  it('of a typed text counts from its send', async () => {
    const rig = await SessionRig.live()
    void rig.session.execute({ kind: 'user-text', text: 'Hi' })
    rig.clock.advance(40)
    rig.socket.say({ type: 'UserStartedSpeaking' })
    rig.socket.say({ type: 'EndOfTurn', trigger: 'manual' })
    userText(rig, 'Hi')
    rig.clock.advance(360)
    rig.reply(1_000)
    rig.clock.advance(30)
    rig.played(1, 20)
    expect(latencies(rig)).toEqual([{ turn: 1, client: { firstByteMs: 400, firstSampleMs: 410 }, service: {} }])
  })

  it('of a typed text that was held counts from its send, not from its typing', async () => {
    const rig = await SessionRig.configuring()
    void rig.session.execute({ kind: 'user-text', text: 'Hi' })
    rig.clock.advance(2_000)
    rig.socket.say({ type: 'SettingsApplied' })
    rig.clock.advance(100)
    rig.reply(100)
    expect(latencies(rig)).toEqual([{ turn: 1, client: { firstByteMs: 100 }, service: {} }])
  })

  it('counts the filler before a tool as its first byte', async () => {
    const tool = new ManualTool()
    const rig = await toolRig({ book: tool })
    pressAndSay(rig, 100)
    rig.reply(100, 'One moment.')
    request(rig, { id: 'a', name: 'book' })
    rig.clock.advance(1_000)
    await tool.runs[0]?.resolve('yes')
    rig.reply(100, 'Yours.')
    expect(latencies(rig)[0]?.client).toMatchObject({ firstByteMs: 100 })
  })

  it('numbers turns from 1 over lost connections, and greeting, nudge and injected statements are none', async () => {
    const rig = await SessionRig.live()
    rig.reply(100, 'Welcome.')
    rig.socket.say({ type: 'AgentAudioDone' })
    rig.played(1, 100, true)
    pressAndSay(rig, 100)
    rig.socket.handlers.onClose(1006, '')
    await rig.reconnect()
    void rig.session.execute({ kind: 'agent-speech', text: 'Back.', behavior: 'queue' })
    rig.reply(100, 'Back.')
    pressAndSay(rig, 100)
    rig.clock.advance(100)
    rig.reply(100)
    expect(latencies(rig)).toEqual([
      { turn: 1, client: { lastBlockSentMs: 0 }, service: {} },
      { turn: 2, client: { lastBlockSentMs: 0, firstByteMs: 200 }, service: {} }
    ])
  })

  it('is told of a reply that came after nobody waited for it, and not of a nudge in its place', async () => {
    const slow = await SessionRig.live()
    slow.socket.pongs = true
    void slow.session.execute({ kind: 'user-text', text: 'Hi' })
    slow.clock.advance(45_000)
    expect(slow.activity).toBe('listening')
    slow.reply(100)
    expect(latencies(slow)).toEqual([{ turn: 1, client: { firstByteMs: 45_000 }, service: {} }])
    const nudged = await SessionRig.live({ profile: profile(undefined, { nudge: { afterSeconds: 3, say: 'Hm?' } }) })
    nudged.socket.pongs = true
    void nudged.session.execute({ kind: 'user-text', text: 'Hi' })
    nudged.clock.advance(35_000)
    nudged.reply(100, 'Hm?')
    expect(latencies(nudged)).toEqual([])
  })

  it('knows no first sample where nothing was heard', async () => {
    const rig = await SessionRig.live()
    pressAndSay(rig, 100)
    rig.reply(100)
    rig.socket.say({ type: 'AgentAudioDone' })
    rig.played(1, 0, true)
    expect(latencies(rig)[0]?.client).toEqual({ lastBlockSentMs: 0, firstByteMs: 100 })
  })

  it('has the first sample also when the reply was cut before any position came', async () => {
    const rig = await SessionRig.live()
    pressAndSay(rig, 100)
    rig.reply(1_000)
    rig.clock.advance(50)
    rig.socket.say({ type: 'UserStartedSpeaking' })
    rig.clock.advance(10)
    rig.played(1, 40, true)
    expect(latencies(rig)[0]?.client).toEqual({ lastBlockSentMs: 0, firstByteMs: 100, firstSampleMs: 120 })
  })

  it('of a user who speaks on before the reply is measured from the new end', async () => {
    const rig = await SessionRig.live()
    rig.session.talk(true, 'open')
    rig.speak(200, LOUD)
    rig.speak(400, 0)
    userText(rig, 'I would')
    rig.socket.say({ type: 'UserStartedSpeaking' })
    rig.speak(200, LOUD)
    rig.speak(400, 0)
    userText(rig, 'like tea')
    rig.reply(100)
    expect(latencies(rig)).toEqual([
      { turn: 1, client: { lastBlockSentMs: expect.any(Number) as number }, service: {} },
      { turn: 2, client: { lastBlockSentMs: expect.any(Number) as number, firstByteMs: 420 }, service: {} }
    ])
  })
})

describe("the service's report", () => {
  it('C35 comes in parts, which are merged per turn; what is not told stays absent', async () => {
    const rig = await SessionRig.live()
    rig.socket.say({ type: 'UserStartedSpeaking' })
    for (const seconds of [0.31, 0.25, 0.2]) rig.socket.say({ type: 'LatencyReport', stt_latency: seconds })
    userText(rig)
    rig.socket.say({ type: 'LatencyReport', ttt_token_latency: 0.29 })
    rig.socket.say({ type: 'LatencyReport', ttt_text_latency: 0.61 })
    rig.reply(100)
    rig.socket.say({ type: 'LatencyReport', tts_latency: 0.12, total_latency: 0.93 })
    const first = { sttMs: 200, tttTokenMs: 290, tttTextMs: 610, ttsMs: 120, totalMs: 930 }
    expect(latencies(rig)[0]?.service).toStrictEqual(first)
    rig.socket.say({ type: 'LatencyReport', stt_latency: 0.4 })
    rig.socket.say({ type: 'UserStartedSpeaking' })
    userText(rig)
    rig.socket.say({ type: 'LatencyReport', total_latency: 1 })
    expect(latencies(rig).map(({ service }) => service)).toStrictEqual([first, { sttMs: 400, totalMs: 1_000 }])
  })

  it('C35 in one message for a whole turn is understood too, and AgentStartedSpeaking adds to it', async () => {
    const rig = await SessionRig.live()
    pressAndSay(rig, 100)
    rig.socket.say({ type: 'LatencyReport', stt_latency: 0.2, ttt_tool_latency: 0.5, ttt_thinking_latency: 0.4 })
    rig.socket.say({ type: 'AgentStartedSpeaking', total_latency: 0.91, tts_latency: 0.12, ttt_latency: 0.6 })
    expect(latencies(rig)[0]?.service).toStrictEqual({
      sttMs: 200,
      tttToolMs: 500,
      tttThinkingMs: 400,
      tttTextMs: 600,
      ttsMs: 120,
      totalMs: 910
    })
  })

  it('C35 of a draft that the user spoke over is void', async () => {
    const rig = await SessionRig.live()
    rig.socket.say({ type: 'UserStartedSpeaking' })
    rig.socket.say({ type: 'LatencyReport', stt_latency: 0.2 })
    rig.socket.say({ type: 'LatencyReport', ttt_tool_latency: 0.7 })
    rig.socket.say({ type: 'UserStartedSpeaking' })
    userText(rig)
    expect(latencies(rig).map(({ service }) => service)).toStrictEqual([{ sttMs: 200 }])
  })

  it('without a turn is no event', async () => {
    const rig = await SessionRig.live()
    rig.reply(100, 'Welcome.')
    rig.socket.say({ type: 'LatencyReport', tts_latency: 0.1 })
    rig.socket.say({ type: 'LatencyReport', stt_latency: 0.1 })
    rig.socket.say({ type: 'AgentStartedSpeaking', total_latency: 0.1, tts_latency: 0.1, ttt_latency: 0.1 })
    expect(rig.of('latency')).toEqual([])
  })
})
