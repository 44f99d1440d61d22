import { expect, it } from 'vitest'
import { WarningCode } from '../../../../shared/protocol/deepgram.ts'
import {
  explained,
  mergeNotice,
  NOTICE_ROWS_LIMIT,
  noticeOfDroppedAudio,
  type NoticeRow,
  withoutIdleWarning
} from './notice-rows.ts'

it('counts a repeated notice in one row and moves it to the end', () => {
  const a = { level: 'warning' as const, code: 'a', message: 'A' }
  const b = { level: 'info' as const, code: 'b', message: 'B' }
  const rows = [a, b, a].reduce(mergeNotice, [] as readonly NoticeRow[])
  expect(rows.map(({ id, times }) => [id, times])).toEqual([
    ['b', 1],
    ['a', 2]
  ])
})

it('shows dropped audio as one growing number, not as repeats', () => {
  const rows = [400, 1400].reduce<readonly NoticeRow[]>(
    (all, ms) => mergeNotice(all, noticeOfDroppedAudio('capture', ms)),
    []
  )
  expect(rows).toHaveLength(1)
  expect(rows[0]).toMatchObject({ times: 1, message: '1.4 s of your speech was lost: this computer is too busy.' })
})

it('the warning of silence goes when somebody says something, and stays while nobody does', () => {
  const told = [60, 30].reduce<readonly NoticeRow[]>(
    (rows, seconds) => mergeNotice(rows, { level: 'warning', code: 'idle-soon', message: `In ${seconds} s.` }),
    mergeNotice([], { level: 'info', code: 'other', message: 'Other.' })
  )
  expect(told.map(({ message, times }) => [message, times])).toEqual([
    ['Other.', 1],
    ['In 30 s.', 1]
  ])
  expect(withoutIdleWarning(told, { phase: 'live', activity: 'listening' })).toBe(told)
  for (const activity of ['userSpeaking', 'thinking', 'agentSpeaking'] as const) {
    expect(withoutIdleWarning(told, { phase: 'live', activity }).map(({ id }) => id)).toEqual(['other'])
  }
})

it('never grows without bound', () => {
  const rows = Array.from({ length: 100 }, (_, n) => n).reduce<readonly NoticeRow[]>(
    (all, n) => mergeNotice(all, { level: 'info', code: String(n), message: '' }),
    []
  )
  expect(rows).toHaveLength(NOTICE_ROWS_LIMIT)
  expect(rows.at(-1)?.id).toBe('99')
})

it.each(WarningCode.options)('%s is told in our words, with those of the service', (code) => {
  const { message } = explained({ level: 'warning', code, message: 'Their words.' })
  expect(message).toMatch(/^[A-Z].*[.] The service says: Their words[.]$/)
  expect(explained({ level: 'warning', code, message: code }).message).not.toContain(code)
})

it('leaves a notice that nobody knows as it came', () => {
  const notice = { level: 'info', code: 'constructor', message: 'As it came.' } as const
  expect(explained(notice)).toEqual(notice)
})
