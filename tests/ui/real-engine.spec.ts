import { expect, ownPageTest as test } from './parley-page.ts'
import { REAL_ENGINE_PORT, systemChromium } from './playwright.config.ts'
import { openSound, settings } from './sound-page.ts'

// The built renderer as it ships, with Chromium's own fake microphone (a beep every second); only main is scripted.
test.use({
  baseURL: `http://127.0.0.1:${REAL_ENGINE_PORT}`,
  permissions: ['microphone'],
  launchOptions: {
    ...(systemChromium === undefined ? {} : { executablePath: systemChromium }),
    args: [
      '--no-sandbox',
      '--use-fake-device-for-media-stream',
      '--autoplay-policy=no-user-gesture-required',
      '--disable-background-networking'
    ]
  }
})

test('with the real audio engine the microphone opens, is named and moves the meter, under the page policy', async ({
  parley,
  page
}) => {
  await parley.open({ talkMode: 'open' })
  await page.getByRole('button', { name: 'Start talking' }).click()
  await parley.live()
  await expect(page.getByRole('combobox', { name: /^Microphone: .*Fake/ })).toBeVisible()
  await expect
    .poll(() => page.getByRole('meter').getAttribute('aria-valuenow'), { timeout: 10_000, intervals: [50] })
    .not.toBe('0')
  await expect(page.getByText('Listening', { exact: true })).toBeVisible()
})

test('the real microphone is tried in the settings without a conversation, and closed with them', async ({
  parley,
  page
}) => {
  await parley.open()
  await openSound(parley)
  await page.getByRole('button', { name: 'Test the microphone' }).click()
  const meter = settings(page).getByRole('meter', { name: 'Microphone level' })
  await expect.poll(() => meter.getAttribute('aria-valuenow'), { timeout: 10_000, intervals: [50] }).not.toBe('0')
  await settings(page).getByRole('combobox', { name: 'Loudspeaker' }).click()
  await expect(page.getByRole('option')).not.toHaveCount(1)
  await page.keyboard.press('Escape')
  await page.getByRole('listbox').waitFor({ state: 'detached' })
  await page.keyboard.press('Escape')
  await expect(page.getByRole('combobox', { name: /^Microphone/ })).toContainText('off')
})
