import { expect, test } from './parley-page.ts'
import { expectDrawn } from './pictures.ts'
import { key, openHotkeys, shortcutScripts, shortcutStates } from './shortcuts-states.ts'

test('hotkeys are off until they are turned on, and the page says before what that means', async ({ parley, page }) => {
  await parley.open()
  await openHotkeys(parley)
  const enable = page.getByRole('switch', { name: 'Use hotkeys' })
  await expect(enable).not.toBeChecked()
  await expect(enable).toHaveAccessibleDescription(/sees every key that is pressed/)
  await enable.click()
  expect(await parley.asked('preferences:write')).toMatchObject([{ shortcuts: { enabled: true } }])
})

test('a key is recorded by pressing it; meanwhile hotkeys do nothing, Escape cancels, Tab leaves', async ({
  parley,
  page
}) => {
  await parley.open()
  await openHotkeys(parley)
  const mute = page.getByRole('button', { name: /^Mute the microphone/ }).first()
  await mute.click()
  await expect(mute).toHaveText('Press the keys…')
  expect(await parley.asked('shortcuts:test')).toEqual([{ on: true }])
  await page.keyboard.press('Control+Shift+KeyM')
  await expect(mute).toHaveAccessibleName('Mute the microphone: Ctrl+Shift+M. Change')
  expect(await parley.asked('preferences:write')).toMatchObject([{ shortcuts: { mute: 'Ctrl+Shift+KeyM' } }])
  expect(await parley.asked('shortcuts:test')).toEqual([{ on: true }, { on: false }])
  await mute.click()
  await page.keyboard.press('Control+Alt+Space')
  await expect(page.getByRole('alert')).toHaveText('Ctrl+Alt+Space is already taken by “Talk”.')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog', { name: 'Settings' })).toBeVisible()
  await expect(mute).toHaveAttribute('aria-pressed', 'false')
  await mute.click()
  await page.keyboard.press('Tab')
  await expect(mute).toHaveAttribute('aria-pressed', 'false')
  await page.getByRole('button', { name: 'Mute the microphone: remove the key' }).click()
  expect((await parley.asked('preferences:write')).at(-1)).toMatchObject({ shortcuts: { mute: null } })
})

test('a press of the talk key talks until its release; one that is only tried out does nothing', async ({
  parley,
  page
}) => {
  await parley.open()
  await parley.live()
  const held = page.locator('button[aria-pressed=true]')
  await key(parley, 'press', true)
  await expect(held).toHaveCount(0)
  await key(parley, 'press', false)
  await expect(held).toHaveCount(1)
  await key(parley, 'lost', false)
  await expect(held).toHaveCount(0)
  await key(parley, 'press', false, { kind: 'profile', id: 'own' })
  await expect(held).toHaveCount(1)
  await key(parley, 'release', false, { kind: 'profile', id: 'own' })
  await expect(held).toHaveCount(0)
  await key(parley, 'press', false, { kind: 'mute' })
  await expect(page.getByRole('button', { name: 'Unmute' })).toBeVisible()
  await key(parley, 'press', false)
  await expect(page.getByText('You are muted. Unmute to be heard.')).toBeVisible()
})

for (const [name, reach] of Object.entries(shortcutStates)) {
  test(`${name} is drawn in both themes, clean for axe and never wider than the window`, async ({ parley }) => {
    await expectDrawn(parley, {
      name,
      sizes: { normal: { width: 960, height: 720 }, narrow: { width: 360, height: 640 } },
      darkAt: 'normal',
      perSize: false,
      part: '[role=dialog]',
      async reach() {
        await parley.open(shortcutScripts[name])
        await reach(parley)
      }
    })
  })
}
