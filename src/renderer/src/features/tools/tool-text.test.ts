import { expect, it } from 'vitest'
import { errorContent, isBrokenJson, readable } from './tool-text.ts'

it('sets JSON out over lines and leaves everything else as it came', () => {
  expect(readable('{"a":[1]}')).toBe('{\n  "a": [\n    1\n  ]\n}')
  for (const other of ['', 'sunny', '12345678901234567890', '{ broken']) expect(readable(other)).toBe(other)
})

it('calls only text that looks like JSON broken', () => {
  for (const fine of ['', 'sunny', '{"a":1}', ' [1]', '"text']) expect(isBrokenJson(fine)).toBe(false)
  for (const broken of ['{"a":1', '[1,]']) expect(isBrokenJson(broken)).toBe(true)
})

it('answers with an error even without a reason', () => {
  expect(JSON.parse(errorContent(' no such "order" '))).toEqual({ error: 'no such "order"' })
  expect(JSON.parse(errorContent(' '))).toEqual({ error: 'No answer was given.' })
})
