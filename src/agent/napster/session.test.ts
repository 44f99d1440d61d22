import { describe, expect, it } from 'vitest'
import { silence, tone } from '../scripted-engine.test-support.ts'
import { NapsterRig } from './rig.test-support.ts'

const WEATHER = [
  { data: { name: 'get_weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } } }
]

/** A rig that has asked for the weather in Paris. */
function asking(): { rig: NapsterRig; callId: string } {
  const rig = new NapsterRig({ functions: WEATHER })
  rig.say('use get weather with city Paris')
  const [call, ...more] = rig.all('function_implicitly_called')
  expect(more).toEqual([])
  expect(call).toMatchObject({ name: 'get_weather', arguments: { city: 'Paris' } })
  return { rig, callId: call?.call_id ?? '' }
}

/** What the agent said in the end. */
async function said(rig: NapsterRig): Promise<string> {
  await Promise.resolve()
  rig.clock.advance(60_000)
  return rig.completed.join(' ')
}

describe('the events of a session', () => {
  it('begins with its marker, then preparing and ready', () => {
    const rig = new NapsterRig({ script: { holdOpen: true } })
    expect(rig.trace).toEqual(['session created', 'avatar preparing'])
    rig.engine.opened()
    expect(rig.trace).toEqual(['session created', 'avatar preparing', 'avatar ready'])
    expect(rig.messages[0]).toEqual({
      type: 'session',
      action: 'created',
      session_id: 'session_1',
      timestamp: '2026-11-21T09:05:00.000Z'
    })
  })

  it('initialSpeech: the agent opens by itself, as it was told', () => {
    const rig = new NapsterRig({ initialSpeech: 'Greet the user.', settings: { instructions: 'Your name is Max.' } })
    rig.clock.advance(20_000)
    expect(rig.completed).toEqual(['Hello. I am Max, how can I help?'])
  })

  it('initialSpeech: a model is told how to open', () => {
    const settings = { endpoint: { url: 'http://127.0.0.1:1/v1/chat/completions' } }
    const rig = new NapsterRig({ initialSpeech: 'Ask for the order number.', settings })
    expect(rig.thinker.completions[0]?.told).toEqual([
      'system: The conversation begins. Open it like this: Ask for the order number.'
    ])
  })

  it('the user takes the floor: speech_started, the reply is cancelled, then the words under the same item', () => {
    const rig = new NapsterRig({ initialSpeech: 'Say "This takes a while to be spoken."' })
    rig.clock.advance(200)
    rig.clear()
    rig.engine.userStarts(1)
    rig.engine.userStops(1, 'stop')
    expect(rig.trace.slice(0, 4)).toEqual([
      'user speech_started',
      'assistant cancelled: turn_detected',
      'talk canceled',
      'user completed: stop'
    ])
    const ids = rig.messages.flatMap((one) => (one.type === 'message' && one.role === 'user' ? [one.item_id] : []))
    expect(new Set(ids).size).toBe(1)
  })

  it('after a cut nothing more of the reply is sent', () => {
    const rig = new NapsterRig({ initialSpeech: 'Say "This takes a while to be spoken. And it has two sentences."' })
    rig.clock.advance(200)
    rig.engine.userStarts(1)
    rig.clear()
    rig.clock.advance(30_000)
    expect(rig.sent).toEqual([])
  })

  it('created, deltas and completed of a response share its ids, and the deltas joined are the whole', () => {
    const rig = new NapsterRig()
    rig.say('help')
    rig.clock.advance(60_000)
    const replies = rig.messages.flatMap((one) => (one.type === 'message' && one.role === 'assistant' ? [one] : []))
    expect(replies.map(({ action }) => action)).toEqual([
      'created',
      'delta',
      'delta',
      'delta',
      'delta',
      'delta',
      'completed'
    ])
    expect(new Set(replies.map((one) => `${one.response_id} ${one.item_id}`)).size).toBe(1)
    expect(replies.flatMap((one) => (one.action === 'delta' ? [one.content] : [])).join('')).toBe(rig.completed[0])
  })

  it('audio is PCM16 at 16 kHz and at most 500 ms ahead of its time', () => {
    const rig = new NapsterRig()
    rig.say('What is two plus two?')
    const startMs = rig.clock.nowMs()
    let ms = 0
    for (; ms < 1000; ms += 10) {
      rig.clock.advance(10)
      expect(rig.audioBytes / 32 - (rig.clock.nowMs() - startMs)).toBeLessThanOrEqual(500)
    }
    // 16 characters at 20 ms each.
    expect(rig.audioBytes).toBe(16 * 20 * 32)
  })

  it.each(['data', 'audio'])('send_audio: the ears hear it, under the name %s', (name) => {
    const rig = new NapsterRig({ script: { transcripts: ['what is two plus two'] } })
    for (const pcm of [tone(16_000, 300), silence(16_000, 400)]) {
      rig.command('send_audio', { [name]: Buffer.from(pcm).toString('base64') })
    }
    rig.clock.advance(5_000)
    expect(rig.echoed).toEqual(['what is two plus two'])
    expect(rig.completed).toEqual(['The answer is 4.'])
  })

  it('send_audio: half a sample waits for its other half', () => {
    const rig = new NapsterRig()
    const pcm = tone(16_000, 100)
    rig.hear(pcm.slice(0, 1001))
    rig.hear(pcm.slice(1001))
    const heard = rig.engine.of('audio').flatMap((request) => [...request.pcm])
    expect(heard).toEqual([...pcm])
  })

  it.each(['no base64!', 'AAAAA', 'AA=A'])('send_audio: %j is refused', (data) => {
    const rig = new NapsterRig()
    rig.command('send_audio', { data })
    expect(rig.errors).toEqual(['The audio is not base64.'])
    expect(rig.engine.of('audio')).toEqual([])
  })

  it('audio that came before the engine was open is heard', () => {
    const rig = new NapsterRig({ script: { holdOpen: true, transcripts: ['what is two plus two'] } })
    rig.hear(tone(16_000, 300))
    rig.hear(silence(16_000, 400))
    rig.engine.opened()
    rig.clock.advance(5_000)
    expect(rig.completed).toEqual(['The answer is 4.'])
  })

  it('without a transcriber a turn is a mic check', () => {
    const rig = new NapsterRig()
    rig.speak(1, null)
    rig.clock.advance(60_000)
    expect(rig.completed[0]).toMatch(/^\(your own words, played back\) That was a mic check/)
  })

  it('words that the transcriber could not find out are an empty text, and the agent says so', () => {
    const rig = new NapsterRig()
    rig.engine.userStarts(1)
    rig.engine.userStops(1, null, 1, 'whisper-cli ended with status 1.')
    rig.clock.advance(30_000)
    expect(rig.echoed).toEqual([''])
    expect(rig.completed[0]).toMatch(/^I heard you, but I could not turn it into text. whisper-cli/)
    rig.speak(2, 'hello')
    expect(rig.echoed).toEqual(['', 'hello'])
  })

  it('a ping is taken and nothing answers it', () => {
    const rig = new NapsterRig()
    rig.clear()
    rig.raw('{"type":"ping"}')
    expect(rig.sent).toEqual([])
  })
})

describe('text modality', () => {
  it('needs no engine and has neither audio nor talk', () => {
    const rig = new NapsterRig({ modality: 'text', initialSpeech: 'Greet the user.' })
    rig.clock.advance(10)
    rig.say('help')
    rig.clock.advance(10)
    expect(rig.trace).toEqual([
      'session created',
      'avatar preparing',
      'avatar ready',
      'assistant created',
      'assistant delta: Hello.',
      'assistant delta:  How can I help?',
      'assistant completed: Hello. How can I help?',
      'user completed: help',
      'assistant created',
      ...rig.trace.slice(9, 14),
      `assistant completed: ${rig.completed[1]}`
    ])
    expect(rig.trace.slice(9, 14).every((line) => line.startsWith('assistant delta'))).toBe(true)
    expect(rig.engine.requests).toEqual([])
    rig.connection.goAway()
    expect(rig.engine.requests).toEqual([])
  })

  it('takes no audio', () => {
    const rig = new NapsterRig({ modality: 'text' })
    rig.hear(tone(16_000, 100))
    expect(rig.errors).toEqual(['This session has text only; it takes no audio.'])
  })

  it('what was written of a reply that was given up is still known to the model', () => {
    const settings = { endpoint: { url: 'http://127.0.0.1:1/v1/chat/completions' } }
    const rig = new NapsterRig({ modality: 'text', settings })
    rig.say('Tell me a story.')
    rig.thinker.completions[0]?.on.text('Once there was a king. He had a hat. And')
    rig.say('Stop.')
    expect(rig.thinker.completions[1]?.told).toEqual([
      'user: Tell me a story.',
      'assistant: Once there was a king. He had a hat.',
      'user: Stop.'
    ])
  })
})

describe('tools', () => {
  it.each([
    ['an object', { sky: 'grey' }, '{"sky":"grey"}'],
    ['a text', 'grey', 'grey']
  ])('the output is told: %s', async (_what, output, told) => {
    const { rig, callId } = asking()
    rig.command('send_function_output', { call_id: callId, output, delay: false })
    expect(await said(rig)).toBe(`The function get weather answered: ${told}`)
    expect(rig.errors).toEqual([])
    expect(rig.all('function_call_timeout')).toEqual([])
  })

  it('without an output the call times out after 10 s, and the model is told so', async () => {
    const { rig, callId } = asking()
    rig.clock.advance(9_999)
    expect(rig.all('function_call_timeout')).toEqual([])
    rig.clock.advance(1)
    expect(rig.all('function_call_timeout')).toEqual([{ call_id: callId }])
    expect(await said(rig)).toBe('The function get weather answered: Failed to fetch information')
  })

  it('an output that comes late or twice changes nothing and is no error; an unknown one is', async () => {
    const { rig, callId } = asking()
    rig.command('send_function_output', { call_id: callId, output: 'grey' })
    rig.command('send_function_output', { call_id: callId, output: 'blue' })
    expect(await said(rig)).toBe('The function get weather answered: grey')
    rig.command('send_function_output', { call_id: callId, output: 'green' })
    expect(rig.errors).toEqual([])
    rig.command('send_function_output', { call_id: 'never', output: 'green' })
    expect(rig.errors).toEqual(['There was no call with the call_id "never".'])
    expect(await said(rig)).toBe('The function get weather answered: grey')
  })

  it('who speaks gives the call up: no timeout follows, and its output is ignored', () => {
    const { rig, callId } = asking()
    rig.engine.userStarts(1)
    rig.engine.userStops(1, 'what is two plus two')
    rig.command('send_function_output', { call_id: callId, output: 'grey' })
    rig.clock.advance(60_000)
    expect(rig.completed).toEqual(['The answer is 4.'])
    expect([rig.errors, rig.all('function_call_timeout')]).toEqual([[], []])
  })

  it('a function that the agent does not have ends the session', () => {
    const settings = { endpoint: { url: 'http://127.0.0.1:1/v1/chat/completions' } }
    const rig = new NapsterRig({ settings })
    rig.say('Hello?')
    rig.thinker.completions[0]?.calls(['no_such_function'])
    expect(rig.all('provider_connection_aborted')).toMatchObject([{ error: { code: 'connection_failed' } }])
    expect(rig.ended).toEqual(['provider_connection_aborted'])
  })
})

describe('the end', () => {
  it('warns 60, 30 and 10 s before the idle close of 3 min, and closes', () => {
    const rig = new NapsterRig({ idleCloseMs: 180_000 })
    const startMs = rig.clock.nowMs()
    rig.clock.advance(179_999)
    const warnings = rig.sent.filter(({ frame }) => frame.event === 'avatar_connection_warning')
    expect(warnings.map(({ atMs, frame }) => [atMs - startMs, frame.data])).toEqual([
      [120_000, { disconnect_after: 60 }],
      [150_000, { disconnect_after: 30 }],
      [170_000, { disconnect_after: 10 }]
    ])
    expect([rig.closed, rig.ended]).toEqual([false, []])
    rig.clock.advance(1)
    expect([rig.trace.at(-1), rig.closed, rig.ended]).toEqual(['session_expired', true, ['idle_timeout']])
  })

  it.each([
    ['a message', (rig: NapsterRig) => rig.tellContext('Hm.')],
    ['audio', (rig: NapsterRig) => rig.hear(silence(16_000, 100))],
    ['a word of the agent', (rig: NapsterRig) => rig.engine.userStarts(1)]
  ])('%s puts the idle close off, and the warnings begin anew', (_what, act) => {
    const rig = new NapsterRig({ idleCloseMs: 180_000 })
    rig.clock.advance(130_000)
    act(rig)
    rig.clock.advance(119_000)
    expect(rig.all('avatar_connection_warning')).toHaveLength(1)
    rig.clock.advance(2_000)
    expect(rig.all('avatar_connection_warning')).toHaveLength(2)
    rig.clock.advance(60_000)
    expect(rig.ended).toEqual(['idle_timeout'])
  })

  it('a ping and a refused command do not put the idle close off', () => {
    const rig = new NapsterRig({ idleCloseMs: 180_000 })
    rig.clock.advance(100_000)
    rig.raw('{"type":"ping"}')
    rig.raw('nonsense')
    rig.clock.advance(80_000)
    expect(rig.ended).toEqual(['idle_timeout'])
  })

  it('a session that has lasted as long as one may expires; credit that is used up ends it', () => {
    const expired = new NapsterRig({ sessionLimitMs: 1000 })
    const broke = new NapsterRig({ creditMs: 1000 })
    for (const rig of [expired, broke]) rig.clock.advance(1000)
    expect([expired.trace.at(-1), expired.ended]).toEqual(['session_expired', ['session_expired']])
    expect([broke.trace.at(-1), broke.ended]).toEqual(['no_credits_left', ['no_credits_left']])
  })

  it('a voice that the provider does not have is told after the socket opened', () => {
    const rig = new NapsterRig({ badVoice: 'nobody' })
    expect(rig.trace).toEqual(['session created', 'avatar preparing', 'aborted invalid_voice'])
    expect([rig.closed, rig.ended, rig.engine.requests]).toEqual([true, ['provider_connection_aborted'], []])
  })

  it('an engine that fails, or does not open in time, ends the session with a reason', () => {
    const failing = new NapsterRig()
    failing.engine.emit({ kind: 'failed', message: 'out of memory' })
    const slow = new NapsterRig({ script: { holdOpen: true } })
    slow.clock.advance(20_000)
    for (const rig of [failing, slow]) {
      expect([rig.trace.at(-1), rig.ended]).toEqual(['aborted connection_failed', ['provider_connection_aborted']])
    }
  })

  it('a client that does not close is dropped after a grace, and no timer is left', () => {
    const rig = new NapsterRig({
      initialSpeech: 'Say hello to the user at length.',
      idleCloseMs: 180_000,
      creditMs: 1e6
    })
    rig.clock.advance(50)
    rig.connection.close('connection_aborted')
    expect([rig.closed, rig.terminated, rig.ended]).toEqual([true, false, ['connection_aborted']])
    rig.clock.advance(2_000)
    expect(rig.terminated).toBe(true)
    expect(rig.clock.pending).toBe(0)
  })

  it('when the socket is closed nothing more is sent and no timer is left', () => {
    const rig = new NapsterRig({
      initialSpeech: 'Say hello to the user at length.',
      idleCloseMs: 180_000,
      functions: WEATHER
    })
    rig.clock.advance(50)
    rig.say('use get weather')
    rig.connection.onClosed()
    rig.clear()
    rig.clock.advance(300_000)
    expect([rig.sent, rig.clock.pending, rig.ended]).toEqual([[], 0, ['connection_closed']])
    expect(rig.engine.of('close')).toHaveLength(1)
  })

  it('a client that leaves too much unread is dropped', () => {
    const rig = new NapsterRig()
    rig.bufferedBytes = 16 * 1024 * 1024 + 1
    rig.say('Hello')
    expect([rig.terminated, rig.ended]).toEqual([true, ['failed']])
  })

  it('audio waits while the client does not read', () => {
    const rig = new NapsterRig()
    rig.bufferedBytes = 300 * 1024
    rig.say('What is two plus two?')
    rig.clock.advance(5_000)
    expect(rig.audioBytes).toBe(0)
    rig.bufferedBytes = 0
    rig.clock.advance(5_000)
    expect(rig.completed).toEqual(['The answer is 4.'])
  })

  it('a client that is far ahead of the ears is not read', () => {
    const rig = new NapsterRig({ script: { holdBarriers: true, holdOpen: true } })
    rig.engine.opened()
    for (let s = 0; s < 21; s += 1) rig.hear(silence(16_000, 1000))
    expect(rig.paused).toBe(true)
    rig.engine.passBarriers()
    expect(rig.paused).toBe(false)
  })
})
