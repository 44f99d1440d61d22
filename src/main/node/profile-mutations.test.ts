import { expect, it } from 'vitest'
import { openMutated } from './profile-mutations.test-support.ts'

it('300 mutated settings files open with every profile or with a notice, never with a throw, and lose no byte', () => {
  const { files, whole, told, quarantined } = openMutated(300, 1)
  expect(files).toBe(300)
  // Otherwise the mutations would be too tame, or too wild, to prove anything.
  expect(whole).toBeGreaterThan(100)
  expect(told).toBeGreaterThan(100)
  expect(quarantined).toBeGreaterThan(100)
}, 120_000)
