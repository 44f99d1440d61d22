import type { Page } from '@playwright/test'
import { expect, test } from './parley-page.ts'

const profile = `{
  "schemaVersion": 1,
  "name": "Kitchen helper",
  "service": "deepgram",
  "unknown": [12345678901234567890, null],
  "settings": { "agent": { "think": { "functions": [{ "name": "find_order" }, { "name": "pay", "endpoint": { "url": "https://pay.test" } }] } } }
}`

async function openOptions(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Settings' }).click()
  await page.getByRole('menuitem', { name: 'Agents…' }).click()
  await page.getByRole('button', { name: 'Edit Kitchen helper' }).click()
  await page.getByRole('radio', { name: 'Options' }).click()
}

const own = { answers: { 'profiles:read': { ok: true as const, value: { text: profile } } } }

test('region, token, nudge and tools are set without writing JSON, and everything else stays as it is written', async ({
  parley,
  page
}) => {
  await parley.open(own)
  await openOptions(page)
  await page.getByRole('combobox', { name: 'Where the service runs' }).click()
  await page.getByRole('option', { name: /^European Union/ }).click()
  await page.getByRole('radio', { name: 'Short-lived token' }).click()
  await page.getByRole('checkbox', { name: 'The agent says something after a silence' }).check()
  await page.getByRole('textbox', { name: 'What it says' }).fill('Still there?')
  await page.getByRole('radiogroup', { name: 'How find_order is answered' }).getByText('Fixed answer').click()
  await page.getByRole('textbox', { name: 'Answer of find_order, text or JSON' }).fill('{"state":"sent"}')
  await expect(page.getByRole('radiogroup', { name: 'How pay is answered' })).toHaveCount(0)
  await parley.expectAccessible()
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByText('Saved.')).toBeVisible()
  const [saved] = (await parley.asked('profiles:save')) as { id: string; text: string }[]
  expect(saved?.text).toContain('"unknown": [12345678901234567890, null],\n')
  const { unknown: _, ...known } = JSON.parse(saved?.text ?? '') as Record<string, unknown>
  expect(known).toEqual({
    schemaVersion: 1,
    name: 'Kitchen helper',
    service: 'deepgram',
    settings: (JSON.parse(profile) as { settings: unknown }).settings,
    url: 'wss://api.eu.deepgram.com',
    auth: 'short-lived-token',
    nudge: { afterSeconds: 20, say: 'Still there?' },
    tools: { find_order: { kind: 'answer', content: '{"state":"sent"}' } }
  })
})

test('what is the default is not written, and setting it back leaves the text as it was', async ({ parley, page }) => {
  await parley.open(own)
  await openOptions(page)
  await page.getByRole('radio', { name: 'Short-lived token' }).click()
  await page.getByRole('radio', { name: 'API key' }).click()
  const nudge = page.getByRole('checkbox', { name: 'The agent says something after a silence' })
  await nudge.check()
  await nudge.uncheck()
  await page.getByRole('radiogroup', { name: 'How find_order is answered' }).getByText('Fixed answer').click()
  await page.getByRole('radiogroup', { name: 'How find_order is answered' }).getByText('Ask me').click()
  await page.getByRole('radio', { name: 'JSON' }).click()
  await expect(page.getByRole('textbox', { name: 'Settings of this agent, as JSON' })).toHaveValue(profile)
})

test('a function that the settings do not name is added and removed', async ({ parley, page }) => {
  await parley.open(own)
  await openOptions(page)
  await page.getByRole('textbox', { name: 'Name of another function' }).fill('weather')
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await expect(page.getByText('not among the functions of its settings')).toBeVisible()
  await page.getByRole('button', { name: 'Remove weather' }).click()
  await expect(page.getByText('not among the functions of its settings')).toHaveCount(0)
})

test('I11 a nudge outside its range says so; it is not saved, and nothing typed is lost', async ({ parley, page }) => {
  await parley.open(own)
  await openOptions(page)
  await page.getByRole('checkbox', { name: 'The agent says something after a silence' }).check()
  const seconds = page.getByRole('textbox', { name: /^After how many seconds/ })
  await seconds.fill('1')
  await expect(page.getByText('Write a number from 3 to 3600.')).toBeVisible()
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByRole('alert')).toHaveText('One field has to be corrected first.')
  expect(await parley.asked('profiles:save')).toEqual([])
  await expect(seconds).toHaveValue('1')
  await seconds.fill('')
  await page.getByRole('radio', { name: 'JSON' }).click()
  await expect(page.getByRole('textbox', { name: 'Settings of this agent, as JSON' })).toHaveValue(
    /"afterSeconds": null/
  )
})

test('an address of one’s own is shown and kept, and options wait for valid JSON', async ({ parley, page }) => {
  const text = JSON.stringify({ schemaVersion: 1, name: 'Mine', service: 'deepgram', url: 'wss://voice.example' })
  await parley.open({ answers: { 'profiles:read': { ok: true, value: { text } } } })
  await openOptions(page)
  await expect(page.getByRole('combobox', { name: 'Where the service runs' })).toHaveText('Own address')
  await page.getByRole('radio', { name: 'JSON' }).click()
  const editor = page.getByRole('textbox', { name: 'Settings of this agent, as JSON' })
  await expect(editor).toHaveValue(text)
  await editor.fill('{ broken')
  await page.getByRole('radio', { name: 'Options' }).click()
  await expect(page.getByText('The JSON is not valid')).toBeVisible()
})
