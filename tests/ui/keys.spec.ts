import { readFile } from 'node:fs/promises'
import { folder, keysScript, keysShots, noKeys, openTab, someKeys } from './keys-states.ts'
import { expect, test } from './parley-page.ts'
import { expectDrawn } from './pictures.ts'

const KEY = '0123456789abcdef0123456789abcdef01234567'

test.describe('keys', () => {
  test('what was typed is out of its field before main answers, and in no field after it', async ({ parley }) => {
    await parley.open(keysScript(noKeys))
    await openTab(parley, 'Keys')
    const { page } = parley
    await page.getByRole('button', { name: 'Add the key for Deepgram' }).click()
    const field = page.getByLabel('Key for Deepgram', { exact: true })
    await expect(field).toBeFocused()
    await expect(field).toHaveAttribute('type', 'password')
    await page.keyboard.press('Enter')
    await expect(page.getByText('Paste it first.')).toBeVisible()

    await parley.hold('secrets:set')
    await field.fill(KEY)
    await page.keyboard.press('Enter')
    await expect(page.getByRole('button', { name: 'Saving…' })).toBeVisible()
    await expect(field).toHaveValue('')
    await parley.release('secrets:set', { ok: false, error: { code: 'refused', message: 'The disk is full.' } })
    await expect(page.getByText('The disk is full.')).toBeVisible()
    await expect(field).toHaveValue('')
    await expect(field).toBeFocused()

    await parley.answer('secrets:set', { ok: true, value: someKeys })
    await page.getByRole('radio', { name: 'Until Parley ends' }).click()
    await field.fill(KEY)
    await page.keyboard.press('Enter')
    await expect(page.getByText('The key for Deepgram was saved.')).toBeVisible()
    await expect(field).toHaveCount(0)
    expect(await parley.asked('secrets:set')).toEqual([
      { target: { kind: 'service-key', service: 'deepgram' }, value: KEY, place: 'file' },
      { target: { kind: 'service-key', service: 'deepgram' }, value: KEY, place: 'memory' }
    ])
    expect(await page.content()).not.toContain(KEY)
  })

  test('each says where it is and who uses it; what comes from the environment is left alone', async ({ parley }) => {
    await parley.open(keysScript(someKeys))
    await openTab(parley, 'Keys')
    const { page } = parley
    await expect(page.getByText('Used by Deepgram (example), Kitchen helper, Garden and 2 more.')).toBeVisible()
    await expect(page.getByText('Wanted by Garden.')).toBeVisible()
    await expect(page.getByText(/Unlock the key store/)).toBeVisible()
    await expect(page.getByRole('button', { name: 'Check the key for Napster' })).toBeVisible()
    await expect(page.getByRole('button', { name: 'Remove the key for Napster' })).toHaveCount(0)

    for (const [outcome, message] of [
      ['works', 'Deepgram accepts this key.'],
      ['refused', 'Deepgram does not accept this key (HTTP 401).'],
      ['unknown', 'Deepgram cannot be reached.']
    ] as const) {
      await parley.answer('secrets:check', { ok: true, value: { outcome, message } })
      await page.getByRole('button', { name: 'Check the key for Deepgram' }).click()
      await expect(page.getByText(message)).toBeVisible()
    }

    await parley.answer('secrets:remove', { ok: true, value: noKeys })
    await page.getByRole('button', { name: 'Remove the key for Deepgram' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel' }).click()
    expect(await parley.asked('secrets:remove')).toEqual([])
    await page.getByRole('button', { name: 'Remove the key for Deepgram' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click()
    await expect(page.getByRole('button', { name: 'Add the key for Deepgram' })).toBeVisible()
  })

  test('a new secret has a name that can stand in a placeholder', async ({ parley }) => {
    await parley.open(keysScript(noKeys))
    await openTab(parley, 'Keys')
    const { page } = parley
    await page.getByRole('button', { name: 'Add a secret…' }).click()
    await page.getByLabel('Name').fill('1 bad')
    await page.getByLabel('Value', { exact: true }).fill('the value')
    await page.keyboard.press('Enter')
    await expect(page.getByText(/^A name has letters/)).toBeVisible()
    expect(await parley.asked('secrets:set')).toEqual([])
    await parley.answer('secrets:set', { ok: true, value: someKeys })
    await page.getByLabel('Name').fill('WEATHER')
    await page.getByRole('button', { name: 'Save' }).click()
    await expect(page.getByText('{{secret:WEATHER}}')).toBeVisible()
    expect(await parley.asked('secrets:set')).toMatchObject([
      { target: { kind: 'named', name: 'WEATHER' }, value: 'the value' }
    ])
  })

  test('a conversation that misses its key leads to where keys are entered', async ({ parley }) => {
    await parley.open(keysScript(noKeys))
    await parley.ended({ code: 'missing-secret', message: 'There is no key for the service.' })
    await parley.page.getByRole('button', { name: 'Open the keys' }).click()
    await expect(parley.page.getByRole('button', { name: 'Add the key for Deepgram' })).toBeVisible()
  })
})

test.describe('the data folder', () => {
  test('that something went wrong with is told on the screen, at the start and as it happens', async ({ parley }) => {
    await parley.open(keysScript(noKeys))
    await expect(parley.page.getByText(/parley\.json was missing or broken/)).toBeVisible()
    const message = 'Agents and settings cannot be saved: the disk is full.'
    await parley.page.evaluate((said) => window.emit('data:problem', { code: 'write-failed', message: said }), message)
    await expect(parley.page.getByText(message)).toBeVisible()
  })

  test('is shown, copied and opened, with what went wrong; a failure says what to do', async ({ parley }) => {
    await parley.open(keysScript(noKeys))
    await openTab(parley, 'Data')
    const { page } = parley
    await expect(page.getByLabel('Path of the data folder')).toHaveValue(folder.dir)
    await expect(page.getByText('It takes 4.8 MB.')).toBeVisible()
    await expect(page.getByRole('dialog').getByText(/was missing or broken/)).toBeVisible()
    await page.getByRole('button', { name: 'Copy' }).click()
    await expect(page.getByRole('button', { name: 'Copied' })).toBeVisible()
    await page.getByRole('button', { name: 'Open', exact: true }).click()
    expect(await parley.asked('data:open')).toHaveLength(1)
    await parley.answer('data:open', { ok: false, error: { code: 'refused', message: 'There is no display here.' } })
    await page.getByRole('button', { name: 'Open', exact: true }).click()
    await expect(page.getByText('There is no display here.')).toBeVisible()
  })

  test('gives a report to read first, and saves what was read', async ({ parley }) => {
    await parley.open(keysScript(noKeys))
    await openTab(parley, 'Data')
    const { page } = parley
    await page.getByRole('switch', { name: 'With the texts of my agents' }).click()
    await page.getByRole('button', { name: 'Make a report…' }).click()
    await expect(page.getByRole('region', { name: 'Text of the report' })).toContainText('Parley: 0.1.0, web host')
    const saving = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Save as a file' }).click()
    const saved = await saving
    expect(saved.suggestedFilename()).toBe('parley-report-2026-11-21.md')
    expect(await readFile(await saved.path(), 'utf8')).toContain('# Parley report')
    expect(await parley.asked('data:report')).toEqual([{ texts: true }])
  })

  test('is deleted only after a question, and what failed is told', async ({ parley }) => {
    await parley.open(keysScript(noKeys))
    await openTab(parley, 'Data')
    const { page } = parley
    await page.getByRole('button', { name: 'Delete all…' }).click()
    await page.getByRole('button', { name: 'Keep my data' }).click()
    expect(await parley.asked('data:delete-all')).toEqual([])
    await parley.answer('data:delete-all', {
      ok: false,
      error: { code: 'refused', message: 'Not everything could be deleted: the keys.' }
    })
    await page.getByRole('button', { name: 'Delete all…' }).click()
    await page.getByRole('button', { name: 'Delete everything' }).click()
    await expect(page.getByText('Not everything could be deleted: the keys.')).toBeVisible()
    expect(await parley.asked('data:delete-all')).toEqual([{ confirm: 'delete everything' }])
  })
})

for (const [name, { script, reach, part }] of Object.entries(keysShots)) {
  test(`${name} is drawn in both themes, clean for axe and never wider than the window`, async ({ parley }) => {
    await expectDrawn(parley, {
      name,
      sizes: { normal: { width: 960, height: 720 }, narrow: { width: 360, height: 640 } },
      darkAt: 'normal',
      perSize: false,
      part,
      async reach() {
        await parley.open(script)
        await reach(parley)
      }
    })
  })
}
