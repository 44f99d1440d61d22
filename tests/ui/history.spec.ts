import { readFile } from 'node:fs/promises'
import { conversation, expect, test } from './parley-page.ts'
import { items, kept, openHistory, withHistory } from './history-states.ts'

const title = 'What is seventeen times twenty-three?'

test('the history opens with its shortcut, is searched and read from the keyboard, and closes with Escape', async ({
  parley,
  page
}) => {
  await parley.open(withHistory)
  await page.keyboard.press('Control+h')
  await expect(page.getByRole('dialog', { name: 'History' })).toBeVisible()
  await expect(page.getByRole('option')).toHaveCount(kept.length)
  await expect(page.getByRole('group', { name: 'Today' }).getByRole('option')).toHaveCount(2)
  const search = page.getByRole('searchbox', { name: 'Search all conversations' })
  await search.fill('times')
  await expect.poll(async () => (await parley.asked('history:list')).at(-1)).toMatchObject({ query: 'times' })
  await page.keyboard.press('ArrowDown')
  const list = page.getByRole('listbox', { name: 'Conversations' })
  await expect(list).toBeFocused()
  await expect(page.getByRole('option', { name: /bread/ })).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('ArrowDown')
  await expect(page.getByRole('option', { name: /seventeen/ })).toHaveAttribute('aria-selected', 'true')
  await expect(page.getByRole('heading', { name: title })).toBeVisible()
  await page.keyboard.press('End')
  await expect(page.getByRole('option').last()).toHaveAttribute('aria-selected', 'true')
  await expect(page.getByRole('option').last()).toBeInViewport()
  await search.focus()
  await page.keyboard.press('Escape')
  await expect(search).toHaveValue('')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
})

test('a transcript has who said what, calls, what was heard as an estimate, and times when they are asked for', async ({
  parley,
  page
}) => {
  await parley.open(withHistory)
  await openHistory(page)
  await page.getByRole('option', { name: /seventeen/ }).click()
  const transcript = page.getByRole('region', { name: `What was said: ${title}` })
  await expect(transcript.getByText('cut off here, about 55 % heard (estimate)')).toBeVisible()
  await expect(transcript.getByText('Shall I also set a reminder')).toBeVisible()
  await expect(transcript.getByRole('button', { name: 'Tool call find_visit: not finished' })).toBeVisible()
  const earlier = transcript.getByRole('button', { name: 'Goes on from an earlier conversation' })
  await expect(earlier).toBeVisible()
  await expect(transcript.getByText('Broke off')).toBeVisible()
  await expect(transcript.getByText('0.5 s')).toHaveCount(0)
  await page.getByRole('button', { name: 'Show how long replies took' }).click()
  await expect(transcript.getByText('0.5 s')).toBeVisible()
  await earlier.click()
  await expect.poll(() => parley.asked('history:read')).toEqual([{ id: 8 }, { id: 3 }])
})

test('a conversation that runs is read again as it goes on', async ({ parley, page }) => {
  const running = { ...kept[0], id: 9 }
  const read = (count: number) => ({
    ok: true as const,
    value: { summary: running, reason: null, items: items.slice(0, count) }
  })
  await parley.open({ answers: { ...withHistory.answers, 'history:read': read(1) } })
  await parley.live()
  await openHistory(page)
  await page.getByRole('option', { name: /bread/ }).click()
  await expect(page.getByText('What can I do for you?').last()).toBeVisible()
  await parley.answer('history:read', read(2))
  await parley.say(...conversation.slice(0, 2))
  await expect(page.getByRole('region', { name: /What was said/ }).getByText(title)).toBeVisible()
})

test('a conversation goes on with the chosen agent, after a question where one runs', async ({ parley, page }) => {
  await parley.open(withHistory)
  await openHistory(page)
  await page.getByRole('option', { name: /seventeen/ }).click()
  await page.getByRole('button', { name: 'Continue', exact: true }).click()
  await expect(page.getByRole('dialog')).toHaveCount(0)
  expect(await parley.asked('history:continue')).toEqual([{ id: 8 }])

  await parley.live()
  const note = page.getByText(`Goes on from “${title}”. The agent knows what was said.`)
  await expect(note).toBeVisible()
  await openHistory(page)
  await page.getByRole('option', { name: /seventeen/ }).click()
  await page.getByRole('button', { name: 'Continue', exact: true }).click()
  await page.getByRole('button', { name: 'Stay' }).click()
  expect(await parley.asked('history:continue')).toHaveLength(1)
  await page.getByRole('button', { name: 'Continue', exact: true }).click()
  await page.getByRole('button', { name: 'End it and continue' }).click()
  await expect.poll(() => parley.asked('history:continue')).toHaveLength(2)
})

test('a conversation that cannot go on says why', async ({ parley, page }) => {
  const refusal = { ok: false as const, error: { code: 'refused' as const, message: 'Allow this agent first.' } }
  await parley.open({ answers: { ...withHistory.answers, 'history:continue': refusal } })
  await openHistory(page)
  await page.getByRole('option', { name: /lemon/ }).click()
  await page.getByRole('button', { name: 'Continue', exact: true }).click()
  await expect(page.getByRole('alert')).toHaveText('Allow this agent first.')
  await expect(page.getByRole('dialog')).toBeVisible()
})

test('an export is a file', async ({ parley, page }) => {
  await parley.open(withHistory)
  await openHistory(page)
  await page.getByRole('option', { name: /seventeen/ }).click()
  await page.getByRole('button', { name: 'Export' }).click()
  const downloading = page.waitForEvent('download')
  await page.getByRole('menuitem', { name: 'Markdown, to read' }).click()
  const file = await downloading
  expect(file.suggestedFilename()).toBe('parley-2026-11-21-0945-What.md')
  expect(await readFile(await file.path(), 'utf8')).toBe('# What\n')
  expect(await parley.asked('history:export')).toEqual([{ id: 8, format: 'markdown' }])
})

test('a conversation is deleted after a question, and the next one is selected', async ({ parley, page }) => {
  await parley.open(withHistory)
  await openHistory(page)
  await page.getByRole('option', { name: /lemon/ }).click()
  await page.getByRole('listbox').focus()
  await page.keyboard.press('Delete')
  const question = page.getByRole('alertdialog', { name: 'Delete this conversation?' })
  await expect(question).toContainText('Read me the recipe for lemon tart')
  // It takes the keyboard a moment after it is drawn: until then Escape is the history's.
  await expect(question.locator(':focus')).toBeVisible()
  await page.keyboard.press('Escape')
  expect(await parley.asked('history:remove')).toEqual([])
  await expect(page.getByRole('dialog', { name: 'History' })).toBeVisible()
  await page.getByRole('listbox').focus()
  await page.keyboard.press('Delete')
  await question.getByRole('button', { name: 'Delete' }).click()
  await expect.poll(() => parley.asked('history:remove')).toEqual([{ id: 7 }])
  await expect(page.getByRole('option', { name: /天气/ })).toHaveAttribute('aria-selected', 'true')
})

test('older ones come with a button, and the list follows what main tells', async ({ parley, page }) => {
  await parley.open(withHistory)
  await openHistory(page)
  await expect(page.getByRole('option')).toHaveCount(7)
  const older = [{ ...kept[6], id: 2, title: 'The oldest' }]
  await parley.answer('history:list', { ok: true, value: { conversations: older, more: false } })
  await page.getByRole('button', { name: 'Show older ones' }).click()
  await expect(page.getByRole('option')).toHaveCount(8)
  expect((await parley.asked('history:list')).at(-1)).toMatchObject({ before: 3 })
  await page.evaluate(() => window.emit('history:changed', undefined))
  await expect(page.getByRole('option')).toHaveCount(1)
})

test('in a narrow window the conversation takes the place of the list', async ({ parley, page }) => {
  await page.setViewportSize({ width: 360, height: 640 })
  await parley.open(withHistory)
  await openHistory(page)
  await page.getByRole('option', { name: /seventeen/ }).click()
  await expect(page.getByRole('heading', { name: title })).toBeVisible()
  await expect(page.getByRole('listbox')).toBeHidden()
  await page.getByRole('button', { name: 'All conversations' }).click()
  await expect(page.getByRole('listbox')).toBeFocused()
  await expect(page.getByRole('option', { name: /seventeen/ })).toHaveAttribute('aria-selected', 'true')
})

test('a history that is off says so and can be turned on; one that fails can be tried again', async ({
  parley,
  page
}) => {
  await parley.open({ ...withHistory, history: { keep: false, days: 30 } })
  await openHistory(page)
  await page.getByRole('button', { name: 'Keep them from now on' }).click()
  await expect(page.getByText('History is off')).toHaveCount(0)
  expect(await parley.asked('preferences:write')).toEqual([{ history: { keep: true, days: 30 } }])

  const error = { code: 'internal' as const, message: 'The history cannot be used at the moment. Try again.' }
  await parley.open({ answers: { ...withHistory.answers, 'history:list': { ok: false, error } } })
  await openHistory(page)
  await expect(page.getByText(error.message)).toBeVisible()
  await parley.answer('history:list', { ok: true, value: { conversations: kept, more: false } })
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(page.getByRole('option')).toHaveCount(7)
})

test('the settings keep less: off, for so many days, or nothing of all that was kept', async ({ parley, page }) => {
  await parley.open()
  await page.keyboard.press('Control+,')
  await page.getByRole('tab', { name: 'History' }).click()
  await page.getByRole('switch', { name: 'Keep conversations' }).click()
  await expect(page.getByText('Nothing that is said from now on is kept.')).toBeVisible()
  await page.getByRole('combobox', { name: 'Keep them for' }).click()
  await page.getByRole('option', { name: '30 days' }).click()
  expect(await parley.asked('preferences:write')).toEqual([
    { history: { keep: false, days: null } },
    { history: { keep: false, days: 30 } }
  ])
  await page.getByRole('button', { name: 'Delete all…' }).click()
  await page.getByRole('button', { name: 'Keep them', exact: true }).click()
  expect(await parley.asked('history:clear')).toEqual([])
  await page.getByRole('button', { name: 'Delete all…' }).click()
  await page.getByRole('button', { name: 'Delete all', exact: true }).click()
  await expect(page.getByText('All conversations were deleted.')).toBeVisible()
  expect(await parley.asked('history:clear')).toHaveLength(1)
})
