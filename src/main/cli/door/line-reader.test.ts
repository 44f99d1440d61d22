import { describe, expect, test } from 'vitest'
import { LineReader, MAX_LINE_BYTES } from './line-reader.ts'

function bench() {
  const log: string[] = []
  const reader = new LineReader({
    onLine: (text, bytes) => log.push(`${bytes} ${text}`),
    onBadLine: (problem) => log.push(problem)
  })
  return { log, reader, push: (text: string) => reader.push(Buffer.from(text)) }
}

describe('LineReader', () => {
  test('cuts lines wherever the pieces begin and end, also inside a character', () => {
    const { log, reader } = bench()
    const bytes = Buffer.from('one\ntwö\r\n\nlast')
    for (const byte of bytes) reader.push(Uint8Array.of(byte))
    expect(log).toEqual(['3 one', '5 twö\r', '0 '])
    reader.end()
    expect(log.at(-1)).toBe('4 last')
    reader.end()
    expect(log).toHaveLength(4)
  })

  test('several lines in one piece are several lines', () => {
    const { log, push } = bench()
    push('a\nb\nc\n')
    expect(log).toEqual(['1 a', '1 b', '1 c'])
  })

  test('a line that is too long is told once, whatever its size, and the next one counts', () => {
    const { log, push } = bench()
    const half = 'x'.repeat(MAX_LINE_BYTES / 2)
    push(half)
    push(half)
    push('y')
    for (let at = 0; at < 8; at += 1) push(half)
    expect(log).toEqual([])
    push('\nok\n')
    expect(log).toEqual([expect.stringMatching(/is longer than 1048576 bytes/), '2 ok'])
  })

  test('a line of just the greatest length is read', () => {
    const { log, push } = bench()
    push(`${'x'.repeat(MAX_LINE_BYTES)}\n`)
    expect(log).toEqual([`${MAX_LINE_BYTES} ${'x'.repeat(MAX_LINE_BYTES)}`])
  })

  test('bytes that are no UTF-8 are told, and the next line counts', () => {
    const { log, reader, push } = bench()
    reader.push(Uint8Array.of(0x61, 0xff, 0x0a))
    push('ok\n')
    expect(log).toEqual([expect.stringMatching(/not UTF-8/), '2 ok'])
  })
})
