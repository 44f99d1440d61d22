import { describe, expect, it } from 'vitest'
import { ManualClock, PROFILE } from '../../../core/testing.test-support.ts'
import type { ConversationId } from '../../../shared/ipc/history-calls.ts'
import type { ProfileId } from '../../../shared/profile.ts'
import { Keeper, type KeeperDeps, type KeptStore } from './keeper.ts'
import type { Origin } from './store.ts'

/** A keeper with a file that does what the test says: the next writes fail so. */
function rig() {
  const written: { id: ConversationId | undefined; origin: Origin; texts: string[] }[] = []
  const failures: ('later' | 'lost')[] = []
  const state = { keep: true }
  const store: KeptStore = {
    write: (id, origin, { items }) => {
      written.push({ id, origin, texts: items.map(({ item }) => (item.kind === 'line' ? item.text : item.kind)) })
      return 7 as ConversationId
    },
    checkpoint: () => {}
  }
  const file: KeeperDeps['file'] = { try: (run) => failures.shift() ?? { done: run(store) } }
  const clock = new ManualClock()
  const keeper = new Keeper({
    clock,
    nowMs: () => clock.nowMs(),
    file,
    keep: () => state.keep,
    used: () => ({ id: 'p' as ProfileId, profile: PROFILE }),
    carriesOn: () => false,
    onChanged: () => {}
  })
  const say = (id: string): void => {
    keeper.event({ kind: 'caption', caption: { id, role: 'user', text: `Line ${id}.`, interrupted: false } })
    clock.advance(300)
  }
  keeper.event({ kind: 'state', state: { phase: 'connecting' } })
  return { written, failures, state, clock, say }
}

describe('a keeper', () => {
  it('writes all of the conversation into a file that took the place of a damaged one', () => {
    const { written, failures, clock, say } = rig()
    say('1')
    failures.push('lost')
    say('2')
    clock.advance(300)
    expect(written).toMatchObject([
      { id: undefined, texts: ['Line 1.'] },
      { id: undefined, texts: ['Line 1.', 'Line 2.'] }
    ])
  })

  it('writes nothing into it that was said while nothing was to be kept', () => {
    const { written, failures, state, clock, say } = rig()
    state.keep = false
    say('1')
    state.keep = true
    failures.push('lost')
    say('2')
    clock.advance(300)
    expect(written).toMatchObject([{ texts: ['Line 2.'] }])
  })

  it('tries what the file refused again, with what came since', () => {
    const { written, failures, clock, say } = rig()
    failures.push('later')
    say('1')
    expect(written).toEqual([])
    say('2')
    clock.advance(3_000)
    expect(written.map(({ texts }) => texts)).toEqual([['Line 1.', 'Line 2.']])
  })
})
