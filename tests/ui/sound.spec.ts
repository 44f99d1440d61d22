import { expect, test } from './parley-page.ts'
import { kept, openSound, settings, toggle } from './sound-page.ts'

test('the settings open from the menu, the microphone bar and the keyboard, and Escape gives the focus back', async ({
  parley,
  page
}) => {
  await parley.open()
  await page.getByRole('button', { name: 'Settings' }).click()
  await page.getByRole('menuitem', { name: /^Settings/ }).click()
  await expect(settings(page)).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('button', { name: 'Settings' })).toBeFocused()
  const button = page.getByRole('button', { name: 'Sound', exact: true })
  await button.click()
  await expect(settings(page)).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(button).toBeFocused()
  await openSound(parley)
  expect(await parley.engineCalls(), 'looking at the settings opens nothing').toEqual([])
})

test('on macOS the key is Command, as its name says', async ({ parley, page }) => {
  await parley.open({ platform: 'darwin' })
  await page.getByRole('button', { name: 'Settings' }).click()
  await expect(page.getByRole('menuitem', { name: /^Settings/ })).toContainText('⌘,')
  await page.keyboard.press('Escape')
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
  expect(await parley.engineCalls()).toEqual(['open microphone'])
  const meter = settings(page).getByRole('meter', { name: 'Microphone level' })
  await parley.levels(-33, -90)
  await expect(meter).toHaveAttribute('aria-valuenow', '50')
  await parley.microphoneIs({ sound: 'silent' })
  await expect(page.getByText('No sound at all: is it muted?')).toBeVisible()
  await page.keyboard.press('Escape')
  expect(await parley.engineCalls()).toEqual(['open microphone', 'close'])
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
  expect(await parley.engineCalls()).toEqual(['open microphone', 'open microphone'])
})

test('in a conversation the settings go over to the system’s microphone when theirs was lost', async ({
  parley,
  page
}) => {
  await parley.open()
  await parley.live()
  await parley.microphone({ kind: 'failed', code: 'lost', message: '' })
  await openSound(parley)
  await settings(page).getByRole('button', { name: 'Use the system default' }).click()
  expect(await parley.asked('preferences:write')).toEqual([{ microphone: null }])
  expect((await parley.engineCalls()).slice(-2)).toEqual(['open', 'talk ready push-to-talk'])
  await parley.state({ phase: 'ended', reason: { code: 'hung-up', message: '' } })
  expect(await parley.engineCalls(), 'nobody tries it: hanging up closes it').toContain('close')
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
  expect(await parley.engineCalls()).toEqual(['open microphone', 'talk ready push-to-talk'])
  await page.keyboard.press('Escape')
  const note = page.getByText('The microphone is kept ready. Nothing is sent.')
  await expect(note).toBeVisible()
  await parley.live()
  await expect(note).toHaveCount(0)
  await parley.state({ phase: 'ended', reason: { code: 'hung-up', message: '' } })
  expect((await parley.engineCalls()).slice(2)).toEqual(['open', 'open microphone'])
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
