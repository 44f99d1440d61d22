import { describe, expect, it } from 'vitest'
import { silence, tone } from '../scripted-engine.test-support.ts'
import { NapsterRig } from './rig.test-support.ts'

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

  it('after a cut nothing more of the reply is sent, also not with the next', () => {
    const rig = new NapsterRig({ initialSpeech: 'Say "This takes a while to be spoken. And it has two sentences."' })
    rig.clock.advance(200)
    rig.engine.userStarts(1)
    rig.clear()
    rig.clock.advance(30_000)
    expect(rig.sent).toEqual([])
    rig.engine.userStops(1, 'what is two plus two')
    rig.clock.advance(30_000)
    expect(rig.completed).toEqual(['The answer is 4.'])
    // 16 characters at 20 ms each.
    expect(rig.audioBytes).toBe(16 * 20 * 32)
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
