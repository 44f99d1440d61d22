import fc from 'fast-check'
import { expect, it } from 'vitest'
import { oneLine } from './one-line.ts'

it.each([
  ['  Kitchen\r\n\thelper ', 'Kitchen helper'],
  ['safe\u202Egnp.exe', 'safe gnp.exe'],
  ['a\u2066b\u2069c\u200Fd\u061Ce', 'a b c d e'],
  ['a\u0000b\u001B[31mc\u009Bd', 'a b [31mc d'],
  ['one\u2028two\u2029three', 'one two three'],
  ['👩‍👩‍👧 می‌خواهم', '👩‍👩‍👧 می‌خواهم'],
  ['\u202E', '']
])('%j becomes %j', (text, line) => expect(oneLine(text)).toBe(line))

it('leaves nothing that breaks a line or turns it round', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(oneLine(text)).not.toMatch(/[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/u)
    })
  )
})
