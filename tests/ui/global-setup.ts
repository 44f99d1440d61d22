import { fileURLToPath } from 'node:url'
import { buildHarness } from './harness/build.ts'
import { serveRenderer } from './harness/serve.ts'
import { UI_TEST_PORT } from './playwright.config.ts'

const outDir = fileURLToPath(new URL('../../.cache/ui-test', import.meta.url))

// oxlint-disable-next-line import/no-default-export -- Playwright takes the default export
export default async function setup(): Promise<() => Promise<void>> {
  await buildHarness(outDir)
  return serveRenderer(outDir, UI_TEST_PORT)
}
