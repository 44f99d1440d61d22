import { AZURE_ONLY, INTERRUPTS, support as supportOfNapster, WHY } from '../../src/core/dialects/napster-support.ts'
import { expect, test } from './parley-page.ts'
import { addition, fieldset, napsterScript, section, tuning, tuningNapster } from './tune-page.ts'

const unconfirmed = {
  outcome: 'unconfirmed',
  reason: 'Napster does not confirm this; it raised no objection.'
}

test('N16 adding to the prompt is emulated on Napster, replacing it native, and each says so', async ({
  parley,
  page
}) => {
  await tuningNapster(parley)
  const prompt = page.getByRole('button', { name: /^Prompt/ })
  await expect(prompt).toHaveAccessibleName('Prompt emulated')
  await expect(page.getByText(/^It is told as context once the agent has finished speaking/)).toBeVisible()
  await page.getByRole('textbox', { name: addition }).fill('Speak up.')
  await expect(page.getByText('/ 25,000')).toHaveCount(0)
  await page.getByRole('radio', { name: 'Replace it' }).click()
  await expect(prompt).toHaveAccessibleName('Prompt native')
  await expect(fieldset(parley, 'Prompt')).toHaveAccessibleDescription(/The whole instructions are replaced\./)
  await page.getByRole('textbox', { name: 'The whole prompt from now on' }).fill('You are a porter.')
  await parley.answer('session:command', { ok: true, value: unconfirmed })
  await page.getByRole('button', { name: 'Replace prompt' }).click()
  await expect(page.getByText(`Sent, not confirmed. ${unconfirmed.reason}`)).toBeVisible()
  expect(await parley.asked('session:command')).toEqual([{ kind: 'replace-prompt', text: 'You are a porter.' }])
})

test('N17 a temperature of Napster is 0 to 1: anything else is told at the field and not sent', async ({
  parley,
  page
}) => {
  await tuningNapster(parley)
  await section(parley, 'Model and temperature')
  const model = fieldset(parley, 'Model and temperature')
  const temperature = model.getByRole('textbox', { name: 'Temperature' })
  await expect(temperature).toHaveAccessibleDescription(/^0 to 1\. Saved: 0\.6\./)
  for (const wrong of ['1.2', '-0.1', 'warm']) {
    await temperature.fill(wrong)
    await temperature.press('Enter')
    await expect(page.getByText('Write a number from 0 to 1.')).toBeVisible()
  }
  expect(await parley.asked('session:command')).toEqual([])
  await parley.answer('session:command', { ok: true, value: unconfirmed })
  await temperature.fill('0.9')
  await temperature.press('Enter')
  await expect(model.getByText(`Sent, not confirmed: 0.9. ${unconfirmed.reason}`)).toBeVisible()
  expect(await parley.asked('session:command')).toEqual([{ kind: 'set-model', temperature: 0.9 }])
})

test('the model, the voice, given words and whole blocks are unsupported on Napster, each with its reason', async ({
  parley,
  page
}) => {
  await tuningNapster(parley)
  await section(parley, 'Model and temperature')
  const missing = fieldset(parley, 'Model and temperature').getByRole('listitem')
  await expect(missing).toHaveText([`Model and providerunsupported${WHY.model}`])
  await expect(page.getByRole('combobox', { name: 'Provider' })).toHaveCount(0)
  for (const [title, why] of [
    ['Voice', WHY.voice],
    ['Say word for word', WHY.verbatim],
    ['Announcements', WHY.verbatim],
    ['Keyterms', WHY.blocks],
    ['Whole block', WHY.blocks]
  ] as const) {
    await expect(page.getByRole('button', { name: new RegExp(`^${title}.* unsupported$`) })).toBeVisible()
    await section(parley, title)
    await expect(page.getByText(why).filter({ visible: true }).last()).toBeVisible()
    await section(parley, title)
  }
  await expect(page.getByRole('button', { name: 'Say it' })).toHaveCount(0)
  await expect(page.getByRole('radio', { name: 'If quiet' })).toHaveCount(0)
  await parley.expectAccessible()
})

test('N15 only the fields of turn detection that were filled in are sent; N19 the panel says for which agents', async ({
  parley,
  page
}) => {
  await tuningNapster(parley)
  await section(parley, 'Turn detection')
  const turns = fieldset(parley, 'Turn detection')
  await expect(turns).toHaveAccessibleDescription(AZURE_ONLY)
  await expect(turns.getByRole('textbox')).toHaveCount(3)
  await expect(turns.getByRole('textbox', { name: 'silence_duration_ms' })).toHaveAccessibleDescription(
    'Silence that ends a turn. 0 to 60000 ms. Saved: 500.'
  )
  await expect(turns.getByRole('listitem')).toHaveCount(3)
  await turns.getByRole('textbox', { name: 'threshold', exact: true }).fill('1.5')
  await turns.getByRole('button', { name: 'Change turn detection' }).click()
  await expect(page.getByText('Write a number from 0 to 1.')).toBeVisible()
  await turns.getByRole('textbox', { name: 'threshold', exact: true }).fill('0.9')
  await turns.getByRole('textbox', { name: 'prefix_padding_ms' }).fill('400')
  const reason = 'turn_detection is available with Azure OpenAI only.'
  await parley.answer('session:command', { ok: true, value: { outcome: 'refused', reason } })
  await turns.getByRole('button', { name: 'Change turn detection' }).click()
  await expect(page.getByText(reason)).toBeVisible()
  await expect(page.getByText(/^Not changed/)).toHaveCount(1)
  expect(await parley.asked('session:command')).toEqual([
    { kind: 'set-turn-detection', threshold: 0.9, prefixPaddingMs: 400 }
  ])
})

test('N22 a noisy room is one button, which sends the silence and nothing else', async ({ parley, page }) => {
  await tuningNapster(parley)
  await parley.answer('session:command', { ok: true, value: unconfirmed })
  await page.getByRole('button', { name: 'Noisy room' }).click()
  await expect(page.getByText(`Sent, not confirmed. ${unconfirmed.reason}`)).toBeVisible()
  expect(await parley.asked('session:command')).toEqual([{ kind: 'set-turn-detection', silenceDurationMs: 1000 }])
})

for (const [when, respond] of [
  ['now', false],
  ['now', true],
  ['after-speech', false],
  ['after-speech', true]
] as const) {
  test(`N13 context is told ${when}, ${respond ? 'with' : 'without'} an answer, and is never part of the conversation`, async ({
    parley,
    page
  }) => {
    await tuningNapster(parley)
    await section(parley, 'Context')
    await expect(page.getByText(/It is never shown in the conversation\./)).toBeVisible()
    if (when === 'after-speech') await page.getByRole('radio', { name: 'After its speech' }).click()
    if (respond) await page.getByRole('checkbox', { name: 'The agent answers to it' }).check()
    await expect(page.getByText(INTERRUPTS).filter({ visible: true })).toHaveCount(when === 'now' ? 1 : 0)
    await page.getByRole('textbox', { name: 'What the agent should know' }).fill('The basket is full.')
    await page.getByRole('button', { name: 'Tell the agent' }).click()
    await expect(page.getByText('The agent was told')).toBeVisible()
    await expect(page.getByRole('region', { name: 'Conversation' })).not.toContainText('The basket is full.')
    const expected = { kind: 'context', text: 'The basket is full.', when, respond }
    expect(await parley.asked('session:command')).toEqual([expected])
  })
}

test('a conversation in text has nothing about turns', async ({ parley, page }) => {
  await tuning(parley, napsterScript('text'), supportOfNapster('text'))
  await expect(page.getByRole('button', { name: /^Prompt/ })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Noisy room' })).toHaveCount(0)
  await expect(page.getByRole('button', { name: 'End my turn now' })).toHaveCount(0)
  await expect(page.getByRole('button', { name: /^Turn detection/ })).toHaveCount(0)
})
