import type { Page } from '@playwright/test'
import { expect, test } from './parley-page.ts'
import { changes, fieldset, napsterScript, section, tuning } from './tune-page.ts'

const bar = (page: Page, title: RegExp | string) => page.getByRole('region', { name: title })

test('nothing is offered while nothing is changed; what is changed is listed', async ({ parley, page }) => {
  await tuning(parley)
  await expect(page.getByRole('button', { name: 'Revert' })).toHaveCount(0)
  await parley.event(changes('the prompt', 'the temperature'))
  await expect(bar(page, 'Changed: the prompt, the temperature.')).toBeVisible()
  await parley.expectAccessible()
  await parley.event(changes())
  await expect(page.getByRole('button', { name: 'Revert' })).toHaveCount(0)
})

test('changes are saved to an own agent, and the bar says so until something is changed again', async ({
  parley,
  page
}) => {
  await tuning(parley, napsterScript())
  await parley.event(changes('the prompt'))
  await parley.answer('session:save-changes', { ok: true, value: { id: 'napster', warnings: ['Look at the key.'] } })
  await page.getByRole('button', { name: 'Save to this agent' }).click()
  await parley.event(changes())
  await expect(bar(page, 'The agent is as it is saved.')).toContainText('Saved to this agent. Look at the key.')
  expect(await parley.asked('session:save-changes')).toHaveLength(1)
  await parley.event(changes('the voice'))
  await expect(page.getByText('Saved to this agent.')).toHaveCount(0)
  await parley.event(changes())
  await expect(page.getByText('Saved to this agent.')).toHaveCount(0)
})

test('an agent that comes with Parley is not written: the changes go into a new one, which is named', async ({
  parley,
  page
}) => {
  await tuning(parley)
  await parley.event(changes('the prompt'))
  await parley.answer('session:save-changes', { ok: true, value: { id: 'new', warnings: [] } })
  await page.getByRole('button', { name: 'Save as a new agent' }).click()
  // As main does it: the new one is listed, and chosen in the place of the other.
  await page.evaluate(() => {
    const tuned = { id: 'new', name: 'Built-in agent (tuned)', service: 'builtin', modality: 'audio', builtIn: false }
    window.emit('profiles:changed', { chosenId: 'new', profiles: [tuned] })
  })
  await parley.event(changes())
  await expect(page.getByText('Saved as a new agent: Built-in agent (tuned).')).toBeVisible()
  await page.getByRole('button', { name: 'Hide this bar' }).click()
  await expect(page.getByText(/^Saved/)).toHaveCount(0)
})

test('changes that could not be saved are still offered, with the reason', async ({ parley, page }) => {
  await tuning(parley)
  await parley.event(changes('the prompt'))
  const message = 'The disk is full.'
  await parley.answer('session:save-changes', { ok: false, error: { code: 'internal', message } })
  await page.getByRole('button', { name: 'Save as a new agent' }).click()
  await expect(bar(page, /^Changed/)).toContainText(message)
  await expect(page.getByRole('button', { name: 'Save as a new agent' })).toBeEnabled()
})

test('before reverting it is said what it does; the first focus and Escape mean no', async ({ parley, page }) => {
  const how = 'Parley opens a new connection with the profile as it is, and takes the conversation along.'
  await tuning(parley)
  await parley.event({ kind: 'support', support: { 'revert-changes': { kind: 'emulated', how } } })
  await parley.event(changes('the prompt'))
  const ask = page.getByRole('group', { name: how })
  await page.getByRole('button', { name: 'Revert' }).click()
  await expect(ask).toBeVisible()
  await expect(page.getByRole('button', { name: 'Keep the changes' })).toBeFocused()
  await parley.expectAccessible()
  await page.keyboard.press('Escape')
  await expect(ask).toHaveCount(0)
  await expect(page.getByRole('button', { name: 'Revert' })).toBeFocused()
  await expect(page.getByRole('complementary', { name: 'Tune' })).toBeVisible()
  expect(await parley.asked('session:command')).toEqual([])
  await page.getByRole('button', { name: 'Revert' }).click()
  await page.getByRole('button', { name: 'Revert now' }).click()
  await parley.event(changes())
  await expect(page.getByText('Reverted. The agent is as it is saved.')).toBeVisible()
  expect(await parley.asked('session:command')).toEqual([{ kind: 'revert-changes' }])
})

test('while it reverts the bar says so and offers nothing; a refusal is said there', async ({ parley, page }) => {
  await tuning(parley)
  await parley.event(changes('the prompt'))
  await parley.hold('session:command')
  await page.getByRole('button', { name: 'Revert' }).click()
  await page.getByRole('button', { name: 'Revert now' }).click()
  await expect(page.getByText('Reverting: a new connection is being opened')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Revert' })).toBeDisabled()
  await expect(page.getByRole('button', { name: 'Save as a new agent' })).toBeDisabled()
  await parley.release('session:command', {
    ok: true,
    value: { outcome: 'refused', reason: 'A reconnect is under way.' }
  })
  await expect(bar(page, /^Changed/)).toContainText('A reconnect is under way.')
  await expect(page.getByRole('button', { name: 'Revert' })).toBeEnabled()
})

test('what was applied is said no longer when it was reverted', async ({ parley }) => {
  await tuning(parley)
  await section(parley, 'Model and temperature')
  const model = fieldset(parley, 'Model and temperature')
  await model.getByRole('textbox', { name: 'Temperature' }).fill('0.2')
  await model.getByRole('button', { name: 'Change model' }).click()
  await parley.event(changes('the model'))
  await expect(model.getByText('Applied: 0.2.')).toBeVisible()
  await parley.event(changes())
  await expect(model.getByText('Applied: 0.2.')).toHaveCount(0)
})

test('at the end of a conversation changes can be saved, and not reverted', async ({ parley, page }) => {
  await tuning(parley)
  await parley.say({ id: '1', role: 'agent', text: 'Hello.', interrupted: false })
  await parley.event(changes('the prompt'))
  await parley.state({ phase: 'ended', reason: { code: 'hung-up', message: '' } })
  await expect(page.getByRole('button', { name: 'Save as a new agent' })).toBeEnabled()
  await expect(page.getByRole('button', { name: 'Revert' })).toBeDisabled()
})
