import { expect, test } from './parley-page.ts'
import { choose, kept, openSound, settings } from './sound-page.ts'

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
  await parley.open({ talkMode: 'open' })
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

test('with push to talk the settings say that a held key is always heard', async ({ parley, page }) => {
  await parley.open({ audio: { halfDuplex: 'on' } })
  await openSound(parley)
  await expect(page.getByText('while you hold the key you are always heard')).toBeVisible()
  await expect(page.getByText('You cannot interrupt by speaking.')).toHaveCount(0)
})

test('closing the settings stops the check, and meanwhile the microphone is not called off', async ({
  parley,
  page
}) => {
  await parley.open()
  await openSound(parley)
  await choose(page, /^Loudspeaker/, 'Monitor Speakers')
  const bar = page.locator('main').getByRole('combobox', { name: /^Microphone/, includeHidden: true })
  await expect(bar).toContainText('listening for echo')
  await page.keyboard.press('Escape')
  await expect(bar).toContainText('off')
  expect(await parley.engineCalls()).toEqual(['check', 'stop check'])
  await openSound(parley)
  await expect(page.getByText('Check again how much of it comes back.')).toBeVisible()
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
