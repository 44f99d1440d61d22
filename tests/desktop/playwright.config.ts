import { defineConfig } from '@playwright/test'

/** One app at a time: they share the sound card and two cores. */
export default defineConfig({
  testDir: '..',
  testMatch: ['desktop/*.spec.ts', 'standin/conformance/*.spec.ts'],
  outputDir: '../../test-results/desktop',
  // Real time on a machine that others share: a test may be measured again, and the runner says which was.
  retries: 1,
  workers: 1,
  fullyParallel: false,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
  forbidOnly: true
})
