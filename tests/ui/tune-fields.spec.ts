import { expect, test } from './parley-page.ts'
import { support, why } from './support-table.ts'
import { fieldset, saved, section, tuning } from './tune-page.ts'

test('only what was typed of model, provider and temperature is sent, and each field says what became of it', async ({
  parley,
  page
}) => {
  await tuning(parley)
  await section(parley, 'Model and temperature')
  const model = fieldset(parley, 'Model and temperature')
  const name = model.getByRole('textbox', { name: 'Model', exact: true })
  const temperature = model.getByRole('textbox', { name: 'Temperature' })
  const send = model.getByRole('button', { name: 'Change model' })
  await expect(send).toBeDisabled()
  await temperature.fill('2.5')
  await send.click()
  await expect(page.getByText('Write a number from 0 to 2.')).toBeVisible()
  await expect(temperature).toBeFocused()
  await expect(temperature).toHaveAttribute('aria-invalid', 'true')
  await expect(temperature).toHaveAccessibleDescription(/Write a number from 0 to 2\.$/)
  expect(await parley.asked('session:command')).toEqual([])
  await temperature.fill('0,2')
  await expect(page.getByText('Write a number from 0 to 2.')).toHaveCount(0)
  await name.fill('gpt-4o')
  await name.press('Enter')
  await expect(model.getByText('Applied: gpt-4o.')).toBeVisible()
  await expect(model.getByText('Applied: 0.2.')).toBeVisible()
  await expect(name).toHaveValue('')
  await parley.expectAccessible()
  expect(await parley.asked('session:command')).toEqual([{ kind: 'set-model', model: 'gpt-4o', temperature: 0.2 }])
})

test('the range of a temperature is that of the provider, the typed one before the saved one', async ({
  parley,
  page
}) => {
  const agent = { think: { provider: { type: 'anthropic', model: 'claude', temperature: 0.5 } } }
  await tuning(parley, saved(agent))
  await section(parley, 'Model and temperature')
  const model = fieldset(parley, 'Model and temperature')
  const temperature = model.getByRole('textbox', { name: 'Temperature' })
  await expect(temperature).toHaveAccessibleDescription('0 to 1. Saved: 0.5.')
  await temperature.fill('1.5')
  await model.getByRole('button', { name: 'Change model' }).click()
  await expect(page.getByText('Write a number from 0 to 1.')).toBeVisible()
  await model.getByRole('combobox', { name: 'Provider' }).fill('open_ai')
  await model.getByRole('button', { name: 'Change model' }).click()
  expect(await parley.asked('session:command')).toEqual([{ kind: 'set-model', provider: 'open_ai', temperature: 1.5 }])
})

test('a refusal stands at the field that it names, with the text still in it; the others say that nothing changed', async ({
  parley,
  page
}) => {
  await tuning(parley)
  await section(parley, 'Turn detection')
  const turns = fieldset(parley, 'Turn detection')
  const eot = turns.getByRole('textbox', { name: 'eot_threshold', exact: true })
  const eager = turns.getByRole('textbox', { name: 'eager_eot_threshold' })
  const reason = 'listen.eager_eot_threshold is above eot_threshold (0.6). Write a lower number.'
  await parley.answer('session:command', { ok: true, value: { outcome: 'refused', reason } })
  await eot.fill('0.6')
  await eager.fill('0.8')
  await eager.press('Enter')
  await expect(eager).toHaveAccessibleDescription(new RegExp(reason.replaceAll(/[().]/g, '\\$&')))
  await expect(eager).toHaveAttribute('aria-invalid', 'true')
  await expect(eot).toHaveAccessibleDescription(/Not changed, because it was sent with a value that was refused\.$/)
  await expect(eot).toHaveAttribute('aria-invalid', 'false')
  await expect(eot).toHaveValue('0.6')
  await expect(eager).toHaveValue('0.8')
  await expect(page.getByText(reason)).toHaveCount(1)
  await eager.fill('0.5')
  await expect(page.getByText(reason)).toHaveCount(0)
  await parley.expectAccessible()
})

test('a field that waits for the service says so, and keeps what is typed meanwhile', async ({ parley }) => {
  await tuning(parley)
  await section(parley, 'Model and temperature')
  const model = fieldset(parley, 'Model and temperature')
  const temperature = model.getByRole('textbox', { name: 'Temperature' })
  await parley.hold('session:command')
  await temperature.fill('0.2')
  await temperature.press('Enter')
  await expect(temperature).toHaveAccessibleDescription(/Sent, waiting for the service$/)
  await temperature.fill('0.4')
  await temperature.press('Enter')
  await parley.release('session:command', { ok: true, value: { outcome: 'applied' } })
  await expect(temperature).toHaveAccessibleDescription(/Applied: 0\.2\.$/)
  await expect(temperature).toHaveValue('0.4')
  expect(await parley.asked('session:command')).toEqual([{ kind: 'set-model', temperature: 0.2 }])
})

test('in the place of what the service cannot do stands the reason, also for a screen reader', async ({
  parley,
  page
}) => {
  await tuning(parley)
  await expect(page.getByRole('button', { name: 'Voice unsupported' })).toBeVisible()
  await section(parley, 'Voice')
  await expect(page.getByText('The voice of a saved agent cannot be changed.')).toBeVisible()
  await expect(page.getByRole('textbox', { name: 'Voice model' })).toHaveCount(0)
  await section(parley, 'Turn detection')
  const turns = fieldset(parley, 'Turn detection')
  await expect(turns.getByRole('textbox', { name: 'threshold', exact: true })).toHaveCount(0)
  const missing = turns.getByRole('list', { name: 'What this service does not have here' }).getByRole('listitem')
  await expect(missing).toHaveText([`threshold, prefix_padding_msunsupported${why}`])
  await expect(turns.getByRole('textbox', { name: 'silence_duration_ms' })).toHaveAccessibleDescription(
    'Silence that ends a turn. Your turn may end earlier, when the service is sure. 500 to 60000 ms. It is sent as eot_timeout_ms.'
  )
  await parley.expectAccessible()
})

test('a change of speed alone sends no voice, so that the voice of now stays', async ({ parley, page }) => {
  const native = { ...support, 'set-voice': { kind: 'native' } as const }
  await tuning(parley, saved({ speak: { provider: { type: 'deepgram', model: 'aura-2-thalia-en' } } }), native)
  await section(parley, 'Voice')
  const model = page.getByRole('textbox', { name: 'Voice model' })
  const send = page.getByRole('button', { name: 'Change voice' })
  await expect(model).toHaveAttribute('placeholder', 'saved: aura-2-thalia-en')
  await expect(send).toBeDisabled()
  await model.fill('aura-2-apollo-en')
  await send.click()
  await expect(page.getByText('Applied: aura-2-apollo-en.')).toBeVisible()
  await expect(model).toHaveValue('')
  await page.getByRole('textbox', { name: 'Speed' }).fill('1.2')
  await send.click()
  await expect(page.getByText('Applied: 1.2.')).toBeVisible()
  await expect(page.getByText('Applied: aura-2-apollo-en.')).toBeVisible()
  const expressivity = page.getByRole('textbox', { name: 'Expressivity' })
  await expressivity.fill('0.5')
  await send.click()
  await expect(page.getByText('Write a whole number from -2 to 2.')).toBeVisible()
  const refusal = { outcome: 'refused', reason: 'Only Flux voices have an expressivity.' }
  await parley.answer('session:command', { ok: true, value: refusal })
  await expressivity.fill('1')
  await send.click()
  await expect(page.getByText(refusal.reason)).toBeVisible()
  await expect(expressivity).toHaveValue('1')
  expect(await parley.asked('session:command')).toEqual([
    { kind: 'set-voice', model: 'aura-2-apollo-en' },
    { kind: 'set-voice', speed: 1.2 },
    { kind: 'set-voice', expressivity: 1 }
  ])
})

test('voices and models are picked from what the service lists; a list that cannot be had says so, and any name is taken', async ({
  parley,
  page
}) => {
  const native = { ...support, 'set-voice': { kind: 'native' } as const }
  await tuning(parley, saved({}, 'wss://agent.eu.deepgram.example'), native)
  const choices = [{ id: 'aura-2-apollo-en', label: 'Apollo', about: 'English' }]
  await parley.answer('service:choices', { ok: true, value: { choices } })
  await section(parley, 'Voice')
  await page.getByRole('button', { name: /Voice model/ }).click()
  await page.getByRole('menuitem', { name: /Apollo/ }).click()
  await expect(page.getByRole('textbox', { name: 'Voice model' })).toHaveValue('aura-2-apollo-en')
  await page.keyboard.press('Enter')
  await expect(page.getByText('Applied: aura-2-apollo-en.')).toBeVisible()
  const models = [{ id: 'claude-1', label: 'Claude 1', about: 'anthropic' }]
  await parley.answer('service:choices', { ok: true, value: { choices: models } })
  await section(parley, 'Model and temperature')
  const model = fieldset(parley, 'Model and temperature')
  const name = model.getByRole('textbox', { name: 'Model', exact: true })
  const list = model.getByRole('button', { name: /Model/ }).first()
  await list.click()
  await page.getByRole('menuitem', { name: /Claude/ }).click()
  await expect(name).toHaveValue('claude-1')
  await expect(model.getByRole('combobox', { name: 'Provider' })).toHaveValue('anthropic')
  const problem = 'The list needs a key.'
  await parley.answer('service:choices', { ok: true, value: { choices: [], problem } })
  await list.click()
  await expect(page.getByText(problem).first()).toBeVisible()
  await page.keyboard.press('Escape')
  await name.fill('my-own')
  await name.press('Enter')
  await expect(model.getByText('Applied: my-own.')).toBeVisible()
  const url = 'wss://agent.eu.deepgram.example'
  expect(await parley.asked('service:choices')).toEqual([
    { service: 'builtin', what: 'voices', url },
    { service: 'builtin', what: 'models', url },
    { service: 'builtin', what: 'models', url }
  ])
  expect(await parley.asked('session:command')).toEqual([
    { kind: 'set-voice', model: 'aura-2-apollo-en' },
    { kind: 'set-model', provider: 'anthropic', model: 'my-own' }
  ])
})

test('turn detection has the names and ranges of Flux, and sends what was typed', async ({ parley, page }) => {
  await tuning(parley)
  await section(parley, 'Turn detection')
  const turns = fieldset(parley, 'Turn detection')
  await turns.getByRole('textbox', { name: 'eot_threshold', exact: true }).fill('0.4')
  await turns.getByRole('textbox', { name: 'eot_timeout_ms' }).fill('2.5')
  await turns.getByRole('button', { name: 'Change turn detection' }).click()
  await expect(page.getByText('Write a number from 0.5 to 1.')).toBeVisible()
  await expect(page.getByText('Write a whole number from 500 to 60000.')).toBeVisible()
  await turns.getByRole('textbox', { name: 'eot_threshold', exact: true }).fill('0.8')
  await turns.getByRole('textbox', { name: 'eot_timeout_ms' }).fill('3000')
  await turns.getByRole('button', { name: 'Change turn detection' }).click()
  await expect(page.getByText('Applied: 0.8.')).toBeVisible()
  await expect(page.getByText('Applied: 3000.')).toBeVisible()
  expect(await parley.asked('session:command')).toEqual([
    { kind: 'set-turn-detection', eotThreshold: 0.8, eotTimeoutMs: 3000 }
  ])
})

test('turn detection that no field can change says so once, and so does the noisy room', async ({ parley, page }) => {
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
  const noisy = page.getByRole('button', { name: 'Noisy room' })
  await expect(noisy).toBeDisabled()
  await expect(noisy).toHaveAccessibleDescription(new RegExp(`${none.why.replace('.', '\\.')}$`))
  await section(parley, 'Turn detection')
  await expect(page.getByRole('button', { name: 'Turn detection unsupported' })).toBeVisible()
  await expect(page.getByText(none.why, { exact: true })).toHaveCount(1)
  await expect(page.getByRole('textbox', { name: 'eot_threshold', exact: true })).toHaveCount(0)
})

test('keyterms are sent as the whole list, more than fit are not, and the saved ones are at hand', async ({
  parley,
  page
}) => {
  const listen = { provider: { keyterms: ['Parley', 'Ada Lovelace'] } }
  await tuning(parley, saved({ listen }), { 'configure-listen': { kind: 'native' } })
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
