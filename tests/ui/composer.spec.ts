import { expect, test } from './parley-page.ts'

test('Enter sends, Shift and Enter make a new line', async ({ parley, page }) => {
  await parley.open()
  await parley.live()
  const box = page.getByRole('textbox', { name: 'Message to the agent' })
  await box.fill('one')
  await box.press('Shift+Enter')
  await box.pressSequentially('two')
  await box.press('Enter')
  expect(await parley.asked('session:command')).toEqual([{ kind: 'user-text', text: 'one\ntwo' }])
  await expect(box).toHaveValue('')
})

test('an empty message is not sent', async ({ parley, page }) => {
  await parley.open()
  await parley.live()
  const box = page.getByRole('textbox', { name: 'Message to the agent' })
  await box.fill('  ')
  await box.press('Enter')
  expect(await parley.asked('session:command')).toEqual([])
})

for (const [choice, command] of [
  ['Speak this, if quiet', { kind: 'agent-speech', text: 'Time is up.', behavior: 'if-quiet' }],
  ['Speak this next', { kind: 'agent-speech', text: 'Time is up.', behavior: 'queue' }],
  ['Add to prompt', { kind: 'append-prompt', text: 'Time is up.' }]
] as const) {
  test(`"${choice}" sends its own command`, async ({ parley, page }) => {
    await parley.open()
    await parley.live()
    await page.getByRole('button', { name: /What this text is for/ }).click()
    await page.getByRole('menuitemradio', { name: new RegExp(`^${choice}`) }).click()
    const box = page.getByRole('textbox', { name: 'Message to the agent' })
    await expect(box).toBeFocused()
    await page.keyboard.type('Time is up.')
    await page.keyboard.press('Enter')
    expect(await parley.asked('session:command')).toEqual([command])
  })
}

test('I4 a refused text stays in the box, with the reason', async ({ parley, page }) => {
  await parley.open()
  await parley.live('userSpeaking')
  await parley.answer('session:command', { ok: true, value: { outcome: 'refused', reason: 'You were speaking.' } })
  const box = page.getByRole('textbox', { name: 'Message to the agent' })
  await box.fill('Time is up.')
  await box.press('Enter')
  await expect(page.getByText('You were speaking.')).toBeVisible()
  await expect(box).toHaveValue('Time is up.')
  await box.fill('Time is up!')
  await expect(page.getByText('You were speaking.')).toHaveCount(0)
})

test('P2 the counter counts code points of prompt and draft, P3 it is absent without a limit', async ({
  parley,
  page
}) => {
  await parley.open()
  await parley.live()
  await parley.event({ kind: 'prompt', codePoints: 24_990, limit: 25_000 })
  await page.getByRole('button', { name: /What this text is for/ }).click()
  await page.getByRole('menuitemradio', { name: /^Add to prompt/ }).click()
  const box = page.getByRole('textbox', { name: 'Message to the agent' })
  await box.fill('👍👍👍')
  await expect(page.getByText('24,993 / 25,000')).toBeVisible()
  await box.fill('12345678901')
  await expect(page.getByText('1 character too many')).toBeVisible()
  await parley.event({ kind: 'prompt', codePoints: 24_990, limit: null })
  await expect(page.getByText('/ 25,000')).toHaveCount(0)
})
