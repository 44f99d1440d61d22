import { describe, expect, it } from 'vitest'
import { PROMPT_LIMIT_CODE_POINTS } from '../shared/protocol/deepgram.ts'
import { Rig, settings } from './rig.test-support.ts'
import { silence, tone } from './scripted-engine.test-support.ts'

const think = (prompt: string): object => ({ think: { provider: { type: 'open_ai', model: 'm' }, prompt } })

describe('UpdatePrompt', () => {
  it('P1 it adds to the prompt and never replaces it', () => {
    const rig = Rig.live({ think: { provider: { type: 'open_ai', model: 'm' }, prompt: 'Be kind. Speak slowly.' } })
    rig.send({ type: 'UpdatePrompt', prompt: 'The caller is a member.' })
    rig.send({ type: 'UpdatePrompt', prompt: 'Close at nine.' })
    rig.type('What are your instructions?')
    rig.clock.advance(20_000)
    expect(rig.said).toEqual(['Be kind.', 'Speak slowly.', 'The caller is a member.', 'Close at nine.'])
  })

  it('P2 prompt plus additions are cut at 25000 code points, with one warning per update, and the session goes on', () => {
    const rig = Rig.live({ think: { provider: { type: 'open_ai', model: 'm' }, prompt: '😀'.repeat(24_990) } })
    expect(rig.count('Warning')).toBe(0)
    rig.send({ type: 'UpdatePrompt', prompt: ' Code 12345678' })
    expect(rig.messages.filter((message) => message.type === 'Warning')).toMatchObject([{ code: 'PROMPT_TOO_LONG' }])
    expect(rig.count('PromptUpdated')).toBe(1)
    rig.send({ type: 'UpdatePrompt', prompt: 'More.' })
    expect(rig.count('Warning')).toBe(2)
    expect(rig.count('PromptUpdated')).toBe(2)
    rig.type('What are your instructions?')
    rig.clock.advance(4_000_000)
    const read = rig.said.join('').replaceAll(' ', '')
    expect(Array.from(read.replaceAll('😀', '')).join('')).toBe('Code1234')
    expect(rig.closed).toBe(false)
  })

  it('P2 a prompt in Settings that is too long is cut and warned about once', () => {
    const rig = Rig.live({
      think: { provider: { type: 'open_ai', model: 'm' }, prompt: 'a'.repeat(PROMPT_LIMIT_CODE_POINTS + 1) }
    })
    expect(rig.trace).toEqual(['Welcome', 'SettingsApplied', 'Warning PROMPT_TOO_LONG'])
  })

  it('P2 exactly 25000 code points give no warning', () => {
    const rig = Rig.live({ think: { provider: { type: 'open_ai', model: 'm' }, prompt: 'a'.repeat(24_999) } })
    rig.send({ type: 'UpdatePrompt', prompt: '😀' })
    expect(rig.trace.slice(2)).toEqual(['PromptUpdated'])
  })

  it('P4 PromptUpdated waits for audio that was received before it', () => {
    const rig = Rig.live({}, { transcripts: ['thank you'] })
    rig.clear()
    rig.sendAudio(tone(16_000, 100))
    rig.sendAudio(silence(16_000, 400))
    rig.send({ type: 'UpdatePrompt', prompt: 'More.' })
    expect(rig.trace.indexOf('PromptUpdated')).toBeGreaterThan(rig.trace.indexOf('ConversationText user: thank you'))
    const kinds = rig.engine.requests.map((request) => request.kind)
    expect(kinds.lastIndexOf('settle')).toBeGreaterThan(kinds.lastIndexOf('audio'))
  })

  it('P4 nothing is acknowledged while the detector is still busy', () => {
    const rig = new Rig({ holdBarriers: true })
    rig.send(settings())
    rig.engine.passBarriers()
    rig.send({ type: 'UpdatePrompt', prompt: 'More.' })
    expect(rig.count('PromptUpdated')).toBe(0)
    rig.engine.passBarriers()
    expect(rig.count('PromptUpdated')).toBe(1)
  })

  it('P4 PromptUpdated waits for words that are being transcribed, and they are answered with the prompt before it', () => {
    const rig = Rig.live(think('Your name is Max.'), { holdWords: true })
    rig.engine.userStarts(1)
    rig.engine.userStops(1, 'what is your name')
    rig.send({ type: 'UpdatePrompt', prompt: 'Your name is Eva.' })
    rig.clock.advance(30_000)
    expect(rig.count('PromptUpdated')).toBe(0)
    rig.engine.giveWords()
    rig.clock.advance(10_000)
    expect(rig.trace.slice(2)).toEqual([
      'UserStartedSpeaking',
      'ConversationText user: what is your name',
      'ConversationText assistant: My name is Max.',
      'audio',
      'PromptUpdated',
      'AgentAudioDone'
    ])
    rig.type('What is your name?')
    expect(rig.said.at(-1)).toBe('My name is Eva.')
  })

  it('P4 that holds too when the user speaks on and the answer has to wait', () => {
    const rig = Rig.live(think('Your name is Max.'), { holdWords: true })
    rig.engine.userStarts(1)
    rig.engine.userStops(1, 'what is your name')
    rig.send({ type: 'UpdatePrompt', prompt: 'Your name is Eva.' })
    rig.engine.userStarts(2)
    rig.engine.giveWords()
    expect(rig.trace.slice(-2)).toEqual(['ConversationText user: what is your name', 'PromptUpdated'])
    rig.engine.userStops(2, 'what is your name')
    rig.engine.giveWords()
    rig.clock.advance(10_000)
    expect(rig.said).toEqual(['My name is Max.', 'My name is Eva.'])
  })

  it('P4 words typed behind an update are answered with it, also while it waits', () => {
    const rig = Rig.live(think('Your name is Max.'), { holdWords: true })
    rig.engine.userStarts(1)
    rig.engine.userStops(1, 'what is your name')
    rig.send({ type: 'UpdatePrompt', prompt: 'Your name is Eva.' })
    rig.type('What is your name?')
    rig.engine.giveWords()
    rig.clock.advance(10_000)
    expect(rig.said).toEqual(['My name is Max.', 'My name is Eva.'])
  })

  it('P4 each of several updates has its own warning in front of its acknowledgement', () => {
    const rig = Rig.live(think('a'.repeat(PROMPT_LIMIT_CODE_POINTS)), { holdWords: true })
    rig.engine.userStarts(1)
    rig.engine.userStops(1, 'thank you')
    rig.clear()
    rig.send({ type: 'UpdatePrompt', prompt: 'One.' })
    rig.send({ type: 'UpdatePrompt', prompt: '' })
    rig.send({ type: 'UpdatePrompt', prompt: 'Two.' })
    expect(rig.trace).toEqual([])
    rig.engine.giveWords()
    const told = rig.trace.filter((label) => /^(Warning|PromptUpdated)/.test(label))
    const warned = ['Warning PROMPT_TOO_LONG', 'PromptUpdated']
    expect(told).toEqual([...warned, 'PromptUpdated', ...warned])
  })

  it('P5 an empty prompt is accepted, acknowledged, and changes nothing', () => {
    const rig = Rig.live({ think: { provider: { type: 'open_ai', model: 'm' }, prompt: 'Be kind.' } })
    rig.send({ type: 'UpdatePrompt', prompt: '' })
    expect(rig.trace.slice(2)).toEqual(['PromptUpdated'])
    rig.type('What are your instructions?')
    rig.clock.advance(5000)
    expect(rig.said).toEqual(['Be kind.'])
  })
})
