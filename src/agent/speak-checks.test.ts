import { describe, expect, it } from 'vitest'
import { Rig } from './rig.test-support.ts'
import { tone, type Script } from './scripted-engine.test-support.ts'

const voice = (model: string, more: object = {}): object => ({ provider: { type: 'deepgram', model, ...more } })
const ELSEWHERE = {
  provider: { type: 'eleven_labs', model_id: 'm' },
  endpoint: { url: 'wss://tts.example/v1/stream', headers: { 'xi-api-key': 'key-0123456789' } }
}
/** Speech comes when the test gives it. */
const slow = (speak?: unknown, script: Script = {}): Rig =>
  Rig.live(speak === undefined ? {} : { speak }, { holdSpeech: true, ...script })

const asked = (rig: Rig): string[] => rig.engine.of('speak').map((one) => `${one.utterance} ${one.voice}`)
const warned = (rig: Rig): string[] => rig.all('Warning').map(({ code, description }) => `${code}: ${description}`)
const fails = (rig: Rig, utterance: number, message = 'The voice failed.'): void =>
  rig.engine.emit({ kind: 'speech-failed', stream: 1, utterance, message })
const begins = (rig: Rig, utterance: number): void =>
  rig.engine.emit({ kind: 'speech', stream: 1, utterance, pcm: tone(16_000, 400), last: false })

describe('a voice that is slow', () => {
  it('SLOW_SPEAK_REQUEST comes every 5 s from when a sentence was asked for, and the reply goes on', () => {
    const rig = slow()
    rig.type('1 + 1')
    rig.clock.advance(4999)
    expect(warned(rig)).toEqual([])
    rig.clock.advance(1)
    expect(warned(rig)).toEqual(['SLOW_SPEAK_REQUEST: We have now waited 5 seconds for a speak response.'])
    rig.clock.advance(5000)
    expect(warned(rig)).toHaveLength(2)
    expect(warned(rig).at(-1)).toContain('waited 10 seconds')
    rig.engine.giveSpeech()
    rig.clock.advance(5000)
    expect(rig.trace.slice(-4)).toEqual([
      'Warning SLOW_SPEAK_REQUEST',
      'ConversationText assistant: The answer is 2.',
      'audio',
      'AgentAudioDone'
    ])
    rig.type('2 + 2')
    rig.clock.advance(5000)
    expect(warned(rig)).toHaveLength(3)
    expect(warned(rig).at(-1)).toContain('waited 5 seconds')
  })

  it('a sentence that waits for the one before it is not late; its time begins when the voice turns to it', () => {
    const rig = slow()
    rig.inject('One. Two.')
    expect(asked(rig)).toHaveLength(2)
    rig.clock.advance(4000)
    const [first] = rig.engine.of('speak')
    rig.engine.emit({ kind: 'speech', stream: 1, utterance: first!.utterance, pcm: tone(16_000, 100), last: true })
    rig.clock.advance(4999)
    expect(warned(rig)).toEqual([])
    rig.clock.advance(1)
    expect(warned(rig)).toHaveLength(1)
  })

  it('nothing is warned of once it has begun, nor of what was cut, nor after the session', () => {
    const rig = slow()
    rig.inject('One.')
    begins(rig, 1)
    rig.clock.advance(60_000)
    rig.engine.userStarts(1)
    rig.engine.userStops(1, '1 + 1')
    rig.clock.advance(3000)
    rig.engine.userStarts(2)
    rig.clock.advance(60_000)
    expect(warned(rig)).toEqual([])
    rig.engine.userStops(2, '2 + 2')
    rig.connection.onClosed()
    expect(rig.clock.pending).toBe(0)
  })
})

describe('a speak list', () => {
  it('the next entry speaks what the one before could not, is warned of once, and keeps the turn', () => {
    const rig = slow([voice('flite-slt'), voice('flite-rms'), voice('flite-awb')])
    rig.inject('One. Two. Three.')
    fails(rig, 1)
    fails(rig, 2)
    rig.engine.giveSpeech()
    rig.clock.advance(1000)
    expect(asked(rig)).toEqual(['1 flite-slt', '2 flite-slt', '1 flite-rms', '2 flite-rms', '3 flite-rms'])
    expect(warned(rig)).toEqual(['SPEAK_REQUEST_FAILED: The voice failed.'])
    rig.engine.giveSpeech()
    rig.clock.advance(5000)
    expect(rig.said).toEqual(['One. Two. Three.'])
    expect(rig.trace.at(-1)).toBe('AgentAudioDone')
  })

  it('the next turn begins with the first entry again', () => {
    const rig = slow([voice('flite-slt'), voice('flite-rms')])
    rig.inject('One.')
    fails(rig, 1)
    rig.engine.giveSpeech()
    rig.clock.advance(5000)
    rig.inject('Two.')
    expect(asked(rig)).toEqual(['1 flite-slt', '1 flite-rms', '2 flite-slt'])
  })

  it('all failed: FAILED_TO_SPEAK ends the session', () => {
    const rig = slow([voice('flite-slt'), voice('flite-rms')])
    rig.inject('One.')
    fails(rig, 1, 'The first failed.')
    fails(rig, 1, 'The second failed.')
    expect(rig.trace.slice(-3)).toEqual([
      'Warning SPEAK_REQUEST_FAILED',
      'Warning SPEAK_REQUEST_FAILED',
      'Error FAILED_TO_SPEAK'
    ])
    expect(rig.messages.at(-1)).toMatchObject({ description: 'The second failed.' })
    expect(rig.closed).toBe(true)
    rig.connection.onClosed()
    expect(rig.clock.pending).toBe(0)
  })

  it('a sentence that broke off is not begun again: what was said stands, and the next is asked of the next entry', () => {
    const rig = slow([voice('flite-slt'), voice('flite-rms')])
    rig.inject('One. Two. Three.')
    begins(rig, 1)
    fails(rig, 1)
    expect(warned(rig)).toEqual(['SPEAK_REQUEST_FAILED: The voice failed.'])
    rig.clock.advance(1000)
    expect(asked(rig)).toEqual(['1 flite-slt', '2 flite-slt', '3 flite-rms'])
    expect(rig.closed).toBe(false)
  })

  it('voices of others are passed over with a warning that names no key, and the built-in one speaks', () => {
    const rig = Rig.live({ speak: [ELSEWHERE, voice('flite-rms')] })
    rig.inject('One. Two.')
    rig.clock.advance(5000)
    expect(asked(rig)).toEqual(['1 flite-rms', '2 flite-rms'])
    expect(warned(rig)).toEqual([
      'SPEAK_REQUEST_FAILED: The built-in agent does not ask the voices of eleven_labs (tts.example).'
    ])
    rig.inject('Three.')
    expect(warned(rig)).toHaveLength(2)
  })

  it('with voices of others only the built-in one stands in, and nobody is told of their keys', () => {
    const rig = Rig.live({ speak: ELSEWHERE })
    expect(rig.trace).toEqual(['Welcome', 'SettingsApplied'])
    rig.inject('One.')
    expect(asked(rig)).toEqual(['1 m'])
    expect(warned(rig)).toEqual([])
    expect(JSON.stringify(rig.messages)).not.toContain('key-0123456789')
  })

  it('V35 UpdateSpeak brings another list, also for a sentence that fails after it', () => {
    const rig = slow([voice('flite-slt'), voice('flite-rms')])
    rig.inject('One.')
    rig.send({ type: 'UpdateSpeak', speak: [voice('flite-awb')] })
    fails(rig, 1)
    expect(asked(rig)).toEqual(['1 flite-slt', '1 flite-awb'])
    fails(rig, 1)
    expect(rig.trace.at(-1)).toBe('Error FAILED_TO_SPEAK')
  })
})

describe('speak.provider.speed', () => {
  it('is asked of the voice, also after UpdateSpeak, with each entry its own', () => {
    const rig = slow([voice('flite-slt', { speed: 1.5 }), voice('flite-rms', { speed: 0.7 })])
    rig.inject('One.')
    fails(rig, 1)
    rig.engine.giveSpeech()
    rig.clock.advance(5000)
    rig.send({ type: 'UpdateSpeak', speak: voice('flite-slt', { version: 'v2', speed: 0.5 }) })
    rig.inject('Two.')
    rig.engine.giveSpeech()
    rig.clock.advance(5000)
    rig.send({ type: 'UpdateSpeak', speak: voice('flite-slt') })
    rig.inject('Three.')
    expect(rig.engine.of('speak').map(({ speed }) => speed)).toEqual([1.5, 0.7, 0.5, undefined])
  })

  it.each([
    [{ speed: 0.69 }, 0.7],
    [{ speed: 1.51 }, 0.7],
    [{ version: 'v2', speed: 0.49 }, 0.5],
    [{ version: 'v2', speed: 1.51 }, 0.5]
  ])('V12 %j is out of range', (more, least) => {
    const rig = Rig.live({ speak: voice('aura-2-thalia-en', more) })
    expect(rig.messages.at(-1)).toMatchObject({
      code: 'INVALID_SETTINGS',
      description: expect.stringContaining(`between ${least} and 1.5`)
    })
  })
})
