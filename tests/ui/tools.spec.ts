import type { ToolCall } from '../../src/shared/events.ts'
import { conversation, expect, test } from './parley-page.ts'

const call: ToolCall = {
  id: 'f1',
  name: 'find_order',
  arguments: '{"order":42}',
  where: 'client',
  status: 'waiting-for-person'
}
const told = (change: Partial<ToolCall> = {}) => ({ kind: 'tool-call' as const, call: { ...call, ...change } })

test('a tool call is one quiet line in its place, which opens to arguments, place and answer', async ({
  parley,
  page
}) => {
  await parley.open()
  await parley.live()
  await parley.say(...conversation.slice(0, 2))
  await parley.event(told({ where: 'service', status: 'running' }))
  await parley.say(...conversation.slice(2, 3))
  const row = page.getByRole('button', { name: 'Tool call find_order: running' })
  await expect(page.getByText('"order": 42')).toHaveCount(0)
  await row.click()
  await expect(page.getByText('Run by the service')).toBeVisible()
  await expect(page.getByRole('region', { name: 'Asked with' })).toHaveText('{ "order": 42 }', { useInnerText: false })
  await parley.event(told({ where: 'service', status: 'answered', content: '{"state":"sent"}' }))
  await expect(page.getByRole('region', { name: 'Answer' })).toContainText('"state": "sent"')
  await expect(page.getByRole('log')).toHaveText(/twenty-three\?.*find_order.*three hundred/s)
  await parley.expectAccessible()
})

for (const [status, words] of [
  ['answered', 'answered'],
  ['failed', 'failed'],
  ['cancelled', 'cancelled by the agent']
] as const) {
  test(`a call that is ${status} says so and asks nothing`, async ({ parley, page }) => {
    await parley.open()
    await parley.live()
    await parley.event(told())
    await parley.event(told({ status }))
    await expect(page.getByRole('button', { name: `Tool call find_order: ${words}` })).toBeVisible()
    await expect(page.getByRole('region', { name: 'The agent asks for find_order' })).toHaveCount(0)
  })
}

test('a call that waits for the person is answered from the keyboard', async ({ parley, page }) => {
  await parley.open()
  await parley.live()
  await parley.event(told())
  const box = page.getByRole('textbox', { name: 'Your answer, text or JSON' })
  await expect(box).not.toBeFocused()
  await box.focus()
  await page.keyboard.type('{"state":"sent"')
  await expect(page.getByText('This is not valid JSON. It is sent as text.')).toBeVisible()
  await page.keyboard.type('}')
  await expect(page.getByText('This is not valid JSON.')).toHaveCount(0)
  await page.keyboard.press('Tab')
  await expect(page.getByRole('button', { name: 'Answer', exact: true })).toBeFocused()
  await parley.expectAccessible()
  await page.keyboard.press('Enter')
  expect(await parley.asked('session:command')).toEqual([
    { kind: 'tool-result', id: 'f1', content: '{"state":"sent"}' }
  ])
  await expect(box).toHaveCount(0)
})

test('an answer with an error carries the reason, and one of its own without', async ({ parley, page }) => {
  await parley.open()
  await parley.live()
  await parley.event(told())
  await page.getByRole('textbox', { name: 'Your answer, text or JSON' }).fill('No such order.')
  await page.getByRole('button', { name: 'Answer with an error' }).click()
  await parley.event(told({ status: 'answered' }))
  await parley.event(told({ id: 'f2' }))
  await page.getByRole('button', { name: 'Answer with an error' }).click()
  expect(await parley.asked('session:command')).toEqual([
    { kind: 'tool-result', id: 'f1', content: '{"error":"No such order."}' },
    { kind: 'tool-result', id: 'f2', content: '{"error":"No answer was given."}' }
  ])
})

test('an answer that is refused stays in its box, with the reason', async ({ parley, page }) => {
  await parley.open()
  await parley.live()
  await parley.event(told())
  const reply = { outcome: 'refused', reason: 'The call is not open any more.' }
  await parley.answer('session:command', { ok: true, value: reply })
  const box = page.getByRole('textbox', { name: 'Your answer, text or JSON' })
  await box.fill('sent')
  await page.getByRole('button', { name: 'Answer', exact: true }).click()
  await expect(page.getByText('The call is not open any more.')).toBeVisible()
  await expect(box).toHaveValue('sent')
})

test('several calls are asked one after the other, the oldest first', async ({ parley, page }) => {
  await parley.open()
  await parley.live()
  await parley.event(told())
  await parley.event(told({ id: 'f2', name: 'find_price' }))
  await expect(page.getByRole('region', { name: 'The agent asks for find_order' })).toContainText('1 more waits')
  await page.getByRole('textbox', { name: 'Your answer, text or JSON' }).fill('sent')
  await page.getByRole('button', { name: 'Answer', exact: true }).click()
  await parley.event(told({ status: 'answered', content: 'sent' }))
  await expect(page.getByRole('region', { name: 'The agent asks for find_price' })).toBeVisible()
  await expect(page.getByRole('textbox', { name: 'Your answer, text or JSON' })).toHaveValue('')
})

test('C32 a call that the agent takes back while an answer is written keeps the words and sends nothing', async ({
  parley,
  page
}) => {
  await parley.open()
  await parley.live()
  await parley.event(told())
  const box = page.getByRole('textbox', { name: 'Your answer, text or JSON' })
  await box.click()
  await page.keyboard.type('it was ')
  await parley.event(told({ status: 'cancelled' }))
  await page.keyboard.type('sent today')
  await expect(box).toHaveValue('it was sent today')
  await expect(page.getByText('The agent does not wait for this answer any more.')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Answer', exact: true })).toHaveCount(0)
  expect(await parley.engineCalls()).toEqual(['open', 'talk ready push-to-talk'])
  await page.getByRole('button', { name: 'Close', exact: true }).click()
  await expect(box).toHaveCount(0)
  expect(await parley.asked('session:command')).toEqual([])
})

test('a call that comes while the talk key is held takes neither key nor focus', async ({ parley, page }) => {
  await parley.open()
  await parley.live()
  await page.keyboard.down('Space')
  await parley.event(told())
  await page.keyboard.down('Space')
  expect((await parley.engineCalls()).at(-1)).toBe('talk open push-to-talk')
  await page.keyboard.up('Space')
  expect((await parley.engineCalls()).at(-1)).toBe('talk ready push-to-talk')
  await expect(page.getByRole('textbox', { name: 'Your answer, text or JSON' })).toHaveValue('')
})

test('a reloaded page shows the calls where they were', async ({ parley, page }) => {
  await parley.open({
    state: { phase: 'live', activity: 'listening' },
    captions: conversation.slice(0, 3),
    snapshot: {
      toolCalls: [{ ...call, status: 'answered', content: 'sent' }],
      placement: { newest: { id: '3', agent: true }, calls: [{ id: 'f1', after: '2' }], turns: [], pendingTurn: null }
    }
  })
  await expect(page.getByRole('log')).toHaveText(/twenty-three\?.*find_order.*three hundred/s)
})
