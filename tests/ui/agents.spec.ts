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
})

test('in a conversation another agent is asked for, with or without what was said', async ({ parley, page }) => {
  await parley.open()
  await parley.live()
  await page.getByRole('combobox', { name: 'Agent: Built-in agent' }).click()
  await page.getByRole('option', { name: /Kitchen helper/ }).click()
  const asks = page.getByRole('alertdialog', { name: 'Switch to Kitchen helper now?' })
  await expect(asks).toContainText('The conversation with Built-in agent ends')
  await parley.expectAccessible('[role=alertdialog]')
  await page.keyboard.press('Escape')
  await expect(asks).toHaveCount(0)
  expect(await parley.asked('session:switch')).toEqual([])
  await openAgents(page)
  await page.getByRole('radio', { name: 'Use Deepgram example' }).focus()
  await page.keyboard.press('ArrowDown')
  await expect(page.getByRole('radio', { name: 'Use Kitchen helper' })).toBeFocused()
  await expect(asks).toHaveCount(0)
  await page.keyboard.press('Space')
  await asks.getByRole('checkbox', { name: 'Take along what was said so far' }).uncheck()
  const refused = 'This agent waits for you to allow it.'
  await parley.answer('session:switch', { ok: false, error: { code: 'refused', message: refused } })
  await asks.getByRole('button', { name: 'Switch now' }).click()
  await expect(asks.getByRole('alert')).toHaveText(refused)
  await parley.answer('session:switch', { ok: true, value: undefined })
  await asks.getByRole('button', { name: 'Switch now' }).click()
  await expect(asks).toHaveCount(0)
  expect(await parley.asked('session:switch')).toEqual([
    { id: 'own', carryOver: false },
    { id: 'own', carryOver: false }
  ])
  expect(await parley.asked('profiles:choose')).toEqual([])
})

test('from one agent to the next the microphone stays open', async ({ parley, page }) => {
  await parley.open()
  await page.getByRole('button', { name: 'Start talking' }).click()
  await parley.live()
  await page.getByRole('combobox', { name: 'Agent: Built-in agent' }).click()
  await page.getByRole('option', { name: /Kitchen helper/ }).click()
  await parley.hold('session:switch')
  await page.getByRole('button', { name: 'Switch now' }).click()
  await parley.state({ phase: 'ended', reason: { code: 'hung-up', message: '' } })
  await parley.live()
  await parley.release('session:switch', { ok: true, value: undefined })
  await expect(page.getByRole('alertdialog')).toHaveCount(0)
  expect((await parley.engineCalls()).filter((call) => !call.startsWith('talk'))).toEqual(['open'])
})

test('an agent’s own devices are used while it is talked to, and no choice of that time is kept', async ({
  parley,
  page
}) => {
  const headset = { deviceId: 'headset', label: 'Headset' }
  const devices = { microphone: headset, talkMode: 'open' } as const
  await parley.open({
    profiles: [{ id: 'own2', name: 'Phone', service: 'deepgram', modality: 'audio', builtIn: false, devices }]
  })
  expect((await parley.setup())?.microphone).toBeNull()
  await page.getByRole('button', { name: 'Start talking' }).click()
  expect((await parley.setup())?.microphone).toEqual(headset)
  await parley.live()
  await expect(page.getByRole('radio', { name: 'Open mic' })).toBeChecked()
  await page.getByRole('radio', { name: 'Push to talk' }).click()
  await parley.state({ phase: 'ended', reason: { code: 'hung-up', message: '' } })
  expect((await parley.setup())?.microphone).toBeNull()
  await expect(page.getByRole('radio', { name: 'Push to talk' })).toBeChecked()
  expect(await parley.asked('preferences:write')).toEqual([])
})

const enables = [
  { kind: 'connects-to', where: 'url', value: 'wss://voice.example' },
  { kind: 'service-calls', where: 'settings.agent.think.functions.0.endpoint.url', value: 'https://pay.example' },
  { kind: 'uses-secret', where: 'settings.agent.think.endpoint.headers.authorization', value: '{{secret:OPENAI}}' }
]
const file = { name: 'kitchen.json', mimeType: 'application/json', buffer: Buffer.from(profileText) }
const preview = { name: 'Team agent', service: 'deepgram', warnings: ['settings.key looks like a key.'], enables }

test('a file is looked at before anything of it is kept; what it would do is allowed or held', async ({
  parley,
  page
}) => {
  await parley.open({ answers: { 'profiles:preview': { ok: true, value: preview } } })
  await openAgents(page)
  const chooser = page.locator('input[type=file]')
  await chooser.setInputFiles([file, { ...file, name: 'two.json' }])
  const dialog = page.getByRole('dialog', { name: 'Add an agent from a file' })
  await expect(dialog).toContainText('File 1 of 2')
  await expect(dialog).toContainText('Deepgram · From kitchen.json. Nothing is kept yet.')
  await expect(dialog).toContainText('settings.key looks like a key.')
  await expect(dialog.getByRole('listitem').filter({ hasText: 'voice.example' })).toHaveText(
    'Connects towss://voice.exampleurl'
  )
  await expect(dialog).toContainText('{{secret:OPENAI}}')
  await parley.expectAccessible('[role=dialog]')
  expect(await parley.asked('profiles:preview')).toEqual([{ text: profileText }])
  expect(await parley.asked('profiles:import')).toEqual([])
  await dialog.getByRole('button', { name: 'Import', exact: true }).click()
  await expect(dialog).toContainText('File 2 of 2')
  expect(await parley.asked('profiles:allow')).toEqual([])
  await dialog.getByRole('button', { name: 'Import and allow' }).click()
  await expect(page.getByText('Team agent was added. It is held until you allow what it would do.')).toBeVisible()
  expect(await parley.asked('profiles:allow')).toEqual([{ id: 'new' }])
  expect(await parley.asked('profiles:import')).toEqual([{ text: profileText }, { text: profileText }])
  const message = 'The profile has no "name".'
  await parley.answer('profiles:preview', { ok: false, error: { code: 'invalid-profile', message } })
  await chooser.setInputFiles(file)
  await expect(page.getByRole('alert').filter({ hasText: message })).toHaveText(`kitchen.json: ${message}`)
  await expect(page.getByRole('button', { name: 'Import', exact: true })).toHaveCount(0)
})

/** Drops a file on the window as a pointer does. */
async function drop(page: Page, name: string, content: string): Promise<void> {
  const data = await page.evaluateHandle(
    ([fileName, words]) => {
      const transfer = new DataTransfer()
      transfer.items.add(new File([words as string], fileName as string, { type: 'application/json' }))
      return transfer
    },
    [name, content]
  )
  await page.dispatchEvent('main', 'dragover', { dataTransfer: data })
  await expect(page.getByText('Drop to look at the agent in this file')).toBeVisible()
  await page.dispatchEvent('main', 'drop', { dataTransfer: data })
}

test('a file dropped anywhere on the window is looked at, and a text that is dragged is left alone', async ({
  parley,
  page
}) => {
  await parley.open({ answers: { 'profiles:preview': { ok: true, value: { ...preview, enables: [], warnings: [] } } } })
  await drop(page, 'team.json', profileText)
  const dialog = page.getByRole('dialog', { name: 'Add an agent from a file' })
  await expect(dialog).toContainText('It asks for nothing beyond a conversation with its service.')
  await expect(dialog.getByRole('button', { name: 'Import and allow' })).toHaveCount(0)
  await dialog.getByRole('button', { name: 'Do not add it' }).click()
  expect(await parley.asked('profiles:import')).toEqual([])
  await page.getByRole('button', { name: 'Close' }).click()
  const dragged = await page.evaluateHandle(() => {
    const transfer = new DataTransfer()
    transfer.setData('text/plain', 'words')
    return transfer
  })
  await page.dispatchEvent('main', 'dragover', { dataTransfer: dragged })
  await expect(page.getByText('Drop to look')).toHaveCount(0)
})

const others = [
  { id: 'porter', name: 'Night porter', service: 'napster', modality: 'text', builtIn: false, hotkey: 'Ctrl+Alt+KeyN' },
  {
    id: 'team',
    name: 'From the team',
    service: 'deepgram',
    modality: 'audio',
    builtIn: false,
    host: 'voice.example',
    held: true
  }
] as const

test('the list says what is special about each agent, and a held one waits to be allowed', async ({ parley, page }) => {
  const usage = [{ profileId: 'own', profileName: 'Kitchen helper', today: 1, last30Days: 41.6, total: 50 }]
  await parley.open({
    profiles: [...others],
    answers: { 'profiles:enables': { ok: true, value: { enables } }, 'usage:list': { ok: true, value: usage } }
  })
  await openAgents(page)
  const row = (name: string) => page.getByRole('radio', { name: `Use ${name}` })
  await expect(row('Kitchen helper')).toContainText('Deepgram · 42 min in 30 days')
  await expect(row('Night porter')).toContainText('Napster · Text only')
  await expect(row('Night porter')).toContainText('Ctrl+Alt+N')
  await expect(row('From the team')).toContainText('Deepgram · voice.example')
  await expect(
    page.getByText(/^Held\. Waits for you to allow: a connection to wss:\/\/voice\.example, .*, 1 more\.$/)
  ).toBeVisible()
  await parley.expectAccessible()
  await page.getByRole('button', { name: 'Review From the team' }).click()
  await expect(page.getByRole('dialog', { name: 'May this agent do this?' })).toContainText('https://pay.example')
  await page.getByRole('button', { name: 'Allow' }).click()
  await expect(page.getByText('From the team may do what it asks for.')).toBeVisible()
  expect(await parley.asked('profiles:allow')).toEqual([{ id: 'team' }])
  await expect(page.getByText('Waits for you')).toHaveCount(0)
})

test('agents are moved by keys, menu and pointer', async ({ parley, page }) => {
  await parley.open({ profiles: [...others] })
  await openAgents(page)
  const names = () =>
    page
      .getByRole('radio', { name: /^Use/ })
      .evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')?.slice(4)))
  await page.getByRole('radio', { name: 'Use Night porter' }).focus()
  await page.keyboard.press('Alt+ArrowUp')
  await expect
    .poll(names)
    .toEqual(['Built-in agent', 'Deepgram example', 'Night porter', 'Kitchen helper', 'From the team'])
  await expect(page.getByRole('radio', { name: 'Use Night porter' })).toBeFocused()
  await expect(page.getByText('Night porter is now 1 of 3.')).toBeAttached()
  await page.getByRole('button', { name: 'More for Kitchen helper' }).click()
  await page.getByRole('menuitem', { name: 'Move down' }).click()
  await expect
    .poll(names)
    .toEqual(['Built-in agent', 'Deepgram example', 'Night porter', 'From the team', 'Kitchen helper'])
  const kitchen = page.locator('[data-profile=own]')
  await kitchen.hover()
  await kitchen.getByTitle('Drag to move').dragTo(page.locator('[data-profile=porter]'))
  await expect
    .poll(names)
    .toEqual(['Built-in agent', 'Deepgram example', 'Kitchen helper', 'Night porter', 'From the team'])
  expect(await parley.asked('profiles:move')).toEqual([
    { id: 'porter', before: 'own' },
    { id: 'own', before: null },
    { id: 'own', before: 'porter' }
  ])
})

test('a deleted agent can be brought back, by its button or by the keyboard', async ({ parley, page }) => {
  await parley.open()
  await openAgents(page)
  const kitchen = page.getByRole('radio', { name: 'Use Kitchen helper' })
  await page.getByRole('button', { name: 'More for Kitchen helper' }).click()
  await page.getByRole('menuitem', { name: /^Delete/ }).click()
  await expect(kitchen).toHaveCount(0)
  await expect(page.getByText('None of your own yet.')).toBeVisible()
  await parley.expectAccessible()
  await page.getByRole('button', { name: /^Undo/ }).click()
  await expect(kitchen).toBeVisible()
  await expect(page.getByText('Kitchen helper is back.')).toBeVisible()
  await kitchen.focus()
  await page.keyboard.press('Delete')
  await expect(kitchen).toHaveCount(0)
  await expect(page.getByRole('radio', { name: 'Use Deepgram example' })).toBeFocused()
  await page.getByRole('button', { name: 'Close', exact: true }).focus()
  await page.keyboard.press('ControlOrMeta+z')
  await expect(kitchen).toBeVisible()
  expect(await parley.asked('profiles:restore')).toEqual([{ id: 'own' }, { id: 'own' }])
  await expect(page.getByRole('button', { name: 'More for Built-in agent' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Edit Built-in agent' })).toHaveCount(0)
})

test('an agent is exported as a file, and what was left out of it is told', async ({ parley, page }) => {
  const removed = ['settings.agent.think.endpoint.headers.authorization']
  const value = { fileName: 'kitchen-helper.parley.json', text: profileText, removed }
  await parley.open({ answers: { 'profiles:export': { ok: true, value } } })
  await openAgents(page)
  await page.getByRole('button', { name: 'More for Kitchen helper' }).click()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: 'Export as a file' }).click()
  ])
  expect(download.suggestedFilename()).toBe('kitchen-helper.parley.json')
  await expect(page.getByText(`One value that looked like a key was left out: ${removed[0]}`)).toBeVisible()
})

test('500 agents are listed, found and moved through without a wait', async ({ parley, page }) => {
  const many = Array.from({ length: 500 }, (_, at) => ({
    id: `a${at}`,
    name: `Agent number ${at}`,
    service: 'deepgram' as const,
    modality: 'audio' as const,
    builtIn: false
  }))
  await parley.open({ profiles: many })
  const before = await page.evaluate(() => performance.now())
  await openAgents(page)
  await page.getByRole('radio', { name: 'Use Agent number 0', exact: true }).waitFor()
  await parley.drawn()
  const took = (await page.evaluate(() => performance.now())) - before
  expect(took, 'ms to open the list').toBeLessThan(8_000)
  await page.getByRole('searchbox', { name: 'Find an agent' }).fill('number 499')
  await expect(page.getByRole('radio', { name: /^Use/ })).toHaveCount(1)
  await page.getByRole('searchbox').press('Escape')
  await expect(page.getByRole('radio', { name: /^Use/ })).toHaveCount(503)
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
