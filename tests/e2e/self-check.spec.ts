import { chromium } from '@playwright/test'
import type { Verdict } from '../../src/shared/self-check.ts'
import { Launched } from '../protocol/start.test-support.ts'
import { startRig } from '../rig/rig.ts'
import { expect, test } from './web-host.ts'

test('the web host checks itself: its page in a browser, and the speech engine', async () => {
  const rig = await startRig()
  const browser = await chromium.launch(rig.chromium())
  const app = new Launched(['--host', 'web', '--no-open', '--self-check'])
  try {
    await expect.poll(() => app.stderr, { timeout: 30_000 }).toMatch(/http:\S+#self-check/)
    const page = await browser.newPage()
    await page.goto(/http:\S+#self-check/.exec(app.stderr)![0])
    await expect(page.getByText(/^Parley tries what it needs|^Done\. The verdict/)).toBeVisible()
    expect(await app.exit).toBe(0)
    const verdict = JSON.parse(app.stdout) as Verdict
    expect(verdict).toMatchObject({ ok: true, host: 'web' })
    expect(verdict.probes.filter(({ outcome }) => outcome === 'failed')).toEqual([])
  } finally {
    await app.end()
    await browser.close()
    await rig.close()
  }
})

test('a page that is opened with the address of a self-check in a Parley that runs as ever shows the conversation', async ({
  start,
  context
}) => {
  const { link } = await start()
  const page = await context.newPage()
  await page.goto(`${link}#self-check`)
  await expect(page.getByRole('button', { name: 'Start talking' })).toBeVisible()
})
