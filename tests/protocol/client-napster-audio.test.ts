import { expect, it } from 'vitest'
import { napsterTone, type NapsterCommand, type NapsterSession } from '../peers/napster-session.ts'
import { OLDEST, type Spelling } from '../peers/napster-spelling.ts'
import { until } from './client.test-support.ts'
import { captions, napsterProfile, notices, setUpLive, type Rig } from './client-napster.test-support.ts'

// Audio both ways inside JSON, turns as Napster tells them, and conversations without any audio.

const BLOCK_MS = 20
const LOUD = napsterTone(BLOCK_MS)

/** Each spelling of the sheet by itself, and all the old ones at once. */
const SPELLINGS: [string, Partial<Spelling>][] = [
  ['the newest pages', {}],
  ['audio under `audio`', { audioKey: 'audio' }],
  ['names under `type`', { eventKey: 'type' }],
  ['flat messages', { nested: false }],
  ['speech_started as an event', { speechStarted: 'event' }],
  ['input_audio_buffer.speech_started', { speechStarted: 'buffer-event' }],
  ['the other spelling of cancelled', { cancelled: { talk: 'cancelled', action: 'canceled' } }],
  ['the oldest pages', OLDEST]
]

/** Pushes `blocks` into the session at the pace of a microphone. */
async function push({ one }: Rig, block: Uint8Array, blocks: number): Promise<void> {
  const startedMs = performance.now()
  for (let at = 0; at < blocks; at += 1) {
    await until('the next block', () => performance.now() - startedMs >= at * BLOCK_MS)
    one.session.pushAudio(block.slice())
  }
}

const lines = ({ one }: Rig): string[] =>
  captions(one).map(({ role, text, interrupted }) => `${role}: ${text}${interrupted ? ' (cut)' : ''}`)

/** The service that a script of a test plays; it does nothing by itself. */
const silent = { onCommand: () => undefined }

it.concurrent.for(SPELLINGS)(
  'a spoken turn, an interruption and the frames that come too late, spelled as %s',
  async ([_name, spelling], context) => {
    const rig = await setUpLive(context, { server: { ...silent, spelling } })
    const { session } = rig.server
    session.userStarts()
    await until('the user', () => rig.one.phase === 'userSpeaking')
    session.user('Tell me a story.')
    const reply = session.reply()
    reply.begin()
    reply.delta('Once upon a time ')
    session.audio(napsterTone(2_000))
    reply.delta('there was tea.')
    await until('the agent', () => rig.one.phase === 'agentSpeaking')
    expect(rig.one.samples.get(1)).toBe(32_000)

    session.userStarts()
    await until('the silence', () => rig.one.flushed.length === 1)
    reply.cancel()
    // What was on its way already.
    session.audio(napsterTone(500))
    reply.delta(' And milk.')
    reply.completed('Once upon a time there was tea. And milk.')
    session.user('Stop.')
    session.answer('I stopped.', 200)
    await until('the next reply', () => rig.one.count('reply-played') >= 1 && rig.one.phase === 'listening')
    expect(rig.one.flushed).toEqual([1])
    expect([...rig.one.samples]).toEqual([
      [1, 32_000],
      [2, 3_200]
    ])
    const [asked, story, stop, stopped, ...rest] = lines(rig)
    expect([asked, stop, stopped, rest]).toEqual(['user: Tell me a story.', 'user: Stop.', 'agent: I stopped.', []])
    expect(story).toMatch(/^agent: Once upon a time.*\(cut\)$/)
    expect(story).not.toContain('milk')
    expect(notices(rig.one)).toEqual([])
  }
)

/** A service that answers in text. */
function inText(session: NapsterSession, { type, data }: NapsterCommand): void {
  if (type !== 'send_message') return
  session.user(String(data['text']))
  session.answerInText(`You said ${String(data['text'])}.`)
}

it.concurrent(
  'N3 the microphone goes out as base64 PCM16 in frames of 100 ms, while the agent speaks too',
  async (context) => {
    const rig = await setUpLive(context, { server: silent })
    const { session } = rig.server
    session.reply().begin()
    session.audio(napsterTone(3_000))
    await until('the agent', () => rig.one.phase === 'agentSpeaking')
    rig.one.session.talk(true, 'open')
    await push(rig, LOUD, 25)
    const sound = (): number => session.heard.indexOf(LOUD)
    await until('half a second', () => sound() >= 0 && session.heard.byteLength - sound() >= 25 * LOUD.byteLength)
    const frames = session.commands.filter(({ type, data }) => {
      return type === 'send_audio' && Buffer.from(String(data['data']), 'base64').includes(LOUD)
    })
    expect(frames.length).toBeGreaterThanOrEqual(5)
    for (const { text, data } of frames) {
      expect(text).toBe(`{"type":"send_audio","data":{"data":"${String(data['data'])}"}}`)
      expect(Buffer.from(String(data['data']), 'base64').byteLength).toBe(3_200)
    }
    const spoken = session.heard.subarray(session.heard.indexOf(LOUD))
    expect(spoken.subarray(0, 25 * LOUD.byteLength).equals(Buffer.concat(Array.from({ length: 25 }, () => LOUD)))).toBe(
      true
    )
  }
)

it.concurrent(
  'a key that is up sends no sample of the microphone, and once released silence until the turn ends',
  async (context) => {
    const rig = await setUpLive(context, { server: silent })
    const { session } = rig.server
    await push(rig, LOUD, 10)
    expect(session.heard.every((byte) => byte === 0)).toBe(true)
    rig.one.session.talk(true, 'push-to-talk')
    await push(rig, LOUD, 15)
    session.userStarts()
    rig.one.session.talk(false, 'push-to-talk')
    await push(rig, LOUD, 20)
    await until('silence after the words', () => {
      const end = session.heard.lastIndexOf(LOUD)
      return end >= 0 && session.heard.byteLength - end > LOUD.byteLength + 6_400
    })
    const after = session.heard.subarray(session.heard.lastIndexOf(LOUD) + LOUD.byteLength)
    expect(after.every((byte) => byte === 0)).toBe(true)
    const words = session.heard.subarray(session.heard.indexOf(LOUD), session.heard.lastIndexOf(LOUD) + LOUD.byteLength)
    expect(words.byteLength).toBe(15 * LOUD.byteLength)
  }
)

it.concurrent(
  'a transcript that comes after the answer has begun stands before it, and the answer goes on',
  async (context) => {
    const rig = await setUpLive(context, { server: silent })
    const { session } = rig.server
    session.userStarts()
    await until('the user', () => rig.one.phase === 'userSpeaking')
    const reply = session.reply()
    reply.begin()
    reply.delta('It is five.')
    session.audio(napsterTone(300))
    await until('the agent', () => rig.one.phase === 'agentSpeaking')
    session.user('What is two plus three?')
    reply.completed('It is five.')
    session.talk('ended')
    await until('the end', () => rig.one.count('reply-played') === 1 && rig.one.phase === 'listening')
    expect(rig.one.flushed).toEqual([])
    expect(lines(rig)).toEqual(['user: What is two plus three?', 'agent: It is five.'])
    expect(rig.one.samples.get(1)).toBe(4_800)
  }
)

it.concurrent('words that were not understood leave no empty line, and the session goes on', async (context) => {
  const rig = await setUpLive(context, { server: silent })
  const { session } = rig.server
  session.userStarts()
  await until('the user', () => rig.one.phase === 'userSpeaking')
  session.user('')
  session.answer('Pardon?')
  await until('the reply', () => rig.one.count('reply-played') === 1 && rig.one.phase === 'listening')
  expect(lines(rig)).toEqual(['agent: Pardon?'])
})

it.concurrent('the full text replaces what was told in parts; where it is empty the parts stand', async (context) => {
  const rig = await setUpLive(context, { server: silent })
  const { session } = rig.server
  for (const [parts, full] of [
    [['It is ', 'fife.'], 'It is five.'],
    [['It is ', 'six.'], '']
  ] as const) {
    const before = rig.one.count('reply-played')
    const reply = session.reply()
    reply.begin()
    for (const part of parts) reply.delta(part)
    session.audio(napsterTone(60))
    reply.completed(full)
    session.talk('ended')
    await until('the end', () => rig.one.count('reply-played') > before)
  }
  expect(lines(rig)).toEqual(['agent: It is five.', 'agent: It is six.'])
})

it.concurrent('a reply that fails is told of, and the next one is heard', async (context) => {
  const rig = await setUpLive(context, { server: silent })
  const { session } = rig.server
  const reply = session.reply()
  reply.begin()
  reply.failed('The model is overloaded.')
  session.talk('ended')
  await until('the notice', () => notices(rig.one).some((line) => line.includes('The model is overloaded.')))
  session.answer('Now it works.')
  await until('the next reply', () => lines(rig).includes('agent: Now it works.') && rig.one.phase === 'listening')
  expect(rig.one.count('reply-played')).toBe(1)
})

it.concurrent(
  'what no page names breaks nothing: unknown events, binary frames, broken JSON, wrong types',
  async (context) => {
    const rig = await setUpLive(context, { server: silent })
    const { session } = rig.server
    for (const text of [
      '{"event":"brand_new","data":{"deep":[1]}}',
      '{"type":"mcp_tools","server":"s","tools":[]}',
      '{"type":"mcp_tools","action":"failed","error":"docs server is away"}',
      '{"type":"mcp_call","action":"created","item_id":"i"}',
      '{"type":"mcp_approval_request","action":"created","item_id":"i","server":"s","tool":"t"}',
      '{"event":"ui_update","data":{"panel":"cart"}}',
      '{"event":"reaching_rate_limits"}',
      '{"event":"audio_received"}',
      '{"event":"audio_received","data":{"data":12}}',
      '{"event":"audio_received","data":{"data":"%%%"}}',
      '{"event":"message_received","data":{"message":{"type":"message","role":"robot","action":"completed","content":7}}}',
      '{"event":"message_received","data":null}',
      '{"event":"talk_state_changed","data":{"state":"wobbling"}}',
      '{"event":"function_implicitly_called","data":{}}',
      '{"event":7}',
      '{}',
      '[]',
      'null',
      '42',
      '{"event":'
    ]) {
      session.raw(text)
    }
    session.socket?.send(Buffer.from([1, 2, 3]))
    // Half a sample at the end.
    const reply = session.reply()
    reply.begin()
    session.audio(Buffer.alloc(3_201))
    reply.completed('Fine.')
    session.talk('ended')
    await until('the reply', () => lines(rig).includes('agent: Fine.') && rig.one.phase === 'listening')
    expect(rig.one.samples.get(1)).toBe(1_600)
    expect(rig.server.sessions).toHaveLength(1)
  }
)

it.concurrent(
  'text modality has no audio either way: no microphone, no loudspeaker, replies as text',
  async (context) => {
    const profile = napsterProfile({ modality: 'text' })
    const rig = await setUpLive(context, { profile, server: { onCommand: inText } })
    const { session } = rig.server
    expect(session.request['modality']).toBe('text')
    rig.one.session.talk(true, 'open')
    await push(rig, LOUD, 15)
    for (const text of ['one', 'two']) {
      expect(await rig.one.session.execute({ kind: 'user-text', text })).toEqual({ outcome: 'applied' })
      await until('the reply', () => lines(rig).includes(`agent: You said ${text}.`) && rig.one.phase === 'listening')
    }
    rig.one.session.talk(false, 'open')
    await push(rig, LOUD, 15)
    expect(session.of('send_audio')).toEqual([])
    expect([...rig.one.samples]).toEqual([])
    expect(lines(rig)).toEqual(['user: one', 'agent: You said one.', 'user: two', 'agent: You said two.'])
    expect(rig.one.count('audio-dropped')).toBe(0)
  }
)
