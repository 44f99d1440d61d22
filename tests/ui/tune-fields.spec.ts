import { expect, test } from './parley-page.ts'
import { support, why } from './support-table.ts'
import { fieldset, section, tuning } from './tune-page.ts'

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
