import { describe, expect, it } from 'vitest'
import { type Activity, EndCode } from '../../../../shared/events.ts'
import { ErrorCode } from '../../../../shared/protocol/deepgram.ts'
import { text } from '../../text/en.ts'
import { problemOf } from './problem.ts'
import { initialState } from './state.ts'
import { liveMicrophone as microphone } from '../sound/live-microphone.test-support.ts'
import { type StatusInput, statusOf } from './status.ts'

const input: StatusInput = {
  session: { phase: 'live', activity: 'listening' },
  microphone,
  talkMode: 'open',
  held: false,
  muted: false,
  textOnly: false,
  halfDuplex: false,
  agent: 'Ada'
}

describe('the sentence on the stage', () => {
  it('never says "Listening" while no sound can arrive', () => {
    const silent: Partial<StatusInput>[] = [
      { muted: true },
      { microphone: { kind: 'off' } },
      { microphone: { kind: 'opening' } },
      { microphone: { ...microphone, sound: 'preparing' } },
      { microphone: { ...microphone, sound: 'silent' } },
      { microphone: { kind: 'failed', code: 'lost', message: '' } },
      { talkMode: 'push-to-talk' }
    ]
    for (const change of silent) expect(statusOf({ ...input, ...change }).title).not.toBe(text.state.listening)
    expect(statusOf(input).title).toBe(text.state.listening)
  })

  it('never offers to interrupt an agent by speaking that does not hear an open microphone meanwhile', () => {
    const speaking = { ...input, session: { phase: 'live', activity: 'agentSpeaking' } } as const
    expect(statusOf({ ...speaking, halfDuplex: true }).hint).toBe('Esc stops it. It does not hear you while it speaks')
    expect(statusOf(speaking).hint).toBe('Esc stops it. Or just speak over it')
  })

  it('offers the talk key, which is always heard, whatever comes back of the agent', () => {
    const speaking = {
      ...input,
      session: { phase: 'live', activity: 'agentSpeaking' },
      talkMode: 'push-to-talk'
    } as const
    for (const halfDuplex of [true, false])
      expect(statusOf({ ...speaking, halfDuplex }).hint).toBe('Esc stops it. Hold Space to speak over it')
  })

  it('says while the connection is made again that nothing said is lost', () => {
    const reason = { code: 'unreachable', message: '' } as const
    const status = statusOf({
      ...input,
      session: { phase: 'reconnecting', attempt: 1, retryInMs: null, canRetryNow: false, reason }
    })
    expect(status).toEqual({ title: 'Reconnecting', hint: 'What you say now is kept, up to 5 seconds' })
  })

  it('of an agent without audio says nothing of microphones and speech, and tells thinking from answering', () => {
    const of = (activity: Activity) => statusOf({ ...input, textOnly: true, session: { phase: 'live', activity } })
    expect(of('listening')).toEqual({ title: 'Your turn', hint: 'Type below' })
    expect(of('thinking')).toEqual({ title: 'Thinking', hint: '' })
    expect(of('agentSpeaking')).toEqual({ title: 'Ada is answering', hint: '' })
    expect(statusOf({ ...input, textOnly: true, session: { phase: 'connecting' } }).hint).toBe('')
  })

  it('names the agent that speaks', () => {
    expect(statusOf({ ...input, session: { phase: 'live', activity: 'agentSpeaking' } }).title).toBe('Ada is speaking')
  })
})

const first = (code: EndCode) =>
  problemOf({ ...initialState, session: { phase: 'ended', reason: { code, message: '' } } })?.actions[0]?.label

const shown = (code: EndCode) => {
  const session = { phase: 'ended', reason: { code, message: '' } } as const
  return [statusOf({ ...input, session }).title, problemOf({ ...initialState, session })?.tone]
}

describe('problems', () => {
  it('of a microphone are told in a conversation, and stand in nobody’s way between conversations', () => {
    const failed = { kind: 'failed', code: 'device-busy', message: '' } as const
    const idle = { ...initialState, microphone: failed }
    expect(problemOf(idle)).toBeNull()
    expect(problemOf({ ...idle, session: { phase: 'connecting' } })?.key).toBe('microphone device-busy')
  })

  it.each(EndCode.options.filter((code) => code !== 'hung-up'))('%s has a title and a next step', (code) => {
    const problem = problemOf({ ...initialState, session: { phase: 'ended', reason: { code, message: 'Why.' } } })
    expect(problem?.title).not.toBe('')
    expect(problem?.detail).toBe('Why.')
    expect(problem?.actions.length).toBeGreaterThan(0)
  })

  it.each(ErrorCode.options)('%s says what it means beside what the service said, and what to do', (serviceCode) => {
    const session = { phase: 'ended', reason: { code: 'service-error', message: 'Theirs.', serviceCode } } as const
    const problem = problemOf({ ...initialState, session })
    expect(problem?.title).not.toBe(text.end['service-error'].title)
    expect(problem?.detail).toBe(`Theirs. (Service code ${serviceCode})`)
    expect(problem?.advice).not.toBe('')
    expect(problem?.actions.length).toBeGreaterThan(0)
  })

  it.each(Object.keys(text.napsterErrors))(
    '%s of Napster has a title of its own over the one sentence that main says',
    (serviceCode) => {
      const session = { phase: 'ended', reason: { code: 'settings-refused', message: 'Theirs.', serviceCode } } as const
      const problem = problemOf({ ...initialState, session })
      expect(problem?.title).not.toBe(text.end['settings-refused'].title)
      expect(problem).toMatchObject({ detail: 'Theirs.', advice: '' })
      expect(problem?.actions.length).toBeGreaterThan(0)
    }
  )

  it('without credit another agent is the next step, after an idle close talking again is', () => {
    expect([first('no-credits'), first('idle')]).toEqual(['Choose another agent', 'Talk again'])
  })

  it.each(['CODE_7', 'toString'])('a service code that nobody knows (%s) is shown as it came', (serviceCode) => {
    const session = { phase: 'ended', reason: { code: 'service-error', message: 'Theirs.', serviceCode } } as const
    expect(problemOf({ ...initialState, session })).toMatchObject({
      title: text.end['service-error'].title,
      detail: `Theirs. (Service code ${serviceCode})`
    })
  })

  it('an idle close broke nothing: the conversation has ended, and the card is a warning', () => {
    expect(shown('idle')).toEqual(['Conversation ended', 'warning'])
    expect(shown('no-credits')).toEqual(['Not connected', 'danger'])
  })

  it('hanging up is no problem', () => {
    const session = { phase: 'ended', reason: { code: 'hung-up', message: '' } } as const
    expect(problemOf({ ...initialState, session })).toBeNull()
  })
})
