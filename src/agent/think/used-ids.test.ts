import { expect, it } from 'vitest'
import { MAX_REMEMBERED_IDS, UsedIds } from './used-ids.ts'

it('an id is taken once, and memory of them is bounded', () => {
  let minted = 0
  const ids = new UsedIds(() => `own${(minted += 1)}`)
  expect([ids.take('a'), ids.take('a'), ids.take(undefined), ids.take('b')]).toEqual(['a', 'own1', 'own2', 'b'])
  for (let n = 0; n < MAX_REMEMBERED_IDS; n += 1) ids.take(`x${n}`)
  expect(ids.take('a')).toBe('a')
  expect(ids.take(`x${MAX_REMEMBERED_IDS - 1}`)).toBe('own3')
})
