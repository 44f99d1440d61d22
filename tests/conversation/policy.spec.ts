import { expect, test } from './parley.ts'

// The fixture fails a test whose page reports anything, violations of the content security policy among them.
test('a select, a menu, a dialog and its scroll area open in the shipped page without a policy report', async ({
  start
}) => {
  const { page } = await start()
  await page.evaluate(() => {
    document.addEventListener('securitypolicyviolation', (event) => console.error(`policy: ${event.violatedDirective}`))
  })
  await page.getByRole('combobox', { name: /^Microphone/ }).click()
  await expect(page.getByRole('listbox')).toBeVisible()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Settings' }).click()
  await page.getByRole('menuitem', { name: 'Agents…' }).click()
  await expect(page.getByRole('dialog')).toBeVisible()
  await expect(page.getByRole('region', { name: 'Your agents' })).toBeVisible()
})
