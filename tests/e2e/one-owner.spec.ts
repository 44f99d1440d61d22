import { chromium, type Page } from '@playwright/test'
import { startRig } from '../rig/rig.ts'
import { recordings } from '../audio/audio-page.ts'
import { expect, ready, test } from './web-host.ts'

const hangUp = (page: Page) => page.getByRole('button', { name: 'Hang up' })

test('the newest page has the microphone: the one before lets go of it and says so', async ({ start }) => {
  const rig = await startRig()
  const browser = await chromium.launch(rig.chromium())
  try {
    const { link } = await start()
    const context = await browser.newContext()
    const older = await context.newPage()
    await older.goto(link)
    await ready(older)
    expect(await recordings(rig)).toBe(0)
    await older.getByRole('button', { name: 'Start talking' }).click()
    await expect(hangUp(older)).toBeVisible({ timeout: 30_000 })
    await expect.poll(() => recordings(rig)).toBe(1)

    // The conversation is the host's: the newer page shows it, and takes the microphone.
    const newer = await context.newPage()
    await newer.goto(link)
    await expect(hangUp(newer)).toBeVisible({ timeout: 30_000 })
    await expect(older.getByText('Another window of Parley uses the microphone now.')).toBeVisible()
    await expect.poll(() => recordings(rig)).toBe(1)
    await newer.close()
    // It was the newer page's, and the older one does not take it back by itself.
    await expect.poll(() => recordings(rig)).toBe(0)
    await expect(older.getByText('Another window of Parley uses the microphone now.')).toBeVisible()
    // Reloaded, it is the newest page.
    await older.reload()
    await expect.poll(() => recordings(rig)).toBe(1)
    await expect(older.getByText('Another window of Parley')).toBeHidden()
  } finally {
    await browser.close()
    await rig.close()
  }
})
