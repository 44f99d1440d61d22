import { expect, test } from './parley-page.ts'
import type { ParleyPage } from './parley-page.ts'

const think = { provider: { type: 'open_ai', model: 'gpt-4o-mini' }, prompt: 'Be brief.' }
const why = 'The service keeps this agent under an id.'

/** Opens the section for an agent whose file has a think block. */
async function wholeBlock({ parley, page }: { parley: ParleyPage; page: ParleyPage['page'] }) {
  const saved = JSON.stringify({ schemaVersion: 1, name: 'Mine', service: 'deepgram', settings: { agent: { think } } })
  await parley.open({ answers: { 'profiles:read': { ok: true, value: { text: saved } } } })
  await parley.live()
  await parley.event({
    kind: 'support',
    support: {
      'configure-listen': { kind: 'native' },
      'configure-think': { kind: 'native' },
      'configure-speak': { kind: 'unsupported', why }
    }
  })
  await page.getByRole('button', { name: /^Tune the agent/ }).click()
  await page.getByRole('button', { name: /^Whole block/ }).click()
  const section = page.getByRole('group', { name: 'Whole block (JSON)' })
  return {
    box: section.getByRole('textbox'),
    send: section.getByRole('button', { name: 'Send the block' }),
    insert: section.getByRole('button', { name: 'Insert the saved block' }),
    choose: (block: string) => page.getByRole('radio', { name: block, exact: true }).click()
  }
}

test('the saved block is inserted, changed and sent whole; undo brings back what it replaced', async ({
  parley,
  page
}) => {
  const { box, send, insert } = await wholeBlock({ parley, page })
  await expect(send).toBeDisabled()
  await box.fill('{"half": ')
  await insert.click()
  await expect(box).toHaveValue(JSON.stringify(think, null, 2))
  await page.keyboard.press('Control+z')
  await expect(box).toHaveValue('{"half": ')
  await insert.click()
  await send.click()
  await expect(page.getByText('The think block is this now.')).toBeVisible()
  await expect(box).toHaveValue(JSON.stringify(think, null, 2))
  await parley.expectAccessible()
  expect(await parley.asked('session:command')).toEqual([{ kind: 'configure-think', think }])
})

test('a text that is not JSON is not sent: line, column and reason are told, and the place is selected', async ({
  parley,
  page
}) => {
  const { box, send } = await wholeBlock({ parley, page })
  const typed = '{\n  "prompt": "Be brief.",\n}'
  await box.fill(typed)
  await send.click()
  await expect(page.getByText('Line 3, column 1: there is a comma too many before this.')).toBeVisible()
  await expect(box).toHaveValue(typed)
  await expect(box).toBeFocused()
  await expect(box).toHaveAttribute('aria-invalid', 'true')
  expect(await box.evaluate((element) => (element as HTMLTextAreaElement).selectionStart)).toBe(typed.length - 1)
  await parley.expectAccessible()
  expect(await parley.asked('session:command')).toEqual([])
  await box.fill('{"prompt": "Be brief."}')
  await expect(box).toHaveAttribute('aria-invalid', 'false')
  await send.click()
  expect(await parley.asked('session:command')).toEqual([{ kind: 'configure-think', think: { prompt: 'Be brief.' } }])
})

test('in a narrow window, too, the fault of a long text and its reason are in view', async ({ parley, page }) => {
  await page.setViewportSize({ width: 360, height: 640 })
  const { box, send } = await wholeBlock({ parley, page })
  const lines = Array.from({ length: 80 }, (_, n) => `  "field ${n}": ${n},`)
  await box.fill(`{\n${lines.with(60, '  broken: 1,').join('\n')}\n  "last": true\n}`)
  await box.evaluate((element) => {
    element.scrollTop = 0
  })
  await send.click()
  await expect(page.getByText('Line 62, column 3: broken must stand in double quotes.')).toBeInViewport({ ratio: 1 })
  await expect(box).toBeInViewport({ ratio: 0.9 })
  const seen = await box.evaluate((element) => {
    const lineHeight = element.scrollHeight / (element as HTMLTextAreaElement).value.split('\n').length
    return { first: element.scrollTop / lineHeight, last: (element.scrollTop + element.clientHeight) / lineHeight }
  })
  expect(seen.first).toBeLessThan(61)
  expect(seen.last).toBeGreaterThan(62)
})

test('each block has its own draft and support; in the place of what is unsupported stands the reason', async ({
  parley,
  page
}) => {
  const { box, send, insert, choose } = await wholeBlock({ parley, page })
  await box.fill('{"prompt": ')
  await choose('Speak')
  await expect(page.getByRole('button', { name: 'Whole block (JSON) unsupported' })).toBeVisible()
  await expect(page.getByText(why)).toBeVisible()
  await expect(box).toHaveCount(0)
  await expect(send).toHaveCount(0)
  await expect(insert).toHaveCount(0)
  await choose('Listen')
  await expect(box).toHaveValue('')
  await expect(page.getByText('What you leave out stays as it is. Write secrets as {{secret:NAME}}.')).toBeVisible()
  await box.fill('{"provider": {"eot_threshold": 0.8}}')
  await send.click()
  await expect(page.getByText('The listen block is changed.')).toBeVisible()
  await choose('Think')
  await expect(box).toHaveValue('{"prompt": ')
  expect(await parley.asked('session:command')).toEqual([
    { kind: 'configure-listen', provider: { eot_threshold: 0.8 } }
  ])
})

test('a block that the service refuses stays in its box with the reason', async ({ parley, page }) => {
  const { box, send } = await wholeBlock({ parley, page })
  const reason = 'think.functions: client_side is not a field of a function.'
  await parley.answer('session:command', { ok: true, value: { outcome: 'refused', reason } })
  await box.fill('{"functions": []}')
  await send.click()
  await expect(page.getByText(reason)).toBeVisible()
  await expect(box).toHaveValue('{"functions": []}')
})
