import { describe, expect, it } from 'vitest'
import type { ConversationId, ConversationItem, KeptConversation } from '../../shared/ipc/history-calls.ts'
import { earlierFrom } from './context.ts'
import { exportConversation } from './export.ts'

const startedAtMs = new Date(2026, 10, 21, 9, 5).getTime()
const line = (role: 'user' | 'agent' | 'parley', text: string, rest: object = {}): ConversationItem => ({
  kind: 'line',
  role,
  text,
  atMs: startedAtMs,
  interrupted: false,
  ...rest
})
const call = (rest: object): ConversationItem => ({
  kind: 'tool-call',
  atMs: startedAtMs,
  call: { id: 'c', name: 'look_up', arguments: '{"a":1}', where: 'client', status: 'answered', content: 'ok', ...rest }
})
const latency: ConversationItem = {
  kind: 'latency',
  atMs: startedAtMs,
  latency: { turn: 2, client: { firstByteMs: 380, firstSampleMs: 434 }, service: { totalMs: 300 } }
}

function kept(items: ConversationItem[], rest: Partial<KeptConversation['summary']> = {}): KeptConversation {
  return {
    summary: {
      id: 7 as ConversationId,
      profileId: null,
      profileName: 'Desk *help*',
      service: 'deepgram',
      startedAtMs,
      endedAtMs: startedAtMs + 60_000,
      title: 'Wie spät ist es? /../',
      lines: 2,
      ...rest
    },
    reason: { code: 'hung-up', message: 'You hung up.' },
    items
  }
}

describe('a Markdown export', () => {
  it('can be read: who said what and when, calls, latencies, and how it ended', () => {
    const conversation = kept([line('user', 'Hello.'), call({}), line('agent', 'Hi there.'), latency])
    expect(exportConversation(conversation, 'markdown')).toEqual({
      fileName: 'parley-2026-11-21-0905-Wie-spät-ist-es.md',
      text: [
        '# Wie spät ist es? /../',
        '',
        '- Agent: Desk \\*help\\*',
        '- 2026-11-21, 09:05 to 09:06',
        '- Ended: You hung up.',
        '',
        '**You** (09:05)',
        '',
        'Hello.',
        '',
        '**Tool** look\\_up (answered)',
        '',
        '```',
        '{"a":1}',
        '```',
        '',
        'Answer:',
        '',
        '```',
        'ok',
        '```',
        '',
        '**Agent** (09:05)',
        '',
        'Hi there.',
        '',
        '*Answered after 0.4 s*',
        ''
      ].join('\n')
    })
  })

  it('says what was heard of a reply that was cut off, and that it is an estimate', () => {
    const heard = { share: 0.42, text: 'One two…', estimated: true }
    const { text } = exportConversation(
      kept([
        line('agent', 'One two three.', { interrupted: true, heard }),
        line('agent', 'Queued.', { interrupted: true, heard: { ...heard, share: 0, text: '' } }),
        line('agent', 'Unknown.', { interrupted: true })
      ]),
      'markdown'
    )
    expect(text).toContain('*Cut off: about 42 % was heard (estimated): One two…*')
    expect(text).toContain('*Cut off: nothing of it was heard (estimated).*')
    expect(text).toContain('*Cut off.*')
    expect(text.match(/is an estimate/g)).toHaveLength(1)
  })

  it('holds no Markdown and no HTML of what was said, and a fence that nothing ends', () => {
    const { text } = exportConversation(
      kept([
        line('user', '# Big\n- list\n1. one\n<script>x</script> [a](b) `c` _d_'),
        call({ content: 'a ``` b ```` c' })
      ]),
      'markdown'
    )
    expect(text).toContain('\\# Big\n\\- list\n1\\. one\n&lt;script\\>x&lt;/script\\> \\[a\\](b) \\`c\\` \\_d\\_')
    expect(text).toContain('`````\na ``` b ```` c\n`````')
  })
})

describe('a JSON export', () => {
  it('holds everything, with times that a program reads', () => {
    const { fileName, text } = exportConversation(
      kept([line('user', 'Hello.'), call({}), latency], { title: '', endedAtMs: null }),
      'json'
    )
    expect(fileName).toBe('parley-2026-11-21-0905.json')
    expect(JSON.parse(text)).toMatchObject({
      format: 'parley-conversation',
      version: 1,
      profileName: 'Desk *help*',
      startedAt: new Date(startedAtMs).toISOString(),
      endedAt: null,
      reason: { code: 'hung-up' },
      items: [
        { kind: 'line', text: 'Hello.', at: new Date(startedAtMs).toISOString() },
        { kind: 'tool-call', call: { name: 'look_up', content: 'ok' } },
        { kind: 'latency', latency: { turn: 2 } }
      ]
    })
    expect(JSON.parse(text)).not.toHaveProperty('id')
  })
})

describe('a conversation as the context of another', () => {
  it('is what was said and heard, and the calls that have a result', () => {
    expect(
      earlierFrom([
        line('parley', 'Context.'),
        line('user', 'Hello.'),
        line('agent', 'One two three.', { heard: { share: 0.4, text: 'One…', estimated: true } }),
        line('agent', 'Unheard.', { heard: { share: 0, text: '', estimated: true } }),
        call({}),
        call({ status: 'running' }),
        call({ status: 'cancelled' }),
        latency
      ])
    ).toEqual([
      { kind: 'text', role: 'user', text: 'Hello.' },
      { kind: 'text', role: 'agent', text: 'One…' },
      {
        kind: 'tool-call',
        call: { id: 'c', name: 'look_up', arguments: '{"a":1}', where: 'client', content: 'ok' }
      }
    ])
  })
})
