import { expect, it } from 'vitest'
import { openMutated } from '../../src/main/node/profile-mutations.test-support.ts'

it('10,000 mutated settings files open with every profile or with a notice, never with a throw, and lose no byte', () => {
  const { files, whole, told, quarantined } = openMutated(10_000, 2)
  expect(files).toBe(10_000)
  expect(whole).toBeGreaterThan(1_000)
  expect(told).toBeGreaterThan(1_000)
  process.stdout.write(`profile-mutations: ${files} files, ${whole} whole, ${told} told, ${quarantined} quarantined\n`)
})
