import { statSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ToolCall } from '../../../shared/events.ts'
import type { ConversationId } from '../../../shared/ipc/history-calls.ts'
import type { ProfileId } from '../../../shared/profile.ts'
import { PROFILE } from '../../../core/testing.test-support.ts'
import { HistoryRig, START } from './history.test-support.ts'

let rig: HistoryRig
beforeEach(() => {
  rig = new HistoryRig()
})
afterEach(() => rig.close())

const CALL: ToolCall = { id: 'c', name: 'look', arguments: '{}', where: 'client', status: 'running' }

describe('a conversation', () => {
  it('is in the history with everything that happened in it', async () => {
    rig.connect()
    rig.say('user', 'Hello.')
    rig.emit({ kind: 'tool-call', call: CALL })
    rig.emit({ kind: 'tool-call', call: { ...CALL, status: 'answered', content: 'ok' } })
    const id = rig.say('agent', 'Hi there.')
    rig.say('user', 'Late words.', { before: id })
    rig.emit({ kind: 'caption', caption: { id, role: 'agent', text: 'Hi there.', interrupted: true } })
    rig.emit({ kind: 'interrupted', by: 'user', playedMs: 300, heard: { share: 0.5, text: 'Hi…' } })
    rig.emit({ kind: 'latency', latency: { turn: 1, client: { firstByteMs: 9 }, service: {} } })
    rig.clock.advance(5_000)
    rig.hangUp()
    const summary = await rig.first()
    expect(summary).toEqual({
      id: 1,
      profileId: 'p1',
      profileName: 'Test',
      service: 'builtin',
      startedAtMs: START + 1_000,
      endedAtMs: START + 6_000,
      title: 'Hello.',
      lines: 3
    })
    const { items, reason } = await rig.handlers['history:read']({ id: summary.id })
    expect(reason).toEqual({ code: 'hung-up', message: 'Bye.' })
    expect(items).toMatchObject([
      { kind: 'line', role: 'user', text: 'Hello.' },
      { kind: 'line', role: 'user', text: 'Late words.' },
      { kind: 'tool-call', call: { status: 'answered', content: 'ok' } },
      { text: 'Hi there.', interrupted: true, heard: { share: 0.5, text: 'Hi…', estimated: true } },
      { kind: 'latency', latency: { turn: 1 } }
    ])
  })

  it('is written while it runs, within a second, and ends with its last line where Parley was killed', async () => {
    rig.connect()
    rig.say('user', 'Before.')
    rig.clock.advance(1_000)
    rig.say('agent', 'Last.')
    rig.clock.advance(1_000)
    rig.say('user', 'In the last moment.')
    rig.killed()
    expect(await rig.texts()).toEqual(['Before.', 'Last.'])
    expect(await rig.first()).toMatchObject({ startedAtMs: START + 1_000, endedAtMs: START + 2_000 })
    expect(await rig.list('last')).toHaveLength(1)
    expect(await rig.list('moment')).toHaveLength(0)
  })

  it('in which nothing was said is not kept', async () => {
    rig.connect()
    rig.clock.advance(60_000)
    rig.hangUp()
    expect(await rig.list()).toEqual([])
    expect(rig.changes).toBe(0)
  })

  it('that runs has no end, and what was just said is there', async () => {
    rig.connect()
    rig.say('user', 'Hello.')
    expect(await rig.first()).toMatchObject({ endedAtMs: null, title: 'Hello.' })
    expect(await rig.texts()).toEqual(['Hello.'])
  })

  it('is told when it begins and when it ends, not with every line', () => {
    rig.connect()
    for (let line = 0; line < 20; line += 1) {
      rig.say('user', 'Hello.')
      rig.clock.advance(500)
    }
    expect(rig.changes).toBe(1)
    rig.hangUp()
    expect(rig.changes).toBe(2)
  })

  it('goes on over a lost connection', async () => {
    rig.connect()
    rig.say('user', 'One.')
    const reason = { code: 'unreachable' as const, message: 'Lost.' }
    rig.emit({ kind: 'state', state: { phase: 'reconnecting', attempt: 1, retryInMs: 0, canRetryNow: true, reason } })
    rig.emit({ kind: 'state', state: { phase: 'live', activity: 'listening' } })
    rig.say('user', 'Two.')
    rig.hangUp()
    expect(await rig.texts()).toEqual(['One.', 'Two.'])
  })

  it('with an agent from the command line has no profile of the list', async () => {
    rig.used = { id: 'command-line' as ProfileId, profile: { ...PROFILE, name: 'Given' } }
    rig.talk('Hello.')
    expect(await rig.first()).toMatchObject({ profileId: null, profileName: 'Given' })
  })

  it('is only for the user of this computer', () => {
    rig.talk('Hello.')
    for (const name of ['history.db', 'history.db-wal', 'history.db-shm']) {
      expect(statSync(path.join(rig.dir, name)).mode & 0o777).toBe(0o600)
    }
  })
})

describe('the list', () => {
  it('is newest first, in pages', async () => {
    for (let at = 1; at <= 5; at += 1) rig.talk(`Number ${at}.`)
    const page = await rig.handlers['history:list']({ limit: 2 })
    expect(page.conversations.map(({ title }) => title)).toEqual(['Number 5.', 'Number 4.'])
    expect(page.more).toBe(true)
    const before = page.conversations.at(-1)?.id
    const rest = await rig.handlers['history:list']({ limit: 3, before })
    expect(rest.conversations.map(({ title }) => title)).toEqual(['Number 3.', 'Number 2.', 'Number 1.'])
    expect(rest.more).toBe(false)
  })
})

describe('the search', () => {
  beforeEach(() => {
    rig.talk('Where is the café in Zürich?', 'At the lake.')
    rig.talk('今天天气怎么样', '很好')
    rig.connect()
    rig.say('user', 'Order 4711')
    rig.emit({ kind: 'tool-call', call: { ...CALL, status: 'answered', content: '{"carrier":"Meridian"}' } })
    rig.hangUp()
  })

  it.each([
    ['cafe lak', ['Where is the café in Zürich?']],
    ['天气', ['今天天气怎么样']],
    ['meridian', ['Order 4711']],
    ['471', ['Order 4711']],
    ['cafe 4711', []],
    ['"', []],
    ['  ', ['Order 4711', '今天天气怎么样', 'Where is the café in Zürich?']]
  ])('%j finds %j', async (query, titles) => {
    expect((await rig.list(query)).map(({ title }) => title)).toEqual(titles)
  })

  it('shows the place', async () => {
    expect((await rig.list('zurich caf'))[0]?.excerpt).toBe('Where is the **café** in **Zürich**?')
    expect((await rig.list())[0]).not.toHaveProperty('excerpt')
  })

  it('finds in the one that runs too', async () => {
    rig.connect()
    rig.say('user', 'Running words.')
    expect((await rig.list('runn')).map(({ endedAtMs }) => endedAtMs)).toEqual([null])
  })

  it.each([
    'a"b',
    "a'b",
    'a AND',
    'NEAR(a b)',
    'text:a',
    '-a',
    '^a',
    'a*',
    '(a',
    '{a}:',
    '😀',
    '\u0000',
    '%_\\',
    'a OR b NOT c'
  ])('takes %j for words', async (query) => {
    await expect(rig.list(query)).resolves.toEqual(expect.any(Array))
  })

  it('goes on in pages', async () => {
    for (let at = 0; at < 5; at += 1) rig.talk(`Common word ${at}.`)
    const page = await rig.handlers['history:list']({ query: 'common', limit: 3 })
    expect(page).toMatchObject({ more: true, conversations: [{}, {}, {}] })
    const before = page.conversations.at(-1)?.id
    const rest = await rig.handlers['history:list']({ query: 'common', limit: 3, before })
    expect(rest).toMatchObject({ more: false, conversations: [{}, {}] })
  })
})

describe('a conversation that goes on', () => {
  it('begins another with what was said, and what that had gone on from', async () => {
    rig.talk('My name is Ada.', 'Hello, Ada.')
    await rig.handlers['history:continue']({ id: (await rig.first()).id })
    rig.say('user', 'Who am I?')
    rig.hangUp()
    const second = await rig.first()
    expect(second).toMatchObject({ id: 2, continues: 1 })
    await rig.handlers['history:continue']({ id: second.id })
    expect(rig.begun.map((earlier) => earlier.map((item) => item.kind === 'text' && item.text))).toEqual([
      ['My name is Ada.', 'Hello, Ada.'],
      ['My name is Ada.', 'Hello, Ada.', 'Who am I?']
    ])
  })

  it('ends the running one, which is kept as it was', async () => {
    rig.talk('First.')
    rig.connect()
    rig.say('user', 'Running.')
    await rig.handlers['history:continue']({ id: 1 as ConversationId })
    expect(await rig.first()).toMatchObject({ title: 'Running.', endedAtMs: START + rig.clock.nowMs() })
    expect((await rig.first()).continues).toBeUndefined()
  })

  it('forgets what it went on from when that is removed', async () => {
    rig.talk('First.')
    await rig.handlers['history:continue']({ id: 1 as ConversationId })
    rig.say('user', 'Second.')
    rig.hangUp()
    await rig.handlers['history:remove']({ id: 1 as ConversationId })
    expect(await rig.first()).not.toHaveProperty('continues')
  })

  it('begins without it where that is removed before anything is said', async () => {
    rig.talk('First.')
    await rig.handlers['history:continue']({ id: 1 as ConversationId })
    await rig.handlers['history:remove']({ id: 1 as ConversationId })
    rig.say('user', 'Second.')
    rig.hangUp()
    expect(await rig.texts()).toEqual(['Second.'])
    expect(rig.problems).toEqual([])
  })

  it('that is gone is not found', () => {
    expect(() => rig.handlers['history:continue']({ id: 9 as ConversationId })).toThrow(/not in the history any more/)
    expect(() => rig.handlers['history:export']({ id: 9 as ConversationId, format: 'json' })).toThrow(/any more/)
  })
})

describe('an export', () => {
  it('is a file with what was said', async () => {
    rig.talk('Hello.', 'Hi.')
    const { fileName, text } = await rig.handlers['history:export']({ id: 1 as ConversationId, format: 'markdown' })
    expect(fileName).toBe('parley-2026-11-21-1200-Hello.md')
    expect(text).toContain('Hi.')
  })
})
