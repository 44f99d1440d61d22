import { expect, test } from './parley-page.ts'

test('Space held opens the gate, released closes it, and repeats change nothing', async ({ parley, page }) => {
  await parley.open()
  await parley.live()
  await page.keyboard.down('Space')
  await page.keyboard.down('Space')
  await page.keyboard.down('Space')
  expect(await parley.engineCalls()).toEqual(['open', 'talk ready push-to-talk', 'talk open push-to-talk'])
  await expect(page.getByRole('button', { name: 'Let go to send' })).toHaveAttribute('aria-pressed', 'true')
  await page.keyboard.up('Space')
  expect((await parley.engineCalls()).at(-1)).toBe('talk ready push-to-talk')
})

test('the button held with the pointer opens the gate until it is let go, also outside the button', async ({
  parley,
  page
}) => {
  await parley.open()
  await parley.live()
  await page.getByRole('button', { name: /^Hold to talk/ }).hover()
  await page.mouse.down()
  expect((await parley.engineCalls()).at(-1)).toBe('talk open push-to-talk')
  await page.mouse.move(20, 20)
  expect((await parley.engineCalls()).at(-1)).toBe('talk open push-to-talk')
  await page.mouse.up()
  expect((await parley.engineCalls()).at(-1)).toBe('talk ready push-to-talk')
})

test('Space in the composer, in a menu and on another button is not for talking', async ({ parley, page }) => {
  await parley.open()
  await parley.live()
  const box = page.getByRole('textbox', { name: 'Message to the agent' })
  await box.click()
  await page.keyboard.type('a b')
  await expect(box).toHaveValue('a b')
  await page.getByRole('button', { name: 'Settings' }).focus()
  await page.keyboard.press('Space')
  await page.getByRole('menu').waitFor()
  await page.keyboard.press('Escape')
  expect(await parley.engineCalls()).toEqual(['open', 'talk ready push-to-talk'])
})

test('a release that never comes: leaving the window closes the gate', async ({ parley, page }) => {
  await parley.open()
  await parley.live()
  await page.keyboard.down('Space')
  expect((await parley.engineCalls()).at(-1)).toBe('talk open push-to-talk')
  await page.evaluate(() => window.dispatchEvent(new Event('blur')))
  expect((await parley.engineCalls()).at(-1)).toBe('talk ready push-to-talk')
})

test('a page that is hidden while a key is held closes the gate, and a repeat does not open it again', async ({
  parley,
  page
}) => {
  await parley.open()
  await parley.live()
  await page.keyboard.down('Space')
  expect((await parley.engineCalls()).at(-1)).toBe('talk open push-to-talk')
  await page.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { configurable: true, value: 'hidden' })
    document.dispatchEvent(new Event('visibilitychange'))
  })
  expect((await parley.engineCalls()).at(-1)).toBe('talk ready push-to-talk')
  const calls = await parley.engineCalls()
  await page.keyboard.down('Space')
  expect(await parley.engineCalls()).toEqual(calls)
})

test('a pointer that is taken away closes the gate', async ({ parley, page }) => {
  await parley.open()
  await parley.live()
  const button = page.getByRole('button', { name: /^Hold to talk/ })
  await button.hover()
  await page.mouse.down()
  expect((await parley.engineCalls()).at(-1)).toBe('talk open push-to-talk')
  await page.getByRole('button', { name: 'Let go to send' }).evaluate((element) => {
    element.releasePointerCapture(1)
  })
  await page.mouse.move(20, 20)
  expect((await parley.engineCalls()).at(-1)).toBe('talk ready push-to-talk')
  await page.mouse.up()
})

test('Space and the pointer held at once: talk stays open until both are let go', async ({ parley, page }) => {
  await parley.open()
  await parley.live()
  await page.keyboard.down('Space')
  await page.getByRole('button', { name: 'Let go to send' }).hover()
  await page.mouse.down()
  await page.keyboard.up('Space')
  expect((await parley.engineCalls()).at(-1)).toBe('talk open push-to-talk')
  await page.mouse.up()
  expect((await parley.engineCalls()).at(-1)).toBe('talk ready push-to-talk')
})

test('muting and hanging up close a held gate', async ({ parley, page }) => {
  await parley.open()
  await parley.live()
  await page.keyboard.down('Space')
  await page.getByRole('button', { name: 'Mute microphone' }).click()
  expect((await parley.engineCalls()).at(-1)).toBe('talk closed push-to-talk')
  await page.getByRole('button', { name: 'Unmute microphone' }).click()
  await page.keyboard.up('Space')
  await page.getByRole('main').click({ position: { x: 5, y: 5 } })
  await page.keyboard.down('Space')
  expect((await parley.engineCalls()).at(-1)).toBe('talk open push-to-talk')
  await parley.state({ phase: 'ended', reason: { code: 'service-closed', message: 'Gone.' } })
  expect((await parley.engineCalls()).slice(-2)).toContain('talk closed push-to-talk')
})
