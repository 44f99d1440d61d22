import { expect, test } from './parley-page.ts'
import { how } from './support-table.ts'
import { addition, section, tuning } from './tune-page.ts'

test('the first screen has no tune button; a conversation has one, and a shortcut', async ({ parley, page }) => {
  await parley.open()
  await expect(page.getByRole('button', { name: /^Tune/ })).toHaveCount(0)
  await page.keyboard.press('Control+b')
  await expect(page.getByRole('complementary')).toHaveCount(0)
  await parley.live()
  await page.keyboard.press('Control+b')
  const panel = page.getByRole('complementary', { name: 'Tune' })
  await expect(panel).toBeFocused()
  await page.keyboard.press('Control+b')
  await expect(panel).toBeHidden()
  await expect(page.getByRole('button', { name: /^Tune the agent \(Ctrl\+B\)/ })).toBeFocused()
})

test('Escape in the panel stops a speaking agent first, and then closes the panel', async ({ parley, page }) => {
  await tuning(parley)
  await parley.state({ phase: 'live', activity: 'agentSpeaking' })
  await page.getByRole('textbox', { name: addition }).focus()
  await page.keyboard.press('Escape')
  expect(await parley.asked('session:command')).toEqual([{ kind: 'stop-speaking' }])
  await parley.state({ phase: 'live', activity: 'listening' })
  await page.keyboard.press('Escape')
  await expect(page.getByRole('complementary', { name: 'Tune' })).toBeHidden()
})

test('one can talk with Space while the panel is open, but not from its fields', async ({ parley, page }) => {
  await tuning(parley)
  await page.keyboard.down('Space')
  expect((await parley.engineCalls()).at(-1)).toBe('talk open push-to-talk')
  await page.keyboard.up('Space')
  const calls = await parley.engineCalls()
  await page.getByRole('textbox', { name: addition }).fill('')
  await page.keyboard.type('a b')
  await expect(page.getByRole('textbox', { name: addition })).toHaveValue('a b')
  expect(await parley.engineCalls()).toEqual(calls)
})

test('P1 what is added to the prompt is told to be added; P2 the counter counts it on top, and alone when it replaces', async ({
  parley,
  page
}) => {
  await tuning(parley)
  await parley.event({ kind: 'prompt', codePoints: 100, limit: 25_000 })
  const panel = page.getByRole('complementary', { name: 'Tune' })
  const box = page.getByRole('textbox', { name: addition })
  const whole = page.getByRole('textbox', { name: 'The whole prompt from now on' })
  await box.fill('👍👍')
  await expect(panel).toContainText('102 / 25,000')
  await page.getByRole('button', { name: 'Add to prompt', exact: true }).click()
  await expect(panel.getByText('Added to the prompt.', { exact: true })).toBeVisible()
  await expect(box).toHaveValue('')
  await page.getByRole('radio', { name: 'Replace it' }).click()
  await expect(panel.getByText(how)).toBeVisible()
  await whole.fill('Be brief.')
  await expect(panel).toContainText('9 / 25,000')
  await page.getByRole('button', { name: 'Replace prompt' }).click()
  await expect(panel.getByText('The prompt is this text now.')).toBeVisible()
  expect(await parley.asked('session:command')).toEqual([
    { kind: 'append-prompt', text: '👍👍' },
    { kind: 'replace-prompt', text: 'Be brief.' }
  ])
})

test('a text to add never becomes a whole prompt: each of the two has its own text and result', async ({
  parley,
  page
}) => {
  await tuning(parley)
  await page.getByRole('textbox', { name: addition }).fill('Speak up.')
  await page.getByRole('radio', { name: 'Replace it' }).click()
  await expect(page.getByRole('textbox', { name: addition })).toHaveCount(0)
  const whole = page.getByRole('textbox', { name: 'The whole prompt from now on' })
  await expect(whole).toHaveValue('')
  await expect(page.getByText('Your text takes the place of the whole prompt.')).toBeVisible()
  await parley.answer('session:command', { ok: true, value: { outcome: 'refused', reason: 'Too long.' } })
  await whole.fill('You are a pirate.')
  await page.getByRole('button', { name: 'Replace prompt' }).click()
  await expect(page.getByText('Too long.')).toBeVisible()
  await page.getByRole('radio', { name: 'Add to it' }).click()
  await expect(page.getByText('Too long.')).toHaveCount(0)
  await expect(page.getByRole('textbox', { name: addition })).toHaveValue('Speak up.')
  await page.getByRole('radio', { name: 'Replace it' }).click()
  await expect(page.getByText('Too long.')).toBeVisible()
  await expect(whole).toHaveValue('You are a pirate.')
})

test('P3 without a limit there is no counter', async ({ parley, page }) => {
  await tuning(parley)
  await parley.event({ kind: 'prompt', codePoints: 100, limit: null })
  await page.getByRole('textbox', { name: addition }).fill('more')
  await expect(page.getByText('/ 25,000')).toHaveCount(0)
})

test('C42 the turn is ended natively on Flux; elsewhere the button says how it is done instead', async ({
  parley,
  page
}) => {
  await tuning(parley)
  const end = page.getByRole('button', { name: 'End my turn now' })
  await end.click()
  expect(await parley.asked('session:command')).toEqual([{ kind: 'end-turn' }])
  const trailing = 'Only Flux models can end a turn on request; Parley sends silence instead.'
  await parley.event({ kind: 'support', support: { 'end-turn': { kind: 'emulated', how: trailing } } })
  await expect(end).toHaveAccessibleDescription(trailing)
  await expect(end).toBeEnabled()
  await parley.event({
    kind: 'notice',
    notice: { level: 'warning', code: 'FORCE_END_TURN_UNSUPPORTED', message: 'v1' }
  })
  await expect(
    page.getByText(/This agent’s listening model cannot end a turn on request\..*The service says: v1/)
  ).toBeVisible()
})

for (const [choice, behavior] of [
  ['If quiet', 'if-quiet'],
  ['Next', 'queue'],
  ['At once', 'interrupt']
] as const) {
  test(`I2 "${choice}" says it word for word with its own behaviour`, async ({ parley, page }) => {
    await tuning(parley)
    await section(parley, 'Say word for word')
    await page.getByRole('radio', { name: choice }).click()
    await page.getByRole('textbox', { name: 'Words for the agent to say' }).fill('Time is up.')
    await page.getByRole('button', { name: 'Say it' }).click()
    expect(await parley.asked('session:command')).toEqual([{ kind: 'agent-speech', text: 'Time is up.', behavior }])
  })
}

test('C40 a refused statement stays in its box with the reason, one that is not confirmed says so', async ({
  parley,
  page
}) => {
  await tuning(parley)
  await section(parley, 'Say word for word')
  const box = page.getByRole('textbox', { name: 'Words for the agent to say' })
  await parley.answer('session:command', { ok: true, value: { outcome: 'refused', reason: 'You were speaking.' } })
  await box.fill('Time is up.')
  await page.getByRole('button', { name: 'Say it' }).click()
  await expect(page.getByText('You were speaking.')).toBeVisible()
  await expect(box).toHaveValue('Time is up.')
  const reason = 'The service did not answer in time.'
  await parley.answer('session:command', { ok: true, value: { outcome: 'unconfirmed', reason } })
  await page.getByRole('button', { name: 'Say it' }).click()
  await expect(page.getByText(`Sent, not confirmed. ${reason}`)).toBeVisible()
  await expect(box).toHaveValue('')
})

test('I14 announcements are sent in order and each tells what became of it', async ({ parley, page }) => {
  await tuning(parley)
  await section(parley, 'Announcements')
  const box = page.getByRole('textbox', { name: 'Next announcement' })
  for (const line of ['One of three.', 'Two of three.']) {
    await box.fill(line)
    await box.press('Enter')
  }
  await parley.answer('session:command', { ok: true, value: { outcome: 'failed', reason: 'The session ended.' } })
  await box.fill('Three of three.')
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await expect(page.getByRole('list', { name: 'Announcements of this conversation' }).getByRole('listitem')).toHaveText(
    ['One of three.said', 'Two of three.said', 'Three of three.not saidThe session ended.']
  )
  expect(await parley.asked('session:command')).toEqual(
    ['One of three.', 'Two of three.', 'Three of three.'].map((text) => ({ kind: 'announce', text }))
  )
})

test('context is told without an answer unless one is asked for', async ({ parley, page }) => {
  await tuning(parley)
  await section(parley, 'Context')
  const box = page.getByRole('textbox', { name: 'What the agent should know' })
  await box.fill('The caller is a member.')
  await page.getByRole('button', { name: 'Tell the agent' }).click()
  await expect(box).toHaveValue('')
  await page.getByRole('radio', { name: 'After its speech' }).click()
  await page.getByRole('checkbox', { name: 'The agent answers to it' }).check()
  const notes =
    'It is held until the reply has been played. It is added to the prompt, and a fixed cue asks for an answer.'
  await expect(page.getByText(notes)).toBeVisible()
  await box.fill('Greet them.')
  await page.getByRole('button', { name: 'Tell the agent' }).click()
  expect(await parley.asked('session:command')).toEqual([
    { kind: 'context', text: 'The caller is a member.', when: 'now', respond: false },
    { kind: 'context', text: 'Greet them.', when: 'after-speech', respond: true }
  ])
})

test('drafts survive closing the panel; results belong to their conversation', async ({ parley, page }) => {
  await tuning(parley)
  await parley.say({ id: '1', role: 'agent', text: 'Hello.', interrupted: false })
  await page.getByRole('textbox', { name: addition }).fill('half a thought')
  await page.getByRole('button', { name: 'End my turn now' }).click()
  await expect(page.getByText('Your turn is over.')).toBeVisible()
  await page.getByRole('button', { name: 'Close the panel' }).click()
  await page.getByRole('button', { name: /^Tune the agent/ }).click()
  await expect(page.getByRole('textbox', { name: addition })).toHaveValue('half a thought')
  await parley.state({ phase: 'ended', reason: { code: 'hung-up', message: '' } })
  await parley.live()
  await expect(page.getByRole('textbox', { name: addition })).toHaveValue('half a thought')
  await expect(page.getByText('Your turn is over.')).toHaveCount(0)
})

test('without a live conversation everything is disabled, and the panel says why', async ({ parley, page }) => {
  await tuning(parley)
  const reason = { code: 'unreachable' as const, message: 'Gone.' }
  await parley.state({ phase: 'reconnecting', attempt: 1, retryInMs: 500, canRetryNow: true, reason })
  await expect(page.getByText('These wait until the connection is back.')).toBeVisible()
  await expect(page.getByRole('textbox', { name: addition })).toBeDisabled()
  await parley.say({ id: '1', role: 'agent', text: 'Hello.', interrupted: false })
  await parley.state({ phase: 'ended', reason })
  await expect(page.getByText('Start a conversation to use these.')).toBeVisible()
  await expect(page.getByRole('button', { name: 'End my turn now' })).toBeDisabled()
})

test('at 360 px the panel takes the place of the conversation and leaves the talk row where it is', async ({
  parley,
  page
}) => {
  await page.setViewportSize({ width: 360, height: 640 })
  await tuning(parley)
  await expect(page.getByRole('complementary', { name: 'Tune' })).toBeInViewport()
  await expect(page.getByRole('button', { name: /^Hold to talk/ })).toBeInViewport()
  await parley.expectNoSideScroll()
  await parley.expectAccessible()
})
