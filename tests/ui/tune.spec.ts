import { expect, test } from './parley-page.ts'
import type { ParleyPage } from './parley-page.ts'
import { how, support, why } from './support-table.ts'

async function tuning(parley: ParleyPage): Promise<void> {
  await parley.open()
  await parley.live()
  await parley.event({ kind: 'support', support })
  await parley.page.getByRole('button', { name: /^Tune the agent/ }).click()
}

/** Opens a section by its title. */
async function section(parley: ParleyPage, title: string): Promise<void> {
  await parley.page.getByRole('button', { name: new RegExp(`^${title}`) }).click()
}

const fieldset = (parley: ParleyPage, name: string) => parley.page.getByRole('group', { name, exact: true })

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
  await page.getByRole('textbox', { name: 'Prompt text' }).focus()
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
  await page.getByRole('textbox', { name: 'Prompt text' }).fill('')
  await page.keyboard.type('a b')
  await expect(page.getByRole('textbox', { name: 'Prompt text' })).toHaveValue('a b')
  expect(await parley.engineCalls()).toEqual(calls)
})

test('P1 what is added to the prompt is told to be added; P2 the counter counts it on top, and alone when it replaces', async ({
  parley,
  page
}) => {
  await tuning(parley)
  await parley.event({ kind: 'prompt', codePoints: 100, limit: 25_000 })
  const panel = page.getByRole('complementary', { name: 'Tune' })
  const box = page.getByRole('textbox', { name: 'Prompt text' })
  await box.fill('👍👍')
  await expect(panel).toContainText('102 / 25,000')
  await page.getByRole('button', { name: 'Add to prompt', exact: true }).click()
  await expect(panel.getByText('Added to the prompt.', { exact: true })).toBeVisible()
  await expect(box).toHaveValue('')
  await page.getByRole('radio', { name: 'Replace it' }).click()
  await expect(panel.getByText(how)).toBeVisible()
  await page.getByRole('button', { name: 'Insert the saved prompt' }).click()
  await expect(box).toHaveValue('Be brief.')
  await expect(panel).toContainText('9 / 25,000')
  await page.getByRole('button', { name: 'Replace prompt' }).click()
  await expect(panel.getByText('The prompt is this text now.')).toBeVisible()
  expect(await parley.asked('session:command')).toEqual([
    { kind: 'append-prompt', text: '👍👍' },
    { kind: 'replace-prompt', text: 'Be brief.' }
  ])
})

test('P3 without a limit there is no counter', async ({ parley, page }) => {
  await tuning(parley)
  await parley.event({ kind: 'prompt', codePoints: 100, limit: null })
  await page.getByRole('textbox', { name: 'Prompt text' }).fill('more')
  await expect(page.getByText('/ 25,000')).toHaveCount(0)
})

test('only what was typed of model, provider and temperature is sent; a wrong number is not', async ({
  parley,
  page
}) => {
  await tuning(parley)
  await section(parley, 'Model')
  const model = fieldset(parley, 'Model')
  const send = model.getByRole('button', { name: 'Change model' })
  await expect(send).toBeDisabled()
  await model.getByRole('textbox', { name: 'Temperature' }).fill('2.5')
  await send.click()
  await expect(page.getByText('Temperature, 0 to 2: write a number from 0 to 2.')).toBeVisible()
  expect(await parley.asked('session:command')).toEqual([])
  await model.getByRole('textbox', { name: 'Temperature' }).fill('0,2')
  await model.getByRole('textbox', { name: 'Model', exact: true }).fill('gpt-4o')
  await send.click()
  await expect(page.getByText('Applied: gpt-4o, temperature 0.2.')).toBeVisible()
  await expect(model.getByRole('textbox', { name: 'Model', exact: true })).toHaveValue('')
  expect(await parley.asked('session:command')).toEqual([{ kind: 'set-model', model: 'gpt-4o', temperature: 0.2 }])
})

test('what the service cannot do is disabled, with the reason, and reached by a screen reader', async ({
  parley,
  page
}) => {
  await tuning(parley)
  await expect(page.getByRole('button', { name: 'Voice unsupported' })).toBeVisible()
  await section(parley, 'Voice')
  const voice = fieldset(parley, 'Voice')
  await expect(voice.getByRole('textbox', { name: 'Voice model' })).toBeDisabled()
  await expect(voice).toHaveAccessibleDescription('The voice of a saved agent cannot be changed.')
  await section(parley, 'Turn detection')
  const turns = fieldset(parley, 'Turn detection')
  await expect(turns.getByRole('textbox', { name: 'threshold', exact: true })).toBeDisabled()
  await expect(turns.getByRole('textbox', { name: 'threshold', exact: true })).toHaveAccessibleDescription(why)
  await expect(turns.getByRole('textbox', { name: 'silence_duration_ms' })).toHaveAccessibleDescription(
    'Silence that ends a turn, in ms. It is sent as eot_timeout_ms.'
  )
  await parley.expectAccessible()
})

test('a change of speed alone sends no voice, so that the voice of now stays', async ({ parley, page }) => {
  const agent = { speak: { provider: { type: 'deepgram', model: 'aura-2-thalia-en' } } }
  const saved = JSON.stringify({ schemaVersion: 1, name: 'Mine', service: 'deepgram', settings: { agent } })
  await parley.open({ answers: { 'profiles:read': { ok: true, value: { text: saved } } } })
  await parley.live()
  await page.getByRole('button', { name: /^Tune the agent/ }).click()
  await parley.event({ kind: 'support', support: { ...support, 'set-voice': { kind: 'native' } } })
  await section(parley, 'Voice')
  const model = page.getByRole('textbox', { name: 'Voice model' })
  const send = page.getByRole('button', { name: 'Change voice' })
  await expect(model).toHaveAttribute('placeholder', 'saved: aura-2-thalia-en')
  await expect(send).toBeDisabled()
  await model.fill('aura-2-apollo-en')
  await send.click()
  await expect(page.getByText('Applied: aura-2-apollo-en.')).toBeVisible()
  await expect(model).toHaveValue('')
  await page.getByRole('textbox', { name: /^Speed/ }).fill('1.2')
  await send.click()
  await expect(page.getByText('Applied: speed 1.2.')).toBeVisible()
  const refusal = { outcome: 'refused', reason: 'Only Flux voices have an expressivity.' }
  await parley.answer('session:command', { ok: true, value: refusal })
  await page.getByRole('textbox', { name: /^Expressivity/ }).fill('1')
  await send.click()
  await expect(page.getByText(refusal.reason)).toBeVisible()
  await expect(page.getByRole('textbox', { name: /^Expressivity/ })).toHaveValue('1')
  expect(await parley.asked('session:command')).toEqual([
    { kind: 'set-voice', model: 'aura-2-apollo-en' },
    { kind: 'set-voice', speed: 1.2 },
    { kind: 'set-voice', expressivity: 1 }
  ])
})

test('turn detection has the names and ranges of Flux, and sends what was typed', async ({ parley, page }) => {
  await tuning(parley)
  await section(parley, 'Turn detection')
  const turns = fieldset(parley, 'Turn detection')
  await turns.getByRole('textbox', { name: 'eot_threshold', exact: true }).fill('0.4')
  await turns.getByRole('button', { name: 'Change turn detection' }).click()
  await expect(page.getByText('eot_threshold: write a number from 0.5 to 1.')).toBeVisible()
  await turns.getByRole('textbox', { name: 'eot_threshold', exact: true }).fill('0.8')
  await turns.getByRole('textbox', { name: 'eot_timeout_ms' }).fill('3000')
  await turns.getByRole('button', { name: 'Change turn detection' }).click()
  await expect(page.getByText('Applied: eot_threshold 0.8, eot_timeout_ms 3000.')).toBeVisible()
  expect(await parley.asked('session:command')).toEqual([
    { kind: 'set-turn-detection', eotThreshold: 0.8, eotTimeoutMs: 3000 }
  ])
})

test('turn detection that no field can change says so once', async ({ parley, page }) => {
  await tuning(parley)
  const none = { kind: 'unsupported', why: 'This listening model has none of these settings.' } as const
  await parley.event({
    kind: 'support',
    support: {
      'set-turn-detection': none,
      'set-turn-detection/silenceDurationMs': none,
      'set-turn-detection/threshold': { kind: 'unsupported', why }
    }
  })
  await section(parley, 'Turn detection')
  await expect(page.getByText(none.why)).toHaveCount(1)
  await expect(page.getByRole('textbox', { name: 'eot_threshold', exact: true })).toBeDisabled()
})

test('keyterms are sent as the whole list, more than fit are not, and the saved ones are at hand', async ({
  parley,
  page
}) => {
  const listen = { provider: { keyterms: ['Parley', 'Ada Lovelace'] } }
  const saved = JSON.stringify({ schemaVersion: 1, name: 'Mine', service: 'deepgram', settings: { agent: { listen } } })
  await parley.open({ answers: { 'profiles:read': { ok: true, value: { text: saved } } } })
  await parley.live()
  await parley.event({ kind: 'support', support: { 'configure-listen': { kind: 'native' } } })
  await page.getByRole('button', { name: /^Tune the agent/ }).click()
  await section(parley, 'Keyterms')
  const terms = fieldset(parley, 'Keyterms')
  const box = terms.getByRole('textbox', { name: 'Keyterms, one in each line' })
  const send = terms.getByRole('button', { name: 'Change keyterms' })
  await expect(send).toHaveCount(0)
  await box.fill(Array.from({ length: 101 }, (_, n) => `term ${n}`).join('\n'))
  await send.click()
  await expect(page.getByText('These are 101 keyterms; at most 100 fit.')).toBeVisible()
  expect(await parley.asked('session:command')).toEqual([])
  await terms.getByRole('button', { name: 'Insert the saved keyterms' }).click()
  await expect(box).toHaveValue('Parley\nAda Lovelace')
  await box.press('End')
  await box.pressSequentially(', Babbage')
  await send.click()
  await expect(page.getByText('3 keyterms are set.')).toBeVisible()
  await parley.expectAccessible()
  expect(await parley.asked('session:command')).toEqual([
    { kind: 'configure-listen', provider: { keyterms: ['Parley', 'Ada Lovelace', 'Babbage'] } }
  ])
})

test('keyterms can be emptied where there were some, and only there', async ({ parley, page }) => {
  await tuning(parley)
  await parley.say({ id: '1', role: 'agent', text: 'Hello.', interrupted: false })
  await section(parley, 'Keyterms')
  const terms = fieldset(parley, 'Keyterms')
  const box = terms.getByRole('textbox', { name: 'Keyterms, one in each line' })
  const send = terms.getByRole('button', { name: 'Change keyterms' })
  await expect(send).toBeDisabled()
  await box.fill('Parley')
  await send.click()
  await expect(page.getByText('One keyterm is set.')).toBeVisible()
  await box.fill('')
  await terms.getByRole('button', { name: 'Remove all keyterms' }).click()
  await expect(page.getByText('No keyterms any more.')).toBeVisible()
  expect(await parley.asked('session:command')).toEqual([
    { kind: 'configure-listen', provider: { keyterms: ['Parley'] } },
    { kind: 'configure-listen', provider: { keyterms: [] } }
  ])
  await parley.state({ phase: 'ended', reason: { code: 'hung-up', message: '' } })
  await parley.live()
  await expect(send).toBeDisabled()
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
  await expect(page.getByText('It is added to the prompt, and a fixed cue asks for an answer.')).toBeVisible()
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
  await page.getByRole('textbox', { name: 'Prompt text' }).fill('half a thought')
  await page.getByRole('button', { name: 'End my turn now' }).click()
  await expect(page.getByText('Applied.')).toBeVisible()
  await page.getByRole('button', { name: 'Close the panel' }).click()
  await page.getByRole('button', { name: /^Tune the agent/ }).click()
  await expect(page.getByRole('textbox', { name: 'Prompt text' })).toHaveValue('half a thought')
  await parley.state({ phase: 'ended', reason: { code: 'hung-up', message: '' } })
  await parley.live()
  await expect(page.getByRole('textbox', { name: 'Prompt text' })).toHaveValue('half a thought')
  await expect(page.getByText('Applied.')).toHaveCount(0)
})

test('without a live conversation everything is disabled, and the panel says why', async ({ parley, page }) => {
  await tuning(parley)
  const reason = { code: 'unreachable' as const, message: 'Gone.' }
  await parley.state({ phase: 'reconnecting', attempt: 1, retryInMs: 500, canRetryNow: true, reason })
  await expect(page.getByText('These wait until the connection is back.')).toBeVisible()
  await expect(page.getByRole('textbox', { name: 'Prompt text' })).toBeDisabled()
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
