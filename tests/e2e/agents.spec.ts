import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Page } from '@playwright/test'
import { complaintsOf, expect, ready, test } from './web-host.ts'

async function openAgents(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Settings' }).click()
  await page.getByRole('menuitem', { name: 'Agents…' }).click()
  await expect(page.getByRole('dialog', { name: 'Agents' })).toBeVisible()
}

const names = (page: Page) =>
  page
    .getByRole('radio', { name: /^Use/ })
    .evaluateAll((rows) => rows.map((row) => row.getAttribute('aria-label')?.slice(4)))

test('from nothing to a saved Deepgram agent with a hotkey, which is there after a restart; deleted and brought back, exported and imported', async ({
  start,
  context
}) => {
  test.slow()
  const first = await start()
  const page = await context.newPage()
  const complaints = complaintsOf(page)
  await page.goto(first.link)
  await ready(page)
  await openAgents(page)
  await page.getByRole('button', { name: 'New agent' }).click()
  await page.getByRole('menuitem', { name: /^Deepgram/ }).click()
  await page.getByRole('textbox', { name: 'Name', exact: true }).first().fill('Kitchen helper')
  await page.getByRole('textbox', { name: 'Prompt' }).fill('You help in the kitchen.')
  await page.getByRole('textbox', { name: 'Greeting' }).fill('Hello!')
  await page.getByRole('button', { name: /^Hotkey: none/ }).click()
  await page.keyboard.press('Control+Alt+KeyK')
  await expect(page.getByRole('button', { name: /^Hotkey: Ctrl\+Alt\+K/ })).toBeVisible()
  await page.getByRole('button', { name: 'Save as new agent' }).click()
  await expect(page.getByText('Saved.')).toBeVisible()
  await expect(page.getByRole('radio', { name: 'Use Kitchen helper' })).toBeChecked()

  await page.getByRole('radio', { name: 'Use Kitchen helper' }).focus()
  await page.keyboard.press('Delete')
  await expect(page.getByRole('radio', { name: 'Use Kitchen helper' })).toHaveCount(0)
  await page.keyboard.press('ControlOrMeta+z')
  await expect(page.getByRole('radio', { name: 'Use Kitchen helper' })).toBeVisible()

  await page.getByRole('button', { name: 'More for Kitchen helper' }).click()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: 'Export as a file' }).click()
  ])
  const exported = readFileSync(await download.path(), 'utf8')
  expect(JSON.parse(exported)).toMatchObject({ name: 'Kitchen helper', settings: { agent: { greeting: 'Hello!' } } })
  await first.app.end()

  const second = await start()
  await page.goto(second.link)
  await ready(page)
  await openAgents(page)
  await expect(page.getByRole('radio', { name: 'Use Kitchen helper' })).toContainText('Ctrl+Alt+K')

  // From elsewhere it may do no more than talk to its service, before that is allowed.
  const asking = {
    ...(JSON.parse(exported) as object),
    name: 'From the team',
    url: 'wss://voice.example',
    devices: { talkMode: 'open' }
  }
  const file = { name: 'team.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(asking)) }
  await page.locator('input[type=file]').setInputFiles(file)
  await expect(page.getByText('wss://voice.example', { exact: true })).toBeVisible()
  await expect(page.getByText('Opens the microphone without a key')).toBeVisible()
  await page.getByRole('button', { name: 'Import', exact: true }).click()
  await expect(page.getByText(/^Held\. Waits for you to allow: a connection to wss:\/\/voice\.example/)).toBeVisible()
  await page.getByRole('radio', { name: 'Use From the team' }).focus()
  await page.keyboard.press('Alt+ArrowUp')
  await expect.poll(() => names(page)).toEqual([...(await names(page)).slice(0, 3), 'From the team', 'Kitchen helper'])
  await page.getByRole('button', { name: 'Review From the team' }).click()
  await page.getByRole('button', { name: 'Allow', exact: true }).click()
  await expect(page.getByText('From the team may do what it asks for.')).toBeVisible()
  await expect(page.getByText('Waits for you')).toHaveCount(0)
  expect(path.extname(download.suggestedFilename())).toBe('.json')
  expect(complaints.filter((complaint) => !complaint.includes('WebSocket'))).toEqual([])
})
