import { describe, expect, it } from 'vitest'
import { EndError } from '../session/end-reasons.ts'
import { secretStore } from '../testing.test-support.ts'
import { redactor } from './redactor.ts'
import { SecretBook, composedSecretNames } from './secret-book.ts'

const compose =
  (header: string, said: string) =>
  (fill: <T extends string>(value: T) => T): { header: string; said: string } => ({ header: fill(header), said })

describe('secrets of a session', () => {
  it('only what the message gives to be filled names secrets, and only that is filled', async () => {
    const message = compose('Bearer {{secret:A}}', 'I typed {{secret:B}}')
    expect(composedSecretNames(message)).toEqual(['A'])
    const book = new SecretBook(secretStore({ A: 'value of a', B: 'value of b' }))
    expect(book.lacks(message)).toBe(true)
    await book.load(composedSecretNames(message))
    expect(book.lacks(message)).toBe(false)
    expect(message(book.fill)).toEqual({ header: 'Bearer value of a', said: 'I typed {{secret:B}}' })
  })

  it.each([
    ['missing', {}],
    ['empty', { A: '' }],
    ['too short', { A: '12345' }]
  ])('a secret that is %s is an end with its name', async (_, values) => {
    await expect(new SecretBook(secretStore(values)).load(['A'])).rejects.toThrow(EndError)
    await expect(new SecretBook(secretStore(values)).load(['A'])).rejects.toThrow(/\bA\b/)
  })

  it('every value that was ever loaded stays hidden, keys too', async () => {
    const values: Record<string, string> = { A: 'first value' }
    const book = new SecretBook(secretStore(values))
    await book.load(['A'])
    values['A'] = 'second value'
    await book.load(['A'])
    book.hide('the api key', '[key]')
    expect(book.text('{{secret:A}}')).toBe('second value')
    expect(redactor(book.hidden).text('first value, second value, the api key')).toBe(
      '{{secret:A}}, {{secret:A}}, [key]'
    )
  })
})
