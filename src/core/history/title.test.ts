import fc from 'fast-check'
import { expect, it } from 'vitest'
import { TITLE_LENGTH, titleOf } from './title.ts'

it.each([
  [' What is\n seventeen\ttimes? ', 'What is seventeen times?'],
  ['Pay \u202Eeviler\u2066 now \u001B[31mred', 'Pay eviler now [31mred'],
  ['\u202E\u0000', ''],
  ['word '.repeat(40), `${'word '.repeat(14).trim()}…`]
])('the title of %j is %j', (text, title) => expect(titleOf(text)).toBe(title))

it('is short and in one line that nothing turns round, whatever was said', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
      const title = titleOf(text)
      expect(title.length).toBeLessThanOrEqual(TITLE_LENGTH + 1)
      expect(title).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u)
    })
  )
})
