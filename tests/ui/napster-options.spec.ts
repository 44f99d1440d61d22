import type { Page } from '@playwright/test'
import { expect, test } from './parley-page.ts'

const profile = `{
  "schemaVersion": 1,
  "name": "Kitchen helper",
  "service": "napster",
  "unknown": [12345678901234567890, null],
  "settings": { "agentId" : "agent_1", "mode": "conversation", "tags": { "team": "night" } },
  "tuning": {
    "temperature": 0.4,
    "turnDetection": { "silenceDurationMs": 1000, "threshold": 0.9 },
    "context": ["It rains.", "The lift is broken."]
  }
}`

const own = { answers: { 'profiles:read': { ok: true as const, value: { text: profile } } } }

async function openAgents(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Settings' }).click()
  await page.getByRole('menuitem', { name: 'Agents…' }).click()
}

async function openOptions(page: Page): Promise<void> {
  await openAgents(page)
  await page.getByRole('button', { name: 'Edit Kitchen helper' }).click()
  await page.getByRole('radio', { name: 'Options' }).click()
}

const field = (page: Page, name: string | RegExp) => page.getByRole('textbox', { name, exact: true })
const pick = (page: Page) => page.getByRole('button', { name: 'Choose from a list: Agent id' })

test('an agent at Napster is set up without writing JSON, and everything else stays as it is written', async ({
  parley,
  page
}) => {
  await parley.open(own)
  await openOptions(page)
  await expect(field(page, 'Agent id')).toHaveValue('agent_1')
  await field(page, 'Name').fill('Night porter')
  await field(page, 'Agent id').fill('agent_2')
  await page.getByRole('radio', { name: 'Text only' }).click()
  await field(page, 'How it opens the conversation').fill('Greet the caller by name.')
  await field(page, /^Address/).fill('http://127.0.0.1:4000')
  await field(page, /^Your id/).fill('user-42')
  await field(page, /^What it should know about you/).fill('{ "name": "Ada" }')
  await field(page, /^Tags/).fill('team: night\nfloor: 3')
  await expect(page.getByText('An instruction, not the words themselves')).toBeVisible()
  await parley.expectAccessible()
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByText('Saved.')).toBeVisible()
  const [saved] = (await parley.asked('profiles:save')) as { text: string }[]
  expect(saved?.text).toContain('"unknown": [12345678901234567890, null],\n')
  expect(saved?.text).toContain('{ "agentId" : "agent_2", "mode": "conversation",')
  const { unknown: _, ...known } = JSON.parse(saved?.text ?? '') as Record<string, unknown>
  expect(known).toEqual({
    schemaVersion: 1,
    name: 'Night porter',
    service: 'napster',
    url: 'http://127.0.0.1:4000',
    settings: {
      agentId: 'agent_2',
      mode: 'conversation',
      modality: 'text',
      initialSpeech: 'Greet the caller by name.',
      externalClientId: 'user-42',
      externalClientProfile: { name: 'Ada' },
      tags: { team: 'night', floor: '3' }
    },
    tuning: (JSON.parse(profile) as { tuning: unknown }).tuning
  })
})

test('what is set and emptied again leaves the text as it was', async ({ parley, page }) => {
  await parley.open(own)
  await openOptions(page)
  for (const name of [/^How it opens/, /^Address/, /^Your id/, /^What it should know/]) {
    await field(page, name).fill('x')
    await field(page, name).fill('')
  }
  await page.getByRole('radio', { name: 'Text only' }).click()
  await page.getByRole('radio', { name: 'Voice', exact: true }).click()
  await page.getByRole('radio', { name: 'JSON' }).click()
  await expect(field(page, 'Settings of this agent, as JSON')).toHaveValue(profile)
})

test('what is wrong is said at its field; it stays as typed, and is not saved', async ({ parley, page }) => {
  await parley.open(own)
  await openOptions(page)
  await field(page, 'Agent id').fill('')
  await expect(page.getByText('Write the id of an agent, or choose one from the list.')).toBeVisible()
  await expect(field(page, 'Agent id')).toHaveAttribute('aria-invalid', 'true')
  await expect(page.getByText('Letters, digits, _ and -, at most 32. Empty: it remembers nothing.')).toBeVisible()
  await field(page, /^Your id/).fill('ada@example.test')
  await expect(field(page, /^Your id/)).toHaveAccessibleDescription(
    'Only letters, digits, _ and -, at most 32 of them.'
  )
  await field(page, /^What it should know/).fill('{ "name": ')
  await expect(page.getByText('This is not a JSON object yet.')).toBeVisible()
  await field(page, /^Tags/).fill('team night')
  await expect(page.getByText('Write one a line, as name: value.')).toBeVisible()
  await parley.expectAccessible()
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByRole('alert')).toHaveText('4 fields have to be corrected first.')
  expect(await parley.asked('profiles:save')).toEqual([])
  await page.getByRole('radio', { name: 'JSON' }).click()
  expect(JSON.parse(await field(page, 'Settings of this agent, as JSON').inputValue())).toMatchObject({
    settings: {
      agentId: '',
      externalClientId: 'ada@example.test',
      externalClientProfile: '{ "name": ',
      tags: 'team night'
    }
  })
  await page.getByRole('radio', { name: 'Options' }).click()
  await expect(field(page, /^Tags/)).toHaveValue('team night')
  await field(page, 'Agent id').fill('agent_2')
  await field(page, /^Your id/).fill('')
  await field(page, /^What it should know/).fill('')
  await field(page, /^Tags/).fill('')
  const message = 'The profile’s "settings.mode" is not valid.'
  await parley.answer('profiles:save', { ok: false, error: { code: 'invalid-profile', message } })
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByRole('alert')).toHaveText(message)
  await expect(field(page, 'Agent id')).toHaveValue('agent_2')
})

test('the agents of the account are listed on request, at the address of the profile', async ({ parley, page }) => {
  const choices = [
    { id: 'agent_7', label: 'Night porter', about: 'agent_7, alloy' },
    { id: 'agent_8', label: 'Cook' }
  ]
  await parley.open(own)
  await parley.answer('service:choices', { ok: true, value: { choices } })
  await openOptions(page)
  expect(await parley.asked('service:choices')).toEqual([])
  await field(page, /^Address/).fill('http://127.0.0.1:4000')
  await pick(page).click()
  await expect(page.getByRole('menuitem')).toHaveText(['Night porteragent_7, alloy', 'Cookagent_8'])
  await parley.expectAccessible('[role=menu]')
  await page.keyboard.press('c')
  await expect(page.getByRole('menuitem', { name: /^Cook/ })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(field(page, 'Agent id')).toHaveValue('agent_8')
  await expect(field(page, 'Agent id')).toBeFocused()
  expect(await parley.asked('service:choices')).toEqual([
    { service: 'napster', what: 'agents', url: 'http://127.0.0.1:4000' }
  ])
})

test('a list that cannot be had says why, can be asked for again, and the id can be written', async ({
  parley,
  page
}) => {
  await parley.open(own)
  await openOptions(page)
  await parley.hold('service:choices')
  await pick(page).click()
  await expect(page.getByRole('menuitem', { name: 'Asking for the list' })).toBeVisible()
  await parley.expectAccessible('[role=menu]')
  const problem = 'There is no key for Napster. Add it under Settings, Keys to choose from your agents.'
  await parley.release('service:choices', { ok: true, value: { choices: [], problem } })
  await expect(page.getByRole('menu')).toContainText(`No list: ${problem} You can write it yourself.`)
  await parley.expectAccessible('[role=menu]')
  await parley.answer('service:choices', { ok: false, error: { code: 'internal', message: 'Main is gone.' } })
  await page.getByRole('menuitem', { name: 'Ask again' }).click()
  await expect(page.getByRole('menu')).toContainText('No list: Main is gone.')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toContainText('No list: Main is gone. You can write it yourself.')
  await field(page, 'Agent id').fill('agent_9')
  await expect(field(page, 'Agent id')).toHaveValue('agent_9')
})

test('what Parley changes at the start is edited and taken out; nothing else changes', async ({ parley, page }) => {
  await parley.open(own)
  await openOptions(page)
  const changes = page.getByRole('group', { name: 'Changes at the start' })
  await expect(field(page, 'Temperature')).toHaveValue('0.4')
  await expect(field(page, 'Silence that ends a turn (ms)')).toHaveValue('1000')
  await expect(field(page, 'Context 2')).toHaveValue('The lift is broken.')
  await field(page, 'Silence that ends a turn (ms)').fill('')
  await changes.getByRole('button', { name: 'Remove Context 1' }).click()
  await changes.getByRole('textbox', { name: 'Instructions' }).fill('You are a night porter.')
  await page.getByRole('radio', { name: 'JSON' }).click()
  const editor = field(page, 'Settings of this agent, as JSON')
  const tuning = {
    instructions: 'You are a night porter.',
    temperature: 0.4,
    turnDetection: { threshold: 0.9 },
    context: ['The lift is broken.']
  }
  expect(JSON.parse(await editor.inputValue())).toMatchObject({ tuning })
  await page.getByRole('radio', { name: 'Options' }).click()
  for (const name of ['Temperature', 'Sensitivity of turn detection', 'Instructions']) await field(page, name).fill('')
  await changes.getByRole('button', { name: 'Remove Context 1' }).click()
  await expect(changes.getByRole('button', { name: 'Remove all saved changes' })).toHaveCount(0)
  await page.getByRole('radio', { name: 'JSON' }).click()
  await expect(editor).toHaveValue(`${profile.slice(0, profile.indexOf(',\n  "tuning"'))}\n}`)
  await editor.fill(profile)
  await page.getByRole('radio', { name: 'Options' }).click()
  await page.getByRole('button', { name: 'Remove all saved changes' }).click()
  await expect(field(page, 'Temperature')).toHaveValue('')
  await expect(changes.getByRole('textbox', { name: /^Context/ })).toHaveCount(0)
})

test('a nudge, which Napster cannot say, is offered to no agent there; one in its file is shown as unused', async ({
  parley,
  page
}) => {
  await parley.open(own)
  await openOptions(page)
  await expect(page.getByRole('group', { name: 'When you are silent' })).toHaveCount(0)
  await page.getByRole('radio', { name: 'JSON' }).click()
  const nudge = { afterSeconds: 20, say: 'Still there?' }
  await field(page, 'Settings of this agent, as JSON').fill(
    JSON.stringify({ schemaVersion: 1, name: 'Mine', service: 'napster', nudge, settings: { agentId: 'a' } })
  )
  await page.getByRole('radio', { name: 'Options' }).click()
  await expect(page.getByText('Napster cannot say words as they stand, so this is not used.')).toBeVisible()
  await page.getByRole('checkbox', { name: 'The agent says something after a silence' }).uncheck()
  await page.getByRole('radio', { name: 'JSON' }).click()
  await expect(field(page, 'Settings of this agent, as JSON')).not.toHaveValue(/nudge/)
})

test('a new agent begins as the file of its service, and is kept only when it is saved', async ({ parley, page }) => {
  await parley.open()
  await openAgents(page)
  await page.getByRole('button', { name: 'New agent' }).click()
  await expect(page.getByRole('menuitem')).toHaveText([/^On this computer/, /^Deepgram/, /^Napster/])
  await page.getByRole('menuitem', { name: /^Napster/ }).click()
  await expect(page.getByRole('dialog', { name: 'A new agent' })).toBeVisible()
  await field(page, 'Name').fill('Night porter')
  await field(page, 'Agent id').fill('agent_1')
  expect(await parley.asked('profiles:save')).toEqual([])
  await page.getByRole('button', { name: 'Save as new agent' }).click()
  await expect(page.getByText('Saved.')).toBeVisible()
  const [saved] = (await parley.asked('profiles:save')) as { text: string }[]
  expect(saved).not.toHaveProperty('id')
  expect(JSON.parse(saved?.text ?? '')).toEqual({
    schemaVersion: 1,
    name: 'Night porter',
    service: 'napster',
    settings: { agentId: 'agent_1' }
  })
  expect(await parley.asked('profiles:choose')).toEqual([{ id: 'new' }])
})

test('an agent at Napster has its address first; a file that cannot be shown so is opened as JSON', async ({
  parley,
  page
}) => {
  const porter = { id: 'porter', name: 'Porter', service: 'napster', modality: 'audio', builtIn: false } as const
  await parley.open({ ...own, profiles: [porter] })
  await openAgents(page)
  await page.getByRole('button', { name: 'Edit Porter' }).click()
  const labels = page.getByRole('group', { name: 'The agent at Napster' }).getByRole('textbox')
  await expect(labels.first()).toHaveAccessibleName(/^Address/)
  await expect(labels.nth(1)).toHaveAccessibleName('Agent id')
  await page.getByRole('button', { name: 'Back to all agents' }).click()
  await parley.answer('profiles:read', { ok: true, value: { text: '{ broken' } })
  await page.getByRole('button', { name: 'Edit Porter' }).click()
  await expect(field(page, 'Settings of this agent, as JSON')).toHaveValue('{ broken')
})
