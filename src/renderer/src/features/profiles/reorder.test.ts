import { expect, it } from 'vitest'
import { ProfileId, type ProfileSummary } from '../../../../shared/profile.ts'
import { beforeOf, placeOfOwn } from './reorder.ts'

const row = (id: string, builtIn = false): ProfileSummary => ({
  id: ProfileId.parse(id),
  name: id,
  service: 'deepgram',
  modality: 'audio',
  builtIn
})
const list = [row('builtin', true), row('a'), row('b'), row('c')]
const before = (id: string, step: 'up' | 'down') => beforeOf(list, ProfileId.parse(id), step)

it('a step goes before the neighbour, to the end, or nowhere', () => {
  expect(before('b', 'up')).toBe('a')
  expect(before('a', 'down')).toBe('c')
  expect(before('b', 'down')).toBeNull()
  expect(before('a', 'up')).toBeUndefined()
  expect(before('c', 'down')).toBeUndefined()
  expect(before('builtin', 'down')).toBeUndefined()
})

it('places are counted among the own ones', () => {
  expect(placeOfOwn(list, ProfileId.parse('b'))).toEqual({ place: 2, of: 3 })
})
