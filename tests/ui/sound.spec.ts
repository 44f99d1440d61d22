import type { Page } from '@playwright/test'
import { expect, test } from './parley-page.ts'
import type { ParleyPage } from './parley-page.ts'
import { openSound } from './sound-states.ts'

const settings = (page: Page) => page.getByRole('dialog', { name: 'Sound' })
const toggle = (page: Page, name: string) => settings(page).getByRole('switch', { name })

/** What was kept of sound, newest last. */
async function kept(parley: ParleyPage): Promise<unknown[]> {
  const writes = (await parley.asked('preferences:write')) as { audio?: object }[]
  return writes.flatMap(({ audio }) => (audio === undefined ? [] : [audio]))
}

async function choose(page: Page, list: RegExp, option: string): Promise<void> {
  await settings(page).getByRole('combobox', { name: list }).click()
  await page.getByRole('option', { name: option }).click()
}

test('the settings open from the menu, the microphone bar and the keyboard, and Escape gives the focus back', async ({
  parley,
  page
}) => {
  await parley.open()
  await page.getByRole('button', { name: 'Settings' }).click()
  await page.getByRole('menuitem', { name: /^Sound/ }).click()
  await expect(settings(page)).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('button', { name: 'Settings' })).toBeFocused()
  const button = page.getByRole('button', { name: 'Sound (Ctrl+,)' })
  await button.click()
  await expect(settings(page)).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(button).toBeFocused()
  await openSound(parley)
  expect(await parley.engineCalls(), 'looking at the settings opens nothing').toEqual([])
})

test('on macOS the key is Command, as its name says', async ({ parley, page }) => {
  await parley.open({ platform: 'darwin' })
  await expect(page.getByRole('button', { name: 'Sound (⌘,)' })).toBeVisible()
  await page.keyboard.press('Control+Comma')
  await expect(settings(page)).toHaveCount(0)
  await page.keyboard.press('Meta+Comma')
  await expect(settings(page)).toBeVisible()
})

test('the test of the microphone shows its level without a conversation, and closing the settings closes it', async ({
  parley,
  page
}) => {
  await parley.open()
  await openSound(parley)
  await page.getByRole('button', { name: 'Test the microphone' }).click()
  expect(await parley.engineCalls()).toEqual(['open'])
  const meter = settings(page).getByRole('meter', { name: 'Microphone level' })
  await parley.levels(-33, -90)
  await expect(meter).toHaveAttribute('aria-valuenow', '50')
  await parley.microphoneIs({ sound: 'silent' })
  await expect(page.getByText('No sound at all: is it muted?')).toBeVisible()
  await page.keyboard.press('Escape')
  expect(await parley.engineCalls()).toEqual(['open', 'close'])
})

test('a microphone that cannot be tried says why, and tries again', async ({ parley, page }) => {
  await parley.open()
  await page.evaluate(() => {
    window.engine.opened = { kind: 'failed', code: 'permission-denied', message: '' }
  })
  await openSound(parley)
  await page.getByRole('button', { name: 'Test the microphone' }).click()
  await expect(page.getByText('Parley may not use the microphone.')).toBeVisible()
  await page.getByRole('button', { name: 'Try again' }).click()
  expect(await parley.engineCalls()).toEqual(['open', 'open'])
})

test('processing is asked for, kept, and what the platform did otherwise is said at its switch', async ({
  parley,
  page
}) => {
  await parley.open()
  await parley.microphoneIs({ granted: { echoCancellation: false, noiseSuppression: true, autoGainControl: true } })
  await openSound(parley)
  await expect(page.getByText('Asked for, not granted')).toHaveCount(0)
  await page.getByRole('button', { name: 'Test the microphone' }).click()
  await expect(toggle(page, 'Echo cancellation')).toHaveAccessibleDescription(/Asked for, not granted/)
  await toggle(page, 'Noise suppression').click()
  await expect(toggle(page, 'Noise suppression')).toHaveAccessibleDescription(/this microphone keeps it on/)
  const processing = { echoCancellation: true, noiseSuppression: false, autoGainControl: true }
  expect(await kept(parley)).toMatchObject([{ processing }])
  expect(await parley.setup()).toMatchObject({ processing })
})

test('a microphone that is kept ready is open between conversations, and the screen says so until it is not', async ({
  parley,
  page
}) => {
  await parley.open()
  await openSound(parley)
  await toggle(page, 'Keep the microphone ready').click()
  expect(await parley.engineCalls()).toEqual(['open', 'talk ready push-to-talk'])
  await page.keyboard.press('Escape')
  const note = page.getByText('The microphone is kept ready. Nothing is sent.')
  await expect(note).toBeVisible()
  await parley.live()
  await expect(note).toHaveCount(0)
  await parley.state({ phase: 'ended', reason: { code: 'hung-up', message: '' } })
  expect(await parley.engineCalls()).not.toContain('close')
  await page.getByRole('button', { name: 'Turn off' }).click()
  expect((await parley.engineCalls()).slice(-2)).toEqual(['close', 'talk closed push-to-talk'])
  await expect(note).toHaveCount(0)
  expect(await kept(parley)).toMatchObject([{ keepWarm: true }, { keepWarm: false }])
})

test('with an agent without audio nothing is kept ready, and its switch says why', async ({ parley, page }) => {
  const words = { id: 'words', name: 'Words', service: 'napster', modality: 'text', builtIn: false } as const
  await parley.open({ profiles: [words], audio: { keepWarm: true } })
  await openSound(parley)
  await expect(toggle(page, 'Keep the microphone ready')).toHaveAccessibleDescription(/the chosen agent is text only/)
  expect(await parley.engineCalls()).toEqual([])
})

test('a microphone that cannot be kept ready stands in nobody’s way', async ({ parley, page }) => {
  await parley.open({ audio: { keepWarm: true } })
  await parley.microphone({ kind: 'failed', code: 'device-busy', message: '' })
  await expect(page.getByText('The microphone cannot be kept ready.')).toBeVisible()
  await expect(page.getByRole('alert')).toHaveCount(0)
  await expect(page.getByRole('button', { name: 'Start talking' })).toBeVisible()
})

test('another loudspeaker is used at once and listened to, and the result says what to do', async ({
  parley,
  page
}) => {
  await parley.open({ talkMode: 'open' })
  await openSound(parley)
  await choose(page, /^Loudspeaker/, 'Monitor Speakers')
  expect((await parley.setup())?.loudspeaker).toEqual({ deviceId: 'monitor', label: 'Monitor Speakers' })
  expect(await parley.engineCalls()).toEqual(['check'])
  await expect(page.getByText('Listening for echo. Please stay silent.')).toBeVisible()
  await parley.echoFound({ kind: 'done', leakDb: -18.4, rawLeakDb: null, delayMs: 142.6, advice: 'push-to-talk' })
  await expect(page.getByText('−18 dB')).toBeVisible()
  await expect(page.getByText('143 ms')).toBeVisible()
  await expect(page.getByText('Before cancellation')).toHaveCount(0)
  await page.getByRole('button', { name: 'Use push to talk' }).click()
  expect(await parley.asked('preferences:write')).toContainEqual({ talkMode: 'push-to-talk' })
  await expect(page.getByText('You use push to talk.')).toBeVisible()
})

test('the check runs once, keeps the focus, and its advice closes the microphone while the agent speaks', async ({
  parley,
  page
}) => {
  await parley.open()
  await openSound(parley)
  const check = page.getByRole('button', { name: 'Check for echo' })
  await check.press('Enter')
  await check.press('Enter')
  expect(await parley.engineCalls()).toEqual(['check'])
  await expect(check).toBeFocused()
  await parley.echoFound({ kind: 'done', leakDb: -4, rawLeakDb: -2, delayMs: null, advice: 'half-duplex' })
  await page.getByRole('button', { name: 'Don’t listen while it speaks' }).click()
  await expect(page.getByRole('radio', { name: 'Don’t listen' })).toBeChecked()
  await expect(page.getByText('You cannot interrupt by speaking. Esc still stops the agent.')).toBeVisible()
  expect(await parley.setup()).toMatchObject({ halfDuplex: 'on' })
})

for (const [reason, sentence] of [
  ['busy', 'Try again when the agent is silent'],
  ['no-microphone', 'There is no microphone'],
  ['no-loudspeaker', 'Nothing could be played'],
  ['too-loud-around', 'It is too loud around you']
] as const) {
  test(`a check that failed with "${reason}" says so`, async ({ parley, page }) => {
    await parley.open()
    await openSound(parley)
    await page.getByRole('button', { name: 'Check for echo' }).click()
    await parley.echoFound({ kind: 'failed', reason })
    await expect(page.getByText(sentence)).toBeVisible()
    await expect(page.getByRole('button', { name: 'Check for echo' })).toBeEnabled()
  })
}

test('in a conversation nothing is played for a check: it is due after it', async ({ parley, page }) => {
  await parley.open()
  await parley.live('agentSpeaking')
  await openSound(parley)
  await expect(page.getByRole('button', { name: 'Check for echo' })).toBeDisabled()
  await expect(page.getByText('Hang up first: the check plays a sound.')).toBeVisible()
  await choose(page, /^Loudspeaker/, 'Headset')
  await expect(page.getByText('Check again after this conversation.')).toBeVisible()
  expect(await parley.engineCalls()).not.toContain('check')
  await expect(page.getByText('Measured while the agent speaks')).toBeVisible()
  await parley.engine({ echo: { leakDb: -29.6, halfDuplex: false } })
  const leak = settings(page).getByRole('meter', { name: 'Echo now' })
  await expect(leak).toHaveAttribute('aria-valuetext', '−30 dB')
  await expect(leak).toHaveAttribute('aria-valuenow', '-30')
})

test('the volume is heard while its slider moves and kept with every key', async ({ parley, page }) => {
  await parley.open()
  await openSound(parley)
  const volume = settings(page).getByRole('slider', { name: 'Volume of the agent' })
  await volume.press('ArrowLeft')
  await volume.press('ArrowLeft')
  await expect(volume).toHaveAttribute('aria-valuetext', '90 %')
  expect(await parley.setup()).toMatchObject({ volume: 0.9 })
  expect(await kept(parley)).toMatchObject([{ volume: 0.95 }, { volume: 0.9 }])
  const box = await volume.boundingBox()
  if (box === null) throw new Error('The slider is not drawn.')
  await page.mouse.move(box.x + box.width * 0.9, box.y + box.height / 2)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width * 0.5, box.y + box.height / 2, { steps: 5 })
  expect(await kept(parley), 'nothing is written while it moves').toHaveLength(2)
  expect((await parley.setup())?.volume).toBeLessThan(0.8)
  await page.mouse.up()
  expect(await kept(parley)).toHaveLength(3)
})

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
  await expect(page.getByText('It opens together with the microphone.')).toBeVisible()
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
  await expect(page.getByText('You are not heard while the agent speaks.')).toBeVisible()
  await page.getByRole('button', { name: 'Change' }).click()
  await page.getByRole('radio', { name: 'Listen', exact: true }).click()
  expect(await parley.setup()).toMatchObject({ halfDuplex: 'off' })
})

test('in a narrow window the two notes that matter most stand, and the others come when asked for', async ({
  parley,
  page
}) => {
  await page.setViewportSize({ width: 360, height: 640 })
  await parley.open({ audio: { systemAudio: { kind: 'computer' }, halfDuplex: 'on' } })
  await parley.live()
  await parley.microphoneIs({ sound: 'quiet', bluetooth: true })
  await parley.engine({ systemAudio: { kind: 'live', label: '', ownVoice: 'excluded', silent: false } })
  await expect(page.getByText('The agent also hears')).toBeVisible()
  await expect(page.getByText(/Very quiet/)).toBeVisible()
  await expect(page.getByText('You are not heard while the agent speaks.')).toBeHidden()
  await page.getByRole('button', { name: '2 more' }).click()
  await expect(page.getByText('You are not heard while the agent speaks.')).toBeVisible()
  await expect(page.getByText(/Bluetooth/)).toBeVisible()
})
