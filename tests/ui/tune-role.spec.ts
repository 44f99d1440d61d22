import { expect, test } from './parley-page.ts'
import { addition, tuning } from './tune-page.ts'

const file = (profile: object) => ({ ok: true as const, value: { text: JSON.stringify(profile) } })

test('N20 the role of another profile fills the box, ready to send; undo brings back what stood there', async ({
  parley,
  page
}) => {
  await tuning(parley)
  await page.getByRole('radio', { name: 'Replace it' }).click()
  const box = page.getByRole('textbox', { name: 'The whole prompt from now on' })
  await box.fill('half a thought')
  await page.getByRole('button', { name: 'Take a role from' }).click()
  await expect(page.getByRole('menuitem', { name: 'Built-in agent This agent, as it is saved' })).toBeVisible()
  await parley.answer('profiles:read', file({ settings: { agent: { think: { prompt: 'You are a cook.' } } } }))
  await page.getByRole('menuitem', { name: 'Kitchen helper Deepgram' }).click()
  await expect(box).toHaveValue('You are a cook.')
  await expect(box).toBeFocused()
  await expect(page.getByText('This is the prompt of Kitchen helper. It is not sent yet.')).toBeVisible()
  expect(await parley.asked('profiles:read')).toContainEqual({ id: 'own' })
  expect(await parley.asked('session:command')).toEqual([])
  await page.keyboard.press('Control+z')
  await expect(box).toHaveValue('half a thought')
  await page.keyboard.press('Control+Shift+z')
  await page.getByRole('button', { name: 'Replace prompt' }).click()
  expect(await parley.asked('session:command')).toEqual([{ kind: 'replace-prompt', text: 'You are a cook.' }])
})

test('N20 the role of a Napster profile is its instructions; one without says so, and leaves the box as it is', async ({
  parley,
  page
}) => {
  await tuning(parley)
  await page.getByRole('radio', { name: 'Replace it' }).click()
  const box = page.getByRole('textbox', { name: 'The whole prompt from now on' })
  const take = async (): Promise<void> => {
    await page.getByRole('button', { name: 'Take a role from' }).click()
    await page.getByRole('menuitem', { name: /^Kitchen helper/ }).click()
  }
  const napster = { service: 'napster', settings: { agentId: 'agent_1' } }
  await parley.answer('profiles:read', file({ ...napster, tuning: { instructions: 'You sell lamps.' } }))
  await take()
  await expect(box).toHaveValue('You sell lamps.')
  await parley.answer('profiles:read', file(napster))
  await take()
  await expect(page.getByText('There is no prompt in the settings of Kitchen helper.')).toBeVisible()
  await expect(box).toHaveValue('You sell lamps.')
  const message = 'There is no such profile.'
  await parley.answer('profiles:read', { ok: false, error: { code: 'not-found', message } })
  await take()
  await expect(page.getByText(message).last()).toBeVisible()
  await expect(box).toHaveValue('You sell lamps.')
})

test('a closed menu gives the focus back to its button', async ({ parley, page }) => {
  await tuning(parley)
  await expect(page.getByRole('button', { name: 'Take a role from' })).toHaveCount(0)
  await page.getByRole('textbox', { name: addition }).fill('x')
  await page.getByRole('radio', { name: 'Replace it' }).click()
  const button = page.getByRole('button', { name: 'Take a role from' })
  await button.click()
  await page.keyboard.press('Escape')
  await expect(button).toBeFocused()
  await expect(page.getByRole('complementary', { name: 'Tune' })).toBeVisible()
})
