import type { Page } from '@playwright/test'
import { expect, profileText, test } from './parley-page.ts'

declare global {
  interface Window {
    /** Every theme that the page has had. */
    themesSeen: (string | undefined)[]
  }
}

async function openAgents(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Settings' }).click()
  await page.getByRole('menuitem', { name: 'Agents…' }).click()
}

test('the agent is chosen in the header while no conversation runs', async ({ parley, page }) => {
  await parley.open()
  await page.getByRole('combobox', { name: /^Agent/ }).click()
  await page.getByRole('option', { name: /Deepgram example/ }).click()
  expect(await parley.asked('profiles:choose')).toEqual([{ id: 'printed' }])
  await expect(page.getByText('Your voice and words go to Deepgram while the conversation runs.')).toBeVisible()
  await parley.live()
  await expect(page.getByRole('combobox', { name: 'Agent: Deepgram example' })).toBeDisabled()
})

test('an agent is added from a file, and what is wrong with it is shown', async ({ parley, page }) => {
  await parley.open()
  await openAgents(page)
  await parley.answer('profiles:import', {
    ok: true,
    value: { id: 'new', warnings: ['settings.key looks like a key.'] }
  })
  const file = { name: 'kitchen.json', mimeType: 'application/json', buffer: Buffer.from(profileText) }
  await page.getByLabel('Add from file', { exact: true }).and(page.locator('input')).setInputFiles(file)
  await expect(page.getByText('kitchen.json was added.')).toBeVisible()
  await expect(page.getByText('settings.key looks like a key.')).toBeVisible()
  expect(await parley.asked('profiles:import')).toEqual([{ text: profileText }])
  await parley.answer('profiles:import', { ok: false, error: { code: 'invalid-profile', message: 'name is missing.' } })
  await page.locator('input[type=file]').setInputFiles(file)
  await expect(page.getByRole('alert')).toHaveText('kitchen.json: name is missing.')
})

test('an own agent is edited; what main refuses stays in the box with the reason', async ({ parley, page }) => {
  await parley.open()
  await openAgents(page)
  await page.getByRole('button', { name: 'Edit Kitchen helper' }).click()
  const editor = page.getByRole('textbox', { name: 'Settings of this agent, as JSON' })
  await expect(editor).toHaveValue(profileText)
  await parley.answer('profiles:save', { ok: false, error: { code: 'invalid-profile', message: 'Line 1 is no JSON.' } })
  await editor.fill('{ broken')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByRole('alert')).toHaveText('Line 1 is no JSON.')
  await expect(editor).toHaveValue('{ broken')
  await parley.expectAccessible()
  await parley.answer('profiles:save', { ok: true, value: { id: 'own', warnings: [] } })
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByText('Saved.')).toBeVisible()
  expect((await parley.asked('profiles:save')).at(-1)).toEqual({ id: 'own', text: '{ broken' })
})

test('an agent that comes with Parley is saved as a new one', async ({ parley, page }) => {
  await parley.open()
  await openAgents(page)
  await expect(page.getByRole('button', { name: 'Edit Built-in agent' })).toHaveCount(0)
  await expect(page.getByRole('button', { name: 'Remove Built-in agent' })).toHaveCount(0)
  await page.getByRole('button', { name: 'Copy Built-in agent' }).click()
  await page.getByRole('button', { name: 'Save as new agent' }).click()
  await expect(page.getByText('Saved.')).toBeVisible()
  const [saved] = await parley.asked('profiles:save')
  expect(JSON.parse((saved as { text: string }).text)).toMatchObject({ name: 'Kitchen helper (copy)' })
  expect(saved).not.toHaveProperty('id')
})

test('removing asks first, and Escape keeps it', async ({ parley, page }) => {
  await parley.open()
  await openAgents(page)
  await page.getByRole('button', { name: 'Remove Kitchen helper' }).click()
  await page.keyboard.press('Escape')
  expect(await parley.asked('profiles:remove')).toEqual([])
  await page.getByRole('button', { name: 'Remove Kitchen helper' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click()
  expect(await parley.asked('profiles:remove')).toEqual([{ id: 'own' }])
  await expect(page.getByText('Kitchen helper')).toHaveCount(0)
})

test('the theme is chosen, shown at once and remembered', async ({ parley, page }) => {
  await parley.open()
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
  expect(await background()).toBe('rgb(245, 244, 239)')
  await page.getByRole('button', { name: 'Settings' }).click()
  await page.getByRole('menuitemradio', { name: 'Dark' }).click()
  await expect.poll(background).toBe('rgb(18, 21, 20)')
  expect(await parley.asked('preferences:write')).toEqual([{ theme: 'dark' }])
  await page.getByRole('button', { name: 'Settings' }).click()
  await page.getByRole('menuitemradio', { name: 'Like the system' }).click()
  await page.emulateMedia({ colorScheme: 'dark' })
  await expect.poll(background).toBe('rgb(18, 21, 20)')
})

test('a chosen theme that is not the system’s is on the page from the first paint on, and never another', async ({
  parley,
  page
}) => {
  const watching = await page.addInitScript(() => {
    const seen: (string | undefined)[] = []
    const note = () => seen.push(document.documentElement.dataset['theme'])
    new MutationObserver(note).observe(document, { subtree: true, attributes: true, attributeFilter: ['data-theme'] })
    document.addEventListener('DOMContentLoaded', note, { once: true })
    Object.assign(window, { themesSeen: seen })
  })
  await parley.open({ theme: 'dark' })
  await watching.dispose()
  const seen = await page.evaluate(() => window.themesSeen)
  expect(new Set(seen)).toEqual(new Set(['dark']))
  expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe('rgb(18, 21, 20)')
})

test('a microphone is chosen, remembered and used at once', async ({ parley, page }) => {
  await parley.open()
  await parley.live()
  await page.getByRole('combobox', { name: /^Microphone/ }).click()
  await page.getByRole('option', { name: 'Headset' }).click()
  expect(await parley.asked('preferences:write')).toEqual([{ microphone: { deviceId: 'headset', label: 'Headset' } }])
  expect((await parley.setup())?.microphone).toEqual({ deviceId: 'headset', label: 'Headset' })
})

test('in forced colours every control keeps an edge', async ({ parley, page }) => {
  await page.emulateMedia({ forcedColors: 'active' })
  await parley.open()
  await parley.live('agentSpeaking')
  await page.screenshot({ path: 'test-results/ui-shots/forced-colours.png', animations: 'disabled' })
  const flat = await page
    .getByRole('button', { name: /Hold to talk|Mute|Stop|Hang up/ })
    .evaluateAll((buttons) => buttons.filter((button) => getComputedStyle(button).borderStyle === 'none').length)
  expect(flat).toBe(0)
})
