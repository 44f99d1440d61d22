import { describe, expect, it } from 'vitest'
import { EndCode } from '../../../../shared/events.ts'
import { ErrorCode } from '../../../../shared/protocol/deepgram.ts'
import { text } from '../../text/en.ts'
import { problemOf } from './problem.ts'
import { initialState } from './state.ts'
import { type StatusInput, statusOf } from './status.ts'

const microphone = {
  kind: 'live',
  deviceId: 'a',
  label: 'Desk',
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
  sound: 'heard',
  insteadOf: null
} as const
const input: StatusInput = {
  session: { phase: 'live', activity: 'listening' },
  microphone,
  talkMode: 'open',
  held: false,
  muted: false,
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

  it('says while the connection is made again that nothing said is lost', () => {
    const reason = { code: 'unreachable', message: '' } as const
    const status = statusOf({
      ...input,
      session: { phase: 'reconnecting', attempt: 1, retryInMs: null, canRetryNow: false, reason }
    })
    expect(status).toEqual({ title: 'Reconnecting', hint: 'What you say now is kept, up to 5 seconds' })
  })

  it('names the agent that speaks', () => {
    expect(statusOf({ ...input, session: { phase: 'live', activity: 'agentSpeaking' } }).title).toBe('Ada is speaking')
  })
})

describe('problems', () => {
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

  it.each(['CODE_7', 'toString'])('a service code that nobody knows (%s) is shown as it came', (serviceCode) => {
    const session = { phase: 'ended', reason: { code: 'service-error', message: 'Theirs.', serviceCode } } as const
    expect(problemOf({ ...initialState, session })).toMatchObject({
      title: text.end['service-error'].title,
      detail: `Theirs. (Service code ${serviceCode})`
    })
  })

  it('hanging up is no problem', () => {
    const session = { phase: 'ended', reason: { code: 'hung-up', message: '' } } as const
    expect(problemOf({ ...initialState, session })).toBeNull()
  })
})
