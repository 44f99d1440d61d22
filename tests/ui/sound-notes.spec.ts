import { expect, test } from './parley-page.ts'

test('the main screen says what could be better, and advice that was read goes', async ({ parley, page }) => {
  await parley.open({ talkMode: 'open' })
  await parley.live('agentSpeaking')
  await parley.microphoneIs({ sound: 'quiet', bluetooth: true })
  await parley.engine({ loudspeaker: { blocked: false, label: null, insteadOf: 'Monitor Speakers' } })
  await expect(page.getByText('Very quiet: turn the microphone’s level up, or come closer')).toBeVisible()
  await expect(page.getByText('Monitor Speakers is not there; playing on the system default')).toBeVisible()
  await expect(page.getByText(/Bluetooth/)).toBeVisible()
  await page.getByRole('button', { name: 'Hide this advice' }).click()
  await expect(page.getByText(/Bluetooth/)).toHaveCount(0)
  await parley.microphoneIs({ sound: 'heard' })
  await parley.engine({ loudspeaker: { blocked: false, label: 'Monitor Speakers', insteadOf: null } })
  await expect(page.getByText(/Very quiet|is not there/)).toHaveCount(0)
})

test('half-duplex in force is said calmly, and nobody is told to interrupt by speaking', async ({ parley, page }) => {
  await parley.open({ talkMode: 'open' })
  await parley.live('agentSpeaking')
  await expect(page.getByText('Or just speak over it')).toBeVisible()
  await parley.engine({ echo: { leakDb: -6, halfDuplex: true } })
  await expect(page.getByText('Esc stops it. It does not hear you while it speaks')).toBeVisible()
  await expect(page.getByText('You are not heard while the agent speaks')).toBeVisible()
  await page.getByRole('button', { name: 'Change' }).click()
  await page.getByRole('radio', { name: 'Listen', exact: true }).click()
  expect(await parley.setup()).toMatchObject({ halfDuplex: 'off' })
})

test('who holds a talk key is heard whatever comes back, and is told how to interrupt', async ({ parley, page }) => {
  await parley.open({ audio: { halfDuplex: 'on' } })
  await parley.live('agentSpeaking')
  await parley.engine({ echo: { leakDb: -6, halfDuplex: true } })
  await expect(page.getByText('Esc stops it. Hold Space to speak over it')).toBeVisible()
  await expect(page.getByText('You are not heard while the agent speaks')).toHaveCount(0)
})

test('in a narrow window the two notes that matter most stand, and the others come when asked for', async ({
  parley,
  page
}) => {
  await page.setViewportSize({ width: 360, height: 640 })
  await parley.open({ talkMode: 'open', audio: { systemAudio: { kind: 'computer' }, halfDuplex: 'on' } })
  await parley.live()
  await parley.microphoneIs({ sound: 'quiet', bluetooth: true })
  await parley.engine({ systemAudio: { kind: 'live', label: '', ownVoice: 'excluded', silent: false } })
  await expect(page.getByText('The agent also hears')).toBeVisible()
  await expect(page.getByText(/Very quiet/)).toBeVisible()
  await expect(page.getByText('You are not heard while the agent speaks')).toBeHidden()
  await page.getByRole('button', { name: '2 more' }).click()
  await expect(page.getByText('You are not heard while the agent speaks')).toBeVisible()
  await expect(page.getByText(/Bluetooth/)).toBeVisible()
})
