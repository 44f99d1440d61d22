import { expect, test } from 'vitest'
import { lineWriter } from './line-writer.ts'

/** A pipe that takes `room` bytes and no more. */
function pipe(room: number) {
  let text = ''
  const write = lineWriter(
    (bytes) => {
      const taken = bytes.subarray(0, room)
      if (taken.length === 0) throw Object.assign(new Error('EAGAIN'), { code: 'EAGAIN' })
      room -= taken.length
      text += Buffer.from(taken).toString()
      return taken.length
    },
    (lines) => `${lines} lost\n`
  )
  return { write, text: () => text, drain: (bytes: number) => (room += bytes) }
}

test('a line that is taken in parts is written whole', () => {
  let text = ''
  const write = lineWriter(
    (bytes) => {
      text += Buffer.from(bytes.subarray(0, 2)).toString()
      return Math.min(2, bytes.length)
    },
    () => 'lost\n'
  )
  write('one\n')
  write('three\n')
  expect(text).toBe('one\nthree\n')
})

test('what nobody takes is counted, told before the next line, and throws at nobody', () => {
  const { write, text, drain } = pipe(4)
  write('one\n')
  write('two\n')
  write('three\n')
  expect(text()).toBe('one\n')
  drain(1_000)
  write('four\n')
  write('five\n')
  expect(text()).toBe('one\n2 lost\nfour\nfive\n')
})

test('a line that was cut does not run into the next one', () => {
  const { write, text, drain } = pipe(6)
  write('one\n')
  write('two\n')
  drain(1_000)
  write('three\n')
  write('four\n')
  expect(text()).toBe('one\ntw\n1 lost\nthree\nfour\n')
})

test('what takes nothing and says nothing is not asked for ever', () => {
  const asked: number[] = []
  lineWriter(
    (bytes) => {
      asked.push(bytes.length)
      return 0
    },
    () => 'lost\n'
  )('one\n')
  expect(asked).toEqual([4])
})
