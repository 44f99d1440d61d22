import { expect, it } from 'vitest'
import { follows } from './follow.ts'

const view = (scrollTop: number) => ({ scrollTop, clientHeight: 100, scrollHeight: 1000 })

it('goes on following while the view moves down towards new lines', () => {
  expect(follows(true, 500, view(700))).toBe(true)
})

it('yields when the person scrolls up', () => {
  expect(follows(true, 900, view(600))).toBe(false)
})

it('does not begin again until the newest line is in view', () => {
  expect(follows(false, 500, view(700))).toBe(false)
  expect(follows(false, 700, view(900))).toBe(true)
})
