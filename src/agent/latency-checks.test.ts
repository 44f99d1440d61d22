import { describe, expect, it } from 'vitest'
import { Rig, settings } from './rig.test-support.ts'

const think = { think: { provider: { type: 'open_ai', model: 'm' }, endpoint: { url: 'http://127.0.0.1:1/' } } }

function rigWith(experimental: boolean | undefined, sttMs = 0): Rig {
  const rig = new Rig({ holdSpeech: true, sttMs })
  rig.send({ ...settings({ ...think, greeting: 'Hello.' }), ...(experimental === undefined ? {} : { experimental }) })
  rig.engine.giveSpeech()
  rig.clock.advance(5000)
  return rig
}

/** A spoken turn: 300 ms of thinking, 200 ms until the voice gives audio. */
function turn(rig: Rig): void {
  rig.speak(1, 'tell me a story')
  rig.clock.advance(300)
  rig.thinker.last.on.timing('token', 280)
  rig.thinker.last.on.timing('text', 300)
  rig.thinker.last.answers('Once there was a fox.')
  rig.clock.advance(200)
  rig.engine.giveSpeech()
  rig.clock.advance(5000)
}

describe('latencies', () => {
  it('V46 with experimental there is one AgentStartedSpeaking per reply, in seconds, before its audio', () => {
    const rig = rigWith(true)
    expect(rig.count('AgentStartedSpeaking')).toBe(0)
    rig.clear()
    turn(rig)
    expect(rig.all('AgentStartedSpeaking')).toEqual([
      { type: 'AgentStartedSpeaking', total_latency: 0.5, tts_latency: 0.2, ttt_latency: 0.3 }
    ])
    expect(rig.trace.indexOf('AgentStartedSpeaking')).toBeLessThan(rig.trace.indexOf('audio'))
  })

  it.each([false, undefined])('V46 with experimental %s there is none', (experimental) => {
    const rig = rigWith(experimental)
    turn(rig)
    expect(rig.count('AgentStartedSpeaking')).toBe(0)
  })

  it('V47 LatencyReport has one key per message, a number in seconds, for every leg of a turn', () => {
    const rig = rigWith(false, 120)
    expect(rig.count('LatencyReport')).toBe(0)
    turn(rig)
    expect(rig.all('LatencyReport').map(({ type: _type, ...legs }) => legs)).toEqual([
      { stt_latency: 0.12 },
      { ttt_token_latency: 0.28 },
      { ttt_text_latency: 0.3 },
      { tts_latency: 0.2 },
      { total_latency: 0.5 }
    ])
  })

  it('V47 a reply that calls a function reports the call, and the text behind it', () => {
    const functions = [{ name: 'look' }]
    const rig = Rig.live({ think: { ...think.think, functions } })
    rig.type('Look.')
    rig.thinker.last.on.timing('tool', 40)
    rig.thinker.last.calls(['look'])
    rig.respond(rig.all('FunctionCallRequest')[0]?.functions[0]?.id, 'look', 'seen')
    rig.thinker.last.on.timing('text', 60)
    rig.thinker.last.answers('I saw it.')
    const keys = rig.all('LatencyReport').flatMap(({ type: _type, ...legs }) => Object.keys(legs))
    expect(keys).toEqual(['ttt_tool_latency', 'ttt_text_latency', 'tts_latency', 'total_latency'])
  })

  it('V47 the small brain reports its legs too', () => {
    const rig = Rig.live()
    rig.speak(1, 'what is two plus two')
    const legs = rig.all('LatencyReport').map(({ type: _type, ...leg }) => leg)
    expect(legs.flatMap((leg) => Object.keys(leg))).toEqual([
      'stt_latency',
      'ttt_text_latency',
      'tts_latency',
      'total_latency'
    ])
    for (const value of legs.flatMap((leg) => Object.values(leg))) expect(value).toBeTypeOf('number')
  })
})
