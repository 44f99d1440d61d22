import { expect, it } from 'vitest'
import { codePoints } from '../composer/code-points.ts'
import { renamed } from './profile-text.ts'

const copy = (name: string): string => `${name} (copy)`

it('renames a profile and keeps everything else', () => {
  const text = JSON.stringify({ schemaVersion: 1, name: 'Ada', unknown: { kept: [1, null] } })
  expect(JSON.parse(renamed(text, copy))).toEqual({
    schemaVersion: 1,
    name: 'Ada (copy)',
    unknown: { kept: [1, null] }
  })
})

it.each(['', '{ broken', '[1]', 'null', '"text"'])('leaves %j for main to judge', (text) => {
  expect(renamed(text, copy)).toBe(text)
})

it('P2 counts code points, not UTF-16 units', () => {
  expect(codePoints('👍a')).toBe(2)
})
