import { expect, test } from 'vitest'
import { LatencyTable } from './latency-table.ts'

test('tells each turn once, as it was known last, what is absent left out', () => {
  const table = new LatencyTable()
  table.note({ kind: 'latency', latency: { turn: 1, client: { firstByteMs: 300 }, service: {} } })
  const client = { lastBlockSentMs: 20, firstByteMs: 300.4, firstSampleMs: 340 }
  table.note({ kind: 'latency', latency: { turn: 1, client, service: { ttsMs: 50, totalMs: 290 } } })
  table.note({ kind: 'latency', latency: { turn: 2, client: {}, service: {} } })
  expect(table.lines()).toEqual(['Turn 1 (ms): sent 20, first byte 300, first sound 340; service: tts 50, total 290'])
})
