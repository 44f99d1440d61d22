import { Buffer } from 'node:buffer'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { decodeBase64, encodeBase64 } from './base64.ts'

it('bytes of any number are written as another implementation writes them, and read back', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 20_000, size: 'max' }), (bytes) => {
      const text = encodeBase64(bytes)
      expect(text).toBe(Buffer.from(bytes).toString('base64'))
      expect(decodeBase64(text)).toEqual(bytes)
      expect(decodeBase64(Buffer.from(bytes).toString('base64url'))).toEqual(bytes)
    }),
    { numRuns: 30 }
  )
})

it('what is no base64 has no bytes', () => {
  expect(decodeBase64('?')).toBeUndefined()
  expect(decodeBase64('A')).toBeUndefined()
})
