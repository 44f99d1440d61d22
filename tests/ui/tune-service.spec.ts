import { text } from '../../src/renderer/src/text/en.ts'
import { expect, test } from './parley-page.ts'
import { napsterSupport } from './support-table.ts'
import { tuning, tuningNapster } from './tune-page.ts'

test('everything that can be asked of a service is listed, with how it is done or why it is not', async ({
  parley,
  page
}) => {
  await tuningNapster(parley)
  await page.getByRole('tab', { name: 'This service' }).click()
  await expect(page.getByRole('heading', { name: 'What Napster can do' })).toBeVisible()
  const view = page.getByRole('tabpanel', { name: 'This service' })
  const rows = view.getByRole('listitem')
  for (const name of Object.values(text.tune.service.keys)) await expect(view).toContainText(name)
  expect(Object.keys(text.tune.service.keys)).toEqual(expect.arrayContaining(Object.keys(napsterSupport)))
  for (const support of Object.values(napsterSupport)) {
    const sentence = support.kind === 'native' ? support.note : support.kind === 'emulated' ? support.how : support.why
    if (sentence !== undefined) await expect(rows.filter({ hasText: sentence }).first()).toContainText(support.kind)
  }
  await parley.expectAccessible()
  await page.setViewportSize({ width: 360, height: 640 })
  await parley.expectNoSideScroll()
})

test('a variant that is not told is done as its command; before a conversation has told anything the view says so', async ({
  parley,
  page
}) => {
  await tuning(parley, {}, { 'user-text': { kind: 'emulated', how: 'Carried by hand.' } })
  await page.getByRole('tab', { name: 'This service' }).click()
  await expect(page.getByRole('listitem').filter({ hasText: 'Carried by hand.' })).toHaveText(
    'Type to the agentType, told after the agent has finishedType, without an answeremulatedCarried by hand.'
  )
  await parley.event({ kind: 'support', support: {} })
  await expect(page.getByText('The service tells what it can do when a conversation runs.')).toBeVisible()
})
