import { describe, expect, it } from 'vitest'
import { DEFAULT_LISTEN } from '../speech/contract.ts'
import { NapsterRig } from './rig.test-support.ts'

const MODEL = { endpoint: { url: 'http://127.0.0.1:1/v1/chat/completions' } }

describe('set_settings', () => {
  it('N14 changes the session that goes on: what was said is still known', () => {
    const rig = new NapsterRig()
    rig.ask('My name is Ana.')
    rig.set({ instructions: 'Your name is Max.' })
    expect(rig.ask('What is my name?')).toContain('Ana')
    expect(rig.ask('What is your name?')).toBe('My name is Max.')
    expect([rig.closed, rig.errors]).toEqual([false, []])
  })

  it('N15 omitted fields keep their values', () => {
    const rig = new NapsterRig({ settings: { ...MODEL, instructions: 'Be brief.', temperature: 0.2 } })
    rig.set({ temperature: 0.7 })
    rig.set({})
    rig.say('Hello?')
    expect(rig.thinker.completions[0]?.request.choices[0]).toMatchObject({
      item: { provider: { temperature: 0.7 } },
      prompts: ['Be brief.']
    })
    rig.thinker.completions[0]?.answers('Hi.')
    rig.set({ instructions: 'Be long.' })
    rig.say('And now?')
    expect(rig.thinker.completions[1]?.request.choices[0]).toMatchObject({
      item: { provider: { temperature: 0.7 } },
      prompts: ['Be long.']
    })
  })

  it('N15 omitted fields inside turn_detection keep their values too', () => {
    const rig = new NapsterRig({ settings: { turnDetection: { threshold: 0.9, silence_duration_ms: 500 } } })
    expect(rig.engine.of('open')[0]?.listen).toEqual({ ...DEFAULT_LISTEN, threshold: 0.9, silenceMs: 500 })
    rig.set({ turn_detection: { silence_duration_ms: 1000 } })
    rig.set({ turn_detection: { prefix_padding_ms: 400 } })
    expect(rig.engine.of('listen-options').map(({ listen }) => listen)).toEqual([
      { ...DEFAULT_LISTEN, threshold: 0.9, silenceMs: 1000 },
      { ...DEFAULT_LISTEN, threshold: 0.9, silenceMs: 1000, prefixPaddingMs: 400 }
    ])
  })

  it('N15 what has nothing to do with the ears is not told to them', () => {
    const rig = new NapsterRig()
    rig.set({ instructions: 'Be brief.', temperature: 1 })
    expect(rig.engine.of('listen-options')).toEqual([])
  })

  it('N16 instructions replace all of the prompt, and context that was told stays', () => {
    const rig = new NapsterRig({ settings: { instructions: 'Your name is Max. The shop closes at six.' } })
    rig.tellContext('The cart holds a hat.')
    rig.set({ instructions: 'Help with the checkout.' })
    expect(rig.ask('What are your instructions?')).toBe('Help with the checkout.')
    expect(rig.ask('What is your name?')).not.toContain('Max')
    expect(rig.ask('What does the cart hold?')).toContain('a hat')
  })

  it('N16 a model gets the new instructions only, from its next request on', () => {
    const rig = new NapsterRig({ settings: { ...MODEL, instructions: 'Old.' } })
    rig.say('One.')
    rig.set({ instructions: 'New.' })
    rig.thinker.completions[0]?.answers('Fine.')
    rig.say('Two.')
    expect(rig.thinker.completions.map(({ request }) => request.choices[0]?.prompts)).toEqual([['Old.'], ['New.']])
  })

  it('N20 instructions of another role replace the one before in the middle of a conversation, and what was said stays', () => {
    const rig = new NapsterRig({ settings: { instructions: 'Your name is Max. You are a support agent.' } })
    rig.ask('My name is Ana.')
    const role = 'Your name is Eva. You are a checkout assistant.'
    rig.set({ instructions: role })
    expect(rig.ask('What are your instructions?')).toBe(role)
    expect(rig.ask('What is your name?')).toBe('My name is Eva.')
    expect(rig.ask('What is my name?')).toContain('Ana')
    expect([rig.closed, rig.errors]).toEqual([false, []])
  })

  it('N16 empty instructions leave none', () => {
    const rig = new NapsterRig({ settings: { instructions: 'Your name is Max.' } })
    rig.set({ instructions: '' })
    expect(rig.ask('What are your instructions?')).toBe('I have no instructions.')
  })

  it('N16 words spoken before are answered by the old instructions, those after by the new', () => {
    const rig = new NapsterRig({ settings: { instructions: 'Your name is Max.' }, script: { holdWords: true } })
    rig.speak(1, 'what is your name')
    rig.set({ instructions: 'Your name is Eva.' })
    rig.engine.giveWords()
    rig.clock.advance(10_000)
    expect(rig.completed).toEqual(['My name is Max.'])
    expect(rig.ask('What is your name?')).toBe('My name is Eva.')
  })

  it('N16 instructions that are too long are refused and change nothing', () => {
    const rig = new NapsterRig({ settings: { instructions: 'Your name is Max.' } })
    rig.set({ instructions: '😀'.repeat(25_000) })
    expect(rig.errors).toEqual([])
    rig.set({ instructions: 'Your name is Max.' })
    rig.set({ instructions: 'x'.repeat(25_001) })
    expect(rig.all('error')).toMatchObject([{ code: 'instructions_too_long' }])
    expect(rig.ask('What are your instructions?')).toBe('Your name is Max.')
  })

  it.each([0, 0.5, 1])('N17 temperature %d is taken, and a model gets it', (temperature) => {
    const rig = new NapsterRig({ settings: MODEL })
    rig.set({ temperature })
    expect(rig.errors).toEqual([])
    rig.say('Hello?')
    expect(rig.thinker.completions[0]?.request.choices[0]?.item.provider.temperature).toBe(temperature)
  })

  it.each([-0.1, 1.1, 2, '0.5', null])(
    'N17 temperature %j is refused, and nothing beside it is changed',
    (temperature) => {
      const rig = new NapsterRig()
      rig.set({ temperature, instructions: 'Your name is Max.' })
      expect(rig.errors).toHaveLength(1)
      expect(rig.errors[0]).toContain('temperature')
      expect(rig.ask('What are your instructions?')).toBe('I have no instructions.')
    }
  )

  it('N17 the small brain answers the same at any temperature', () => {
    const rig = new NapsterRig()
    const before = rig.ask('What is two plus two?')
    rig.set({ temperature: 1 })
    expect(rig.ask('What is two plus two?')).toBe(before)
  })

  it('N18 turn_detection has threshold, prefix_padding_ms and silence_duration_ms, and the ears get each', () => {
    const rig = new NapsterRig()
    rig.set({ turn_detection: { threshold: 0.8, prefix_padding_ms: 400, silence_duration_ms: 900 } })
    expect(rig.engine.of('listen-options').map(({ listen }) => listen)).toEqual([
      { ...DEFAULT_LISTEN, threshold: 0.8, prefixPaddingMs: 400, silenceMs: 900 }
    ])
    expect(rig.errors).toEqual([])
  })

  it.each([
    { threshold: 'high' },
    { threshold: 1.5 },
    { threshold: -1 },
    { prefix_padding_ms: '300' },
    { silence_duration_ms: null },
    { silence_duration_ms: -1 },
    { silence: 500 }
  ])('N18 %j is refused and nothing changes', (turnDetection) => {
    const rig = new NapsterRig()
    rig.set({ turn_detection: turnDetection })
    expect(rig.errors).toHaveLength(1)
    expect(rig.errors[0]).toContain(Object.keys(turnDetection)[0])
    expect(rig.engine.of('listen-options')).toEqual([])
  })

  it('functions replace the tools; one that the client cannot answer is refused', () => {
    const rig = new NapsterRig({ functions: [{ data: { name: 'old_tool' } }] })
    rig.set({ functions: [{ data: { name: 'get_news' }, flow: 'explicit' }] })
    expect(rig.errors[0]).toContain('explicit')
    rig.set({ functions: [{ data: { name: 'get_news' }, flow: 'implicit' }] })
    rig.say('use get news')
    expect(rig.all('function_implicitly_called')).toMatchObject([{ name: 'get_news', arguments: {} }])
  })

  it('MCP servers are refused', () => {
    const rig = new NapsterRig()
    rig.set({ mcp: { authorizations: [] } })
    expect(rig.all('error')).toMatchObject([{ code: 'not_supported' }])
  })
})
