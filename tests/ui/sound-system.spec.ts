import { expect, test } from './parley-page.ts'
import { choose, openSound, settings } from './sound-page.ts'

test('in a browser window the computer cannot be chosen, and it says why; an input device can', async ({
  parley,
  page
}) => {
  await parley.open()
  await openSound(parley)
  await expect(page.getByText('A browser window cannot take what the computer plays')).toBeVisible()
  await settings(page)
    .getByRole('combobox', { name: /^Source/ })
    .click()
  await expect(page.getByRole('option', { name: 'What this computer plays' })).toHaveCount(0)
  await page.getByRole('option', { name: 'Headset' }).click()
  const systemAudio = { kind: 'device', deviceId: 'headset', label: 'Headset' }
  expect(await parley.setup()).toMatchObject({ systemAudio })
  await expect(page.getByText('Everybody in a call is heard by the agent’s service too: ask them first.')).toBeVisible()
  await expect(page.getByText('It opens when a conversation starts.')).toBeVisible()
  const gain = settings(page).getByRole('slider', { name: 'Gain of system audio' })
  await gain.press('ArrowLeft')
  await expect(gain).toHaveAttribute('aria-valuetext', '−1 dB')
  expect(await parley.setup()).toMatchObject({ systemAudio, systemAudioGainDb: -1 })
  await page.keyboard.press('Escape')
  await expect(page.getByText('The agent will also hear what this computer plays.')).toBeVisible()
})

test('what this computer plays: how the agent’s voice is kept out, its level, and that nothing comes', async ({
  parley,
  page
}) => {
  await parley.open({ host: 'desktop', platform: 'darwin' })
  await parley.live()
  await page.keyboard.press('Meta+Comma')
  await choose(page, /^Source/, 'What this computer plays')
  expect(await parley.setup()).toMatchObject({ systemAudio: { kind: 'computer' } })
  const live = { kind: 'live', label: 'System audio', silent: false } as const
  for (const [ownVoice, sentence] of [
    ['excluded', 'None of it is in system audio.'],
    ['learning', 'Parley is learning to take it out.'],
    ['cancelled', 'Parley takes it out.'],
    ['gated', 'It cannot be taken out here, so system audio is turned down while the agent speaks.']
  ] as const) {
    await parley.engine({ systemAudio: { ...live, ownVoice } })
    await expect(settings(page).getByText(sentence)).toBeVisible()
  }
  await parley.levels(-90, -90, -33)
  await expect(settings(page).getByRole('meter', { name: 'System audio level' })).toHaveAttribute('aria-valuenow', '50')
  await expect(settings(page).getByRole('meter', { name: 'Microphone level' })).toHaveAttribute('aria-valuenow', '0')
  await parley.engine({ systemAudio: { ...live, ownVoice: 'excluded', silent: true } })
  await expect(page.getByText('Parley has no permission: look in System Settings')).toBeVisible()
})

test('the microphone that is open is no source, also where the system chose it; one that becomes both is told', async ({
  parley,
  page
}) => {
  await parley.open()
  await parley.microphoneIs({ deviceId: 'default', label: 'Default - Desk Microphone' })
  await parley.live()
  await openSound(parley)
  const source = settings(page).getByRole('combobox', { name: /^Source/ })
  await source.click()
  await expect(page.getByRole('option', { name: 'Desk Microphone' })).toHaveCount(0)
  await page.getByRole('option', { name: 'Headset' }).click()
  const twice = page.getByText('This is your microphone: you would be heard twice.')
  await expect(twice).toHaveCount(0)
  await parley.microphoneIs({ deviceId: 'headset', label: 'Headset' })
  await expect(twice).toBeVisible()
})

for (const [code, advice] of [
  ['denied', 'Allow it in the privacy settings'],
  ['no-track', 'without sound'],
  ['no-device', 'Plug it in'],
  ['lost', 'Its source has gone'],
  ['unsupported', 'Choose an input device'],
  ['failed', 'The driver said 17.']
] as const) {
  test(`system audio that failed with "${code}" says what to do, and is tried again`, async ({ parley, page }) => {
    await parley.open({ host: 'desktop', audio: { systemAudio: { kind: 'computer' } } })
    await parley.live()
    await parley.engine({ systemAudio: { kind: 'failed', code, message: 'The driver said 17.' } })
    await page.getByRole('button', { name: 'What to do' }).click()
    const alert = settings(page).getByRole('alert')
    await expect(alert).toContainText(advice)
    await alert.getByRole('button', { name: 'Try again' }).click()
    expect((await parley.engineCalls()).at(-1)).toBe('open')
  })
}

test('system audio that needs a click says so, and a click opens it: in the conversation and in the settings', async ({
  parley,
  page
}) => {
  await parley.open({ host: 'desktop', audio: { systemAudio: { kind: 'computer' } } })
  await parley.live()
  // As the platform does: nothing without a gesture of the moment.
  await page.evaluate(() => {
    const { engine } = window
    const failed = { kind: 'failed', code: 'needs-click', message: '' } as const
    const live = { kind: 'live', label: '', ownVoice: 'excluded', silent: false } as const
    engine.open = () => {
      engine.report({ systemAudio: navigator.userActivation.isActive ? live : failed })
      return Promise.resolve()
    }
    engine.report({ systemAudio: failed })
  })
  const note = page.getByText('System audio needs a click to start')
  const others = page.getByText('The agent also hears what this computer plays')
  await expect(note).toBeVisible()
  await page.getByRole('button', { name: 'Start it' }).click()
  await expect(others).toBeVisible()
  await expect(note).toHaveCount(0)

  await parley.engine({ systemAudio: { kind: 'failed', code: 'needs-click', message: '' } })
  await openSound(parley)
  const alert = settings(page).getByRole('alert')
  await expect(alert).toContainText('System audio needs a click to start. A talk key')
  await alert.getByRole('button', { name: 'Try again' }).click()
  await expect(alert).toHaveCount(0)
  await expect(settings(page).getByText('None of it is in system audio.')).toBeVisible()
})

test('while others are heard too the screen says so, and one click ends it', async ({ parley, page }) => {
  await parley.open({ host: 'desktop', audio: { systemAudio: { kind: 'computer' } } })
  await parley.live()
  await parley.engine({ systemAudio: { kind: 'live', label: '', ownVoice: 'excluded', silent: false } })
  const note = page.getByText('The agent also hears what this computer plays')
  await expect(note).toHaveText('The agent also hears what this computer plays, while you hold the key')
  await page.getByRole('radio', { name: 'Open mic' }).click()
  await expect(note).toHaveText('The agent also hears what this computer plays')
  await page.getByRole('button', { name: 'Turn off' }).click()
  expect(await parley.setup()).toMatchObject({ systemAudio: { kind: 'off' } })
  await parley.engine({ systemAudio: { kind: 'off' } })
  await expect(note).toHaveCount(0)
})
