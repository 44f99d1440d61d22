import { defineConfig } from '@playwright/test'

/** One app at a time: they share the sound card and two cores. */
export default defineConfig({
  testDir: '..',
  testMatch: ['desktop/*.spec.ts', 'standin/conformance/*.spec.ts'],
  outputDir: '../../test-results/desktop',
  workers: 1,
  fullyParallel: false,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
  forbidOnly: true
})
