import { describe, expect, it } from 'vitest'
import type { EndCode, SessionEvent, SessionState, ToolCall } from '../../shared/events.ts'
import { hotkeyNote, idleNote, noteOf, withoutMarkup } from './notifications.ts'

const away = { on: true, focused: false }
const live: SessionState = { phase: 'live', activity: 'listening' }
const broken: SessionState = {
  phase: 'reconnecting',
  attempt: 9,
  retryInMs: null,
  canRetryNow: true,
  reason: { code: 'unreachable', message: 'Gone.' }
}
const ended = (code: EndCode): SessionEvent => ({
  kind: 'state',
  state: { phase: 'ended', reason: { code, message: 'Because.' } }
})
const call = (status: ToolCall['status']): SessionEvent => ({
  kind: 'tool-call',
  call: { id: '1', name: 'book_table', arguments: '{"secret":"words"}', where: 'client', status }
})

describe('notifications', () => {
  it('tell of a conversation that ended by itself, and of a connection that is lost for good', () => {
    expect(noteOf(ended('idle'), live, away)).toEqual({
      kind: 'ended',
      title: 'The conversation ended',
      body: 'Because.'
    })
    expect(noteOf(ended('unreachable'), broken, away)?.title).toBe('The connection is lost')
    expect(noteOf(ended('internal'), broken, away)?.title).toBe('The connection is lost')
  })

  it('tell nothing of what the person did, of a state that was there before, or of a connection that may come back', () => {
    expect(noteOf(ended('hung-up'), live, away)).toBeUndefined()
    expect(noteOf(ended('idle'), { phase: 'idle' }, away)).toBeUndefined()
    expect(noteOf({ kind: 'state', state: broken }, live, away)).toBeUndefined()
    expect(noteOf({ kind: 'state', state: live }, broken, away)).toBeUndefined()
  })

  it('tell of a tool that waits for a person, without what it was asked', () => {
    const note = noteOf(call('waiting-for-person'), live, away)
    expect(note?.body).toContain('book_table')
    expect(JSON.stringify(note)).not.toContain('words')
    for (const status of ['running', 'answered', 'failed', 'cancelled'] as const) {
      expect(noteOf(call(status), live, away)).toBeUndefined()
    }
  })

  it('are one line that no name can turn round, lengthen or mark up', () => {
    const hostile = `<a href="https://evil.example">pay</a> & \u202E\u001B[31m\n\u2066${'x'.repeat(100_000)}`
    const name = { ...call('waiting-for-person') }
    if (name.kind === 'tool-call') name.call = { ...name.call, name: hostile }
    const body = noteOf(name, live, away)?.body ?? ''
    expect(body).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u)
    expect(Array.from(body)).toHaveLength(200)
    expect(withoutMarkup(body)).toMatch(/^‹a href="https:\/\/evil\.example"›pay‹\/a› ＆ \[31m x+…$/)
  })

  it('tell of a hotkey that was refused and of a silence that is about to end', () => {
    expect(hotkeyNote('Ctrl+Alt+Space belongs to another program.', away)?.kind).toBe('hotkey')
    expect(idleNote(60, away)?.body).toContain('60 seconds')
  })

  it.each([
    { on: true, focused: true },
    { on: false, focused: false }
  ])('are silent with %j', (looking) => {
    expect(noteOf(ended('idle'), live, looking)).toBeUndefined()
    expect(noteOf(call('waiting-for-person'), live, looking)).toBeUndefined()
    expect(hotkeyNote('No.', looking)).toBeUndefined()
    expect(idleNote(60, looking)).toBeUndefined()
  })

  it('never carry what was said', () => {
    const caption: SessionEvent = {
      kind: 'caption',
      caption: { id: '1', role: 'user', text: 'private', interrupted: false }
    }
    expect(noteOf(caption, live, away)).toBeUndefined()
  })
})
