import { fileURLToPath } from 'node:url'
import { buildRenderer } from './harness/build.ts'
import { serveRenderer } from './harness/serve.ts'
import { REAL_ENGINE_PORT, UI_TEST_PORT } from './playwright.config.ts'

const folder = (name: string): string => fileURLToPath(new URL(`../../.cache/${name}`, import.meta.url))

// oxlint-disable-next-line import/no-default-export -- Playwright takes the default export
export default async function setup(): Promise<() => Promise<void>> {
  await buildRenderer(folder('ui-test'), true)
  await buildRenderer(folder('ui-test-real'), false)
  const closeScripted = await serveRenderer(folder('ui-test'), UI_TEST_PORT)
  const closeReal = await serveRenderer(folder('ui-test-real'), REAL_ENGINE_PORT)
  return async () => {
    await closeScripted()
    await closeReal()
  }
}
