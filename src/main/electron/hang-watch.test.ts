import { EventEmitter } from 'node:events'
import type { WebContents } from 'electron'
import { expect, test } from 'vitest'
import { ManualClock, silentLog } from '../../core/testing.test-support.ts'
import { endHangs, HANG_LIMIT_MS } from './hang-watch.ts'

function watched() {
  const clock = new ManualClock()
  let ends = 0
  const contents = Object.assign(new EventEmitter(), {
    isDestroyed: () => false,
    forcefullyCrashRenderer: () => {
      ends += 1
    }
  })
  endHangs(contents as WebContents, { log: silentLog, clock })
  return { contents, clock, ends: () => ends }
}

test('a page that hangs is ended once, after 5 s', () => {
  const { contents, clock, ends } = watched()
  contents.emit('unresponsive')
  contents.emit('unresponsive')
  clock.advance(HANG_LIMIT_MS - 1)
  expect(ends()).toBe(0)
  clock.advance(1)
  expect(ends()).toBe(1)
  contents.emit('unresponsive')
  clock.advance(HANG_LIMIT_MS)
  expect(ends(), 'it hangs again').toBe(2)
})

test.each(['responsive', 'render-process-gone', 'destroyed'])('a page that is %s meanwhile is left alone', (event) => {
  const { contents, clock, ends } = watched()
  contents.emit('unresponsive')
  contents.emit(event)
  clock.advance(10 * HANG_LIMIT_MS)
  expect(ends()).toBe(0)
})
