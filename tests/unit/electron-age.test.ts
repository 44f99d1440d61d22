import { expect, test } from 'vitest'
import { electronAgeFindings } from '../../scripts/electron-age.mjs'

const nowMs = Date.parse('2026-11-21T00:00:00Z')
const times = {
  '44.9.0': '2026-11-01T00:00:00Z',
  '45.4.0': '2026-11-05T00:00:00Z',
  '45.4.1': '2026-11-19T00:00:00Z',
  '45.5.0-beta.1': '2026-01-01T00:00:00Z'
}
const find = (pinned: string, latest = '45.4.1', at = nowMs) =>
  electronAgeFindings({ pinned, latest, times, nowMs: at })

test('the newest, and one that is a week behind, pass', () => {
  expect(find('45.4.1')).toEqual([])
  expect(find('45.4.0')).toEqual([])
  expect(find('45.4.1', '46.0.0')).toEqual([])
})

test('a patch that was out for more than a week is told', () => {
  expect(find('45.4.0', '45.4.1', nowMs + 6 * 86_400_000)).toEqual([
    'Electron 45.4.1 has been out for 8 days and 45.4.0 is pinned: at most 7.'
  ])
})

test('two majors behind is told, and so is a range', () => {
  expect(find('45.4.1', '47.0.0')).toEqual(['Electron 45.4.1 is 2 majors behind 47.0.0: at most 1.'])
  expect(find('^45.4.1')).toEqual(['"^45.4.1" is no exact version: pin one.'])
  expect(find('45.4.1', 'latest')).toHaveLength(1)
})
