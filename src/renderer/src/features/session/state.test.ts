import { describe, expect, it } from 'vitest'
import type { Caption, SessionEvent } from '../../../../shared/events.ts'
import { ProfileId, type ProfileSummary } from '../../../../shared/profile.ts'
import { problemOf } from './problem.ts'
import {
  type Action,
  agentInUse,
  type AppState,
  chosenProfile,
  conversationAgent,
  initialState,
  isTextOnly,
  mergeCaption,
  reduce,
  toldSession
} from './state.ts'

const caption = (id: string, text: string): Caption => ({ id, role: 'agent', text, interrupted: false })
const run = (actions: readonly Action[], from: AppState = initialState): AppState => actions.reduce(reduce, from)
const connecting: Action = { kind: 'session-event', event: { kind: 'state', state: { phase: 'connecting' } } }
const live: Action = {
  kind: 'session-event',
  event: { kind: 'state', state: { phase: 'live', activity: 'listening' } }
}
const lost = { code: 'unreachable', message: 'The connection was lost.' } as const
const event = (payload: SessionEvent): Action => ({ kind: 'session-event', event: payload })
const hungUp: Action = {
  kind: 'session-event',
  event: { kind: 'state', state: { phase: 'ended', reason: { code: 'hung-up', message: '' } } }
}

describe('captions', () => {
  it('keeps a growing caption in its place', () => {
    const grown = mergeCaption([caption('a', 'One.'), caption('b', 'Two.')], caption('a', 'One. More.'))
    expect(grown.map(({ text }) => text)).toEqual(['One. More.', 'Two.'])
  })

  it('puts words that came late before their answer, and at the end where that is not known', () => {
    const told = [caption('a', 'Answer.')]
    const late = (before: string) => mergeCaption(told, { ...caption('u', 'Question?'), role: 'user', before })
    expect(late('a').map(({ id }) => id)).toEqual(['u', 'a'])
    expect(late('b').map(({ id }) => id)).toEqual(['a', 'u'])
    expect(mergeCaption(late('a'), caption('u', 'Question!')).map(({ text }) => text)).toEqual(['Question!', 'Answer.'])
  })

  it('stays readable after the end and makes room for the next conversation', () => {
    const said: Action = { kind: 'session-event', event: { kind: 'caption', caption: caption('a', 'Hello.') } }
    const ended = run([connecting, live, said, hungUp])
    expect(ended.captions).toHaveLength(1)
    expect(run([connecting], ended).captions).toEqual([])
  })

  it('survives a reconnect', () => {
    const said: Action = { kind: 'session-event', event: { kind: 'caption', caption: caption('a', 'Hello.') } }
    const state = { phase: 'reconnecting', attempt: 1, retryInMs: 500, canRetryNow: true, reason: lost } as const
    const reconnecting: Action = { kind: 'session-event', event: { kind: 'state', state } }
    expect(run([connecting, live, said, reconnecting, connecting, live]).captions).toHaveLength(1)
  })
})

describe('a conversation', () => {
  const call = { id: 'a', name: 'look', arguments: '{}', where: 'client', status: 'running' } as const
  const begun = [connecting, live, event({ kind: 'caption', caption: caption('1', 'Hello.') })]

  it('keeps one row per tool call, in the order in which they came', () => {
    const answered = { ...call, status: 'answered', content: 'sunny' } as const
    const calls = [call, { ...call, id: 'b' }, answered].map((each) => event({ kind: 'tool-call', call: each }))
    const state = run([...begun, ...calls])
    expect(state.toolCalls.map(({ id, status }) => [id, status])).toEqual([
      ['a', 'answered'],
      ['b', 'running']
    ])
    expect(state.placement.calls).toEqual([
      { id: 'a', after: '1' },
      { id: 'b', after: '1' }
    ])
  })

  it('C35 shows a turn as it was told last', () => {
    const told = [{ sttMs: 90 }, { sttMs: 90, totalMs: 700 }].map((service) =>
      event({ kind: 'latency', latency: { turn: 1, client: { firstSampleMs: 620 }, service } })
    )
    const state = run([...begun, ...told])
    expect(state.latencies).toEqual([{ turn: 1, client: { firstSampleMs: 620 }, service: { sttMs: 90, totalMs: 700 } }])
    expect(state.placement.turns).toEqual([{ turn: 1, caption: '1' }])
  })

  it('tells where the connection came back, and begins the next time without anything of the last', () => {
    const support = { 'end-turn': { kind: 'native' } } as const
    const state = run([
      ...begun,
      event({ kind: 'support', support }),
      event({ kind: 'tool-call', call }),
      event({ kind: 'reconnected', attempt: 2, tookMs: 900, answerLost: true })
    ])
    expect(state.returns).toEqual([{ id: '1', after: '1', tookMs: 900, answerLost: true }])
    expect(state.support).toEqual(support)
    const next = run([hungUp, connecting], state)
    expect(next).toMatchObject({ toolCalls: [], latencies: [], returns: [], support: {}, placement: { calls: [] } })
    expect(next.conversation).toBe(state.conversation + 1)
  })
})

const row = (id: string, modality: 'audio' | 'text'): ProfileSummary => ({
  id: ProfileId.parse(id),
  name: id,
  service: 'napster',
  modality,
  builtIn: false
})

const list = (chosen: ProfileSummary): Action => ({
  kind: 'profiles',
  list: { profiles: [row('voice', 'audio'), row('words', 'text')], chosenId: chosen.id }
})

describe('the agent in use', () => {
  it('is the chosen one before and after a conversation, and in one the one it began with', () => {
    const before = run([list(row('words', 'text'))])
    expect(isTextOnly(before)).toBe(true)
    const during = run([connecting, live, list(row('voice', 'audio'))], before)
    expect([isTextOnly(during), chosenProfile(during)?.modality]).toEqual([true, 'audio'])
    expect(isTextOnly(run([hungUp], during))).toBe(false)
  })

  it('keeps the name that the conversation began with, also when it is over and another agent is chosen', () => {
    const over = run([list(row('words', 'text')), connecting, live, hungUp, list(row('voice', 'audio'))])
    expect([conversationAgent(over), chosenProfile(over)?.name]).toEqual(['words', 'voice'])
    expect(conversationAgent(run([connecting], over))).toBe('voice')
    expect(conversationAgent({ ...initialState, serviceName: 'Agent' })).toBe('Agent')
  })

  it('is not known before main has told it, and then there may be audio', () => {
    expect([agentInUse(initialState), isTextOnly(initialState)]).toEqual([undefined, false])
  })
})

const failed = (code: 'missing-secret' | 'unreachable'): Action =>
  event({ kind: 'state', state: { phase: 'ended', reason: { code, message: 'No.' } } })
const told = (...actions: readonly Action[]) =>
  toldSession(run([list(row('voice', 'audio')), connecting, ...actions])).phase
const noticesAfterLoss = (ms: number) => run([event({ kind: 'audio-dropped', where: 'capture', ms })]).notices.length

describe('how a conversation failed', () => {
  it('is told of its own agent, and not once another is chosen', () => {
    expect(told(failed('unreachable'))).toBe('ended')
    expect(told(failed('unreachable'), list(row('words', 'text')))).toBe('idle')
    expect(told(failed('unreachable'), list(row('words', 'text')), list(row('voice', 'audio')))).toBe('ended')
    const said = event({ kind: 'caption', caption: caption('a', 'Hello.') })
    const over = run([list(row('voice', 'audio')), connecting, said, failed('unreachable'), list(row('words', 'text'))])
    expect([toldSession(over).phase, problemOf(over)]).toEqual(['ended', null])
  })

  it('for want of a key is over when one is saved, and nothing else is', () => {
    const saved: Action = { kind: 'key-saved' }
    expect(told(failed('missing-secret'), saved)).toBe('idle')
    expect(told(failed('unreachable'), saved)).toBe('ended')
    expect(told(failed('missing-secret'), saved, connecting, failed('missing-secret'))).toBe('ended')
  })
})

describe('speech that was lost', () => {
  it('is told from a tenth of a second: nobody misses less', () => {
    expect([10, 90, 100].map(noticesAfterLoss)).toEqual([0, 0, 1])
  })
})

describe('changes of the agent', () => {
  it('are those told last, and none in the next conversation', () => {
    const changed = run([connecting, live, event({ kind: 'changes', changes: ['the prompt'] })])
    expect(changed.changes).toEqual(['the prompt'])
    expect(run([event({ kind: 'changes', changes: [] })], changed).changes).toEqual([])
    expect(run([hungUp, connecting], changed).changes).toEqual([])
  })
})

describe('mute', () => {
  it('ends with the conversation: a new one begins heard', () => {
    expect(run([connecting, live, { kind: 'muted', muted: true }, hungUp, connecting]).muted).toBe(false)
  })
})
