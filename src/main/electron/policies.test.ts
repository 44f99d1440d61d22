import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { afterCrash, CRASH_LIMIT } from './crash-policy.ts'
import { withOwnBytes } from './own-bytes.ts'
import { PAPER } from './paper.ts'
import { rateLimit } from '../node/rate-limit.ts'

test('a page is reloaded after a crash, until it crashes too often', () => {
  let crashesMs: number[] = []
  const reloads = [0, 1000, 2000].map((atMs) => {
    const next = afterCrash(crashesMs, atMs)
    crashesMs = next.crashesMs
    return next.reload
  })
  expect(reloads).toEqual([true, true, false])
})

test('crashes long ago do not count', () => {
  expect(afterCrash([0, 1], CRASH_LIMIT.withinMs + 1)).toEqual({ reload: true, crashesMs: [CRASH_LIMIT.withinMs + 1] })
})

test('a burst passes, then as many as the time allows', () => {
  let nowMs = 0
  const mayPass = rateLimit({ nowMs: () => nowMs }, { perSecond: 10, burst: 3 })
  expect([1, 2, 3, 4].map(() => mayPass())).toEqual([true, true, true, false])
  nowMs = 99
  expect(mayPass()).toBe(false)
  nowMs = 200
  expect([mayPass(), mayPass(), mayPass()]).toEqual([true, true, false])
})

test('an idle time saves up no more than the burst', () => {
  let nowMs = 0
  const mayPass = rateLimit({ nowMs: () => nowMs }, { perSecond: 10, burst: 2 })
  nowMs = 60_000
  expect([mayPass(), mayPass(), mayPass()]).toEqual([true, true, false])
})

test('PCM leaves with a buffer of its own, everything else as it is', () => {
  const pool = new Uint8Array(64).fill(7)
  const message = { kind: 'audio', stream: 1, pcm: pool.subarray(8, 12) }
  const sent = withOwnBytes(message) as typeof message
  expect(sent).toEqual({ kind: 'audio', stream: 1, pcm: new Uint8Array([7, 7, 7, 7]) })
  expect(sent.pcm.buffer.byteLength).toBe(4)
  const other = { kind: 'close', stream: 1 }
  expect(withOwnBytes(other)).toBe(other)
  expect(withOwnBytes(null)).toBe(null)
})

test('a window without a page has the colour of the page', () => {
  const tokens = readFileSync(new URL('../../renderer/src/styles/tokens.css', import.meta.url), 'utf8')
  expect(tokens).toContain(`--paper: light-dark(${PAPER.light}, ${PAPER.dark});`)
})
