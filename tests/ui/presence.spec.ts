import { mkdir } from 'node:fs/promises'
import { expect, ownPageTest, test } from './parley-page.ts'
import { everyTab, idleFor, openWindowSettings, overlays } from './presence-states.ts'

const NARROW = { width: 360, height: 640 }

test.describe('the settings', () => {
  test('have a tab for each group, by mouse and keyboard, and open where they were left', async ({ parley, page }) => {
    await parley.open(everyTab)
    await page.keyboard.press('Control+Comma')
    const dialog = page.getByRole('dialog', { name: 'Settings' })
    await expect(dialog.getByRole('tab')).toHaveText(['Sound', 'Hotkeys', 'Keys', 'Window', 'History', 'Data'])
    await expect(dialog.getByRole('tab', { name: 'Sound' })).toHaveAttribute('aria-selected', 'true')
    await dialog.getByRole('tab', { name: 'Sound' }).focus()
    for (const name of ['Hotkeys', 'Keys', 'Window']) {
      await page.keyboard.press('ArrowDown')
      await expect(dialog.getByRole('tab', { name, exact: true })).toHaveAttribute('aria-selected', 'true')
    }
    await expect(dialog.getByRole('switch', { name: 'Short sounds' })).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(dialog).toHaveCount(0)
    await page.keyboard.press('Control+Comma')
    await expect(dialog.getByRole('tab', { name: 'Window' })).toHaveAttribute('aria-selected', 'true')
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Sound', exact: true }).click()
    await expect(dialog.getByRole('tab', { name: 'Sound' }), 'a link to one of them').toHaveAttribute(
      'aria-selected',
      'true'
    )
    await page.setViewportSize(NARROW)
    await parley.expectNoSideScroll()
    await dialog.getByRole('tab', { name: 'Sound' }).focus()
    await page.keyboard.press('ArrowLeft')
    await expect(dialog.getByRole('tab', { name: 'Data' })).toHaveAttribute('aria-selected', 'true')
    await parley.expectAccessible('[role=dialog]')
  })

  test('say of everything that a browser cannot why it is off, and leave the choice as it is', async ({
    parley,
    page
  }) => {
    await parley.open()
    await openWindowSettings(parley)
    for (const name of ['Closing the window hides it', 'Start when you log in', 'Notifications']) {
      const toggle = page.getByRole('switch', { name })
      await expect(toggle).toHaveAttribute('aria-disabled', 'true')
      await expect(toggle).toHaveAccessibleDescription(/Parley runs in a browser here/)
      await expect(toggle).not.toBeChecked()
      await toggle.click({ force: true })
    }
    expect(await parley.asked('preferences:write')).toEqual([])
    await page.getByRole('switch', { name: 'Short sounds' }).click()
    const written = (await parley.asked('preferences:write')) as { presence: object }[]
    expect(written).toMatchObject([{ presence: { earcons: false, closeHides: true, notifications: true } }])
  })

  test('on the desktop everything can be changed, and what the tray changes is shown', async ({ parley, page }) => {
    await parley.open({ host: 'desktop' })
    await openWindowSettings(parley)
    await page.getByRole('switch', { name: 'Show the overlay' }).click()
    await page.getByRole('combobox', { name: 'Hang up when nothing is said' }).click()
    await page.getByRole('option', { name: 'Never' }).click()
    const written = (await parley.asked('preferences:write')) as { presence: { overlay: boolean } }[]
    expect(written).toMatchObject([
      { presence: { overlay: true, idleHangUpMinutes: 15 } },
      { presence: { overlay: true, idleHangUpMinutes: null } }
    ])
    await page.evaluate(async () => {
      const reply = await window.parley!.invoke('preferences:read', undefined)
      if (!reply.ok) throw new Error('not read')
      const kept = reply.value as { presence: object }
      window.emit('preferences:changed', { ...kept, presence: { ...kept.presence, overlay: false } })
    })
    await expect(page.getByRole('switch', { name: 'Show the overlay' })).not.toBeChecked()
  })
})

test('the idle card counts down, keeps the conversation, and typing does the same', async ({ parley, page }) => {
  await parley.open()
  await parley.live()
  await idleFor(parley, 60)
  const card = page.getByRole('region', { name: 'Are you still there?' })
  await expect(card).toContainText('ends in 60 seconds')
  await parley.expectAccessible()
  await idleFor(parley, 1)
  await expect(card).toContainText('ends in 1 second.')
  await card.getByRole('button', { name: 'I am still here' }).click()
  await expect(card).toHaveCount(0)
  expect(await parley.asked('presence:stay')).toHaveLength(1)
  await idleFor(parley, 30)
  await page.getByRole('textbox').first().fill('wait')
  await expect.poll(() => parley.asked('presence:stay')).toHaveLength(2)
  await idleFor(parley, null)
  await expect(card).toHaveCount(0)
  await idleFor(parley, 30)
  await parley.state({ phase: 'ended', reason: { code: 'idle', message: 'Nothing was said for 15 minutes.' } })
  await expect(card).toHaveCount(0)
})

test('the tray mutes, the level is told only while somebody looks, and earcons follow the microphone', async ({
  parley,
  page
}) => {
  await parley.open({ talkMode: 'open' })
  await parley.live()
  const earcons = () => page.evaluate(() => [...window.engine.earcons])
  const told = async () => (await parley.asked('presence:level')) as { muted: boolean; level: number }[]
  await expect.poll(told).toMatchObject([{ microphoneOpen: true, muted: false, level: 0 }])
  await parley.levels(-20, -90)
  expect(await told(), 'nobody looks').toHaveLength(1)
  await page.evaluate(() => window.emit('presence:watched', { watched: true }))
  await parley.levels(-20, -90)
  await parley.levels(-20, -90)
  expect((await told()).map(({ level }) => level)).toEqual([0, 0.74])
  await page.evaluate(() => window.emit('presence:mute', { muted: true }))
  await expect(page.getByRole('button', { name: 'Unmute microphone' })).toBeVisible()
  expect((await told()).at(-1)).toMatchObject({ muted: true, microphoneOpen: false })
  expect(await earcons()).toEqual(['close'])
  await parley.state({ phase: 'ended', reason: { code: 'idle', message: '' } })
  expect(await earcons()).toEqual(['close', 'ended'])
})

// One picture per look and theme, for eyes: written to test-results/ui-shots.
ownPageTest('the overlay shows every state in its small place, light and dark', async ({ page, browserName }) => {
  expect(browserName).toBe('chromium')
  // Each of fourteen pages is a load of its own.
  test.slow()
  await mkdir('test-results/ui-shots', { recursive: true })
  await page.setViewportSize({ width: 280, height: 72 })
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
    for (const [name, state] of Object.entries(overlays)) {
      await page.addInitScript((shown) => {
        Object.assign(window, {
          cspReports: [],
          parley: { invoke: () => Promise.resolve({ ok: true, value: shown }), on: () => () => undefined }
        })
        window.addEventListener('securitypolicyviolation', ({ violatedDirective }) => {
          window.cspReports.push(violatedDirective)
        })
      }, state)
      await page.goto('/overlay.html')
      await expect(page.getByRole('status')).not.toBeEmpty()
      const cut = await page.getByRole('status').evaluate((line) => line.scrollWidth - line.clientWidth)
      expect(cut, `${name}: the state is read whole`).toBeLessThanOrEqual(0)
      await page.screenshot({ path: `test-results/ui-shots/overlay-${name}-${scheme}.png` })
    }
  }
})
