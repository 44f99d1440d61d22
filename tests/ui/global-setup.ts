import { fileURLToPath } from 'node:url'
import { buildRenderer } from './harness/build.ts'
import { serveRenderer } from './harness/serve.ts'
import { REAL_ENGINE_PORT, UI_TEST_PORT } from './playwright.config.ts'

const folder = (port: number): string => fileURLToPath(new URL(`../../.cache/ui-test-${port}`, import.meta.url))

// oxlint-disable-next-line import/no-default-export -- Playwright takes the default export
export default async function setup(): Promise<() => Promise<void>> {
  await buildRenderer(folder(UI_TEST_PORT), true)
  await buildRenderer(folder(REAL_ENGINE_PORT), false)
  const closeScripted = await serveRenderer(folder(UI_TEST_PORT), UI_TEST_PORT)
  const closeReal = await serveRenderer(folder(REAL_ENGINE_PORT), REAL_ENGINE_PORT)
  return async () => {
    await closeScripted()
    await closeReal()
  }
}
