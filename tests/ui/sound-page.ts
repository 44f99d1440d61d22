import type { Locator, Page } from '@playwright/test'
import type { ParleyPage } from './parley-page.ts'

/** Opens the sound settings from the main screen. */
export async function openSound(parley: ParleyPage): Promise<void> {
  await parley.page.keyboard.press('Control+Comma')
  await settings(parley.page).waitFor()
}

export const settings = (page: Page): Locator => page.getByRole('dialog', { name: 'Settings' })
export const toggle = (page: Page, name: string): Locator => settings(page).getByRole('switch', { name })

/** What was kept of sound, newest last. */
export async function kept(parley: ParleyPage): Promise<unknown[]> {
  const writes = (await parley.asked('preferences:write')) as { audio?: object }[]
  return writes.flatMap(({ audio }) => (audio === undefined ? [] : [audio]))
}

export async function choose(page: Page, list: RegExp, option: string): Promise<void> {
  await settings(page).getByRole('combobox', { name: list }).click()
  await page.getByRole('option', { name: option }).click()
}
