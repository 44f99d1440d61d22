import type { Page } from '@playwright/test'
import type { SupportTable } from '../../src/shared/events.ts'
import { conversation, expect, test } from './parley-page.ts'

const box = (page: Page) => page.getByRole('textbox', { name: 'Message to the agent' })

/** Chooses from one of the two small menus beside the box. "No answer" is not "No answer, after speaking". */
async function choose(page: Page, menu: RegExp, choice: string): Promise<void> {
  await page.getByRole('button', { name: menu }).click()
  await page.getByRole('menuitemradio', { name: new RegExp(`^${choice}(?!,)`) }).click()
  await expect(box(page)).toBeFocused()
}

const purpose = /^What this text is for/
const timing = /^(Whether the agent answers|When the agent says it)/

test('Enter sends, Shift and Enter make a new line', async ({ parley, page }) => {
  await parley.open()
  await parley.live()
  const field = box(page)
  await field.fill('one')
  await field.press('Shift+Enter')
  await field.pressSequentially('two')
  await field.press('Enter')
  expect(await parley.asked('session:command')).toEqual([{ kind: 'user-text', text: 'one\ntwo' }])
  await expect(field).toHaveValue('')
})

test('an empty message is not sent', async ({ parley, page }) => {
  await parley.open()
  await parley.live()
  const field = box(page)
  await field.fill('  ')
  await field.press('Enter')
  expect(await parley.asked('session:command')).toEqual([])
})

for (const [as, when, command] of [
  ['Message', 'Answer after speaking', { kind: 'user-text', when: 'after-speech', respond: true }],
  ['Message', 'No answer', { kind: 'user-text', when: 'now', respond: false }],
  ['Message', 'No answer, after speaking', { kind: 'user-text', when: 'after-speech', respond: false }],
  ['Context', 'Answer now', { kind: 'context', when: 'now', respond: true }],
  ['Context', 'Answer after speaking', { kind: 'context', when: 'after-speech', respond: true }],
  ['Context', 'No answer', { kind: 'context', when: 'now', respond: false }],
  ['Context', 'No answer, after speaking', { kind: 'context', when: 'after-speech', respond: false }],
  ['Say this', 'If quiet', { kind: 'agent-speech', behavior: 'if-quiet' }],
  ['Say this', 'Next', { kind: 'agent-speech', behavior: 'queue' }],
  ['Say this', 'At once', { kind: 'agent-speech', behavior: 'interrupt' }]
] as const) {
  test(`"${as}" with "${when}" sends its own command`, async ({ parley, page }) => {
    await parley.open()
    await parley.live()
    await choose(page, purpose, as)
    await choose(page, timing, when)
    await page.keyboard.type('Time is up.')
    await page.keyboard.press('Enter')
    expect(await parley.asked('session:command')).toEqual([{ ...command, text: 'Time is up.' }])
  })
}

test('"Add to prompt" has nothing to choose beside it, and sends its own command', async ({ parley, page }) => {
  await parley.open()
  await parley.live()
  await choose(page, purpose, 'Add to prompt')
  await expect(page.getByRole('button', { name: timing })).toHaveCount(0)
  await page.keyboard.type('Be brief.')
  await page.keyboard.press('Enter')
  expect(await parley.asked('session:command')).toEqual([{ kind: 'append-prompt', text: 'Be brief.' }])
  await expect(page.getByText('Added to the prompt.')).toBeVisible()
})

const why = 'Napster cannot say words as they stand.'
const interrupts = 'It interrupts the agent if it is speaking.'
const waits = 'Napster holds it until the agent has finished speaking.'
const napster: SupportTable = {
  'user-text': { kind: 'native', note: interrupts },
  'user-text/after-speech': { kind: 'native', note: waits },
  'user-text/no-response': { kind: 'native', note: interrupts },
  context: { kind: 'native', note: interrupts },
  'context/after-speech': { kind: 'native', note: waits },
  'agent-speech': { kind: 'unsupported', why },
  'append-prompt': { kind: 'unsupported', why: 'Not with this agent.' }
}

test('what the service cannot do says why, can be reached with the keyboard, and is not chosen', async ({
  parley,
  page
}) => {
  await parley.open()
  await parley.live()
  await parley.event({ kind: 'support', support: napster })
  const menu = page.getByRole('button', { name: purpose })
  await menu.focus()
  await page.keyboard.press('Enter')
  const say = page.getByRole('menuitemradio', { name: /^Say this/ })
  await expect(say).toHaveAttribute('aria-disabled', 'true')
  await expect(say).toContainText(why)
  await expect(page.getByRole('menuitemradio', { name: /^Add to prompt/ })).toContainText('Not with this agent.')
  // The menu takes the keyboard a moment after it is drawn: an arrow pressed before moves nothing.
  await expect(page.getByRole('menuitemradio', { name: /^Message/ })).toBeFocused()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await expect(say).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(say).toBeVisible()
  await parley.expectAccessible('[role=menu]')
  await page.keyboard.press('Escape')
  await expect(menu).toHaveAccessibleName('What this text is for: Message')
})

test('one way of saying that is not to be had is off by itself, with its reason', async ({ parley, page }) => {
  await parley.open()
  await parley.live()
  const support: SupportTable = {
    'agent-speech': { kind: 'native' },
    'agent-speech/interrupt': { kind: 'unsupported', why: 'This service cannot cut itself off.' }
  }
  await parley.event({ kind: 'support', support })
  await choose(page, purpose, 'Say this')
  await page.getByRole('button', { name: timing }).click()
  const atOnce = page.getByRole('menuitemradio', { name: /^At once/ })
  await expect(atOnce).toContainText('This service cannot cut itself off.')
  await expect(atOnce).toHaveAttribute('aria-disabled', 'true')
  await expect(page.getByRole('menuitemradio', { name: /^Next/ })).toHaveAttribute('aria-disabled', 'false')
})

test('N10 "now" says that it interrupts a speaking agent, where it does, and what waits does not', async ({
  parley,
  page
}) => {
  await parley.open()
  await parley.live()
  await parley.event({ kind: 'support', support: napster })
  await page.getByRole('button', { name: timing }).click()
  await expect(page.getByRole('menuitemradio').filter({ hasText: interrupts })).toHaveText([
    /^Answer now/,
    /^No answer/
  ])
})

test('a choice that the next agent cannot do gives way to one that it can', async ({ parley, page }) => {
  await parley.open()
  await parley.live()
  await choose(page, purpose, 'Say this')
  await parley.state({ phase: 'ended', reason: { code: 'hung-up', message: '' } })
  await parley.live()
  await parley.event({ kind: 'support', support: napster })
  await expect(page.getByRole('button', { name: purpose })).toHaveAccessibleName('What this text is for: Message')
  await box(page).fill('Hello.')
  await box(page).press('Enter')
  expect(await parley.asked('session:command')).toEqual([{ kind: 'user-text', text: 'Hello.' }])
})

test('N13 context is nowhere but in its box: not in the conversation, the captions or on the stage', async ({
  parley,
  page
}) => {
  await parley.open()
  await parley.live('agentSpeaking')
  await parley.say(...conversation.slice(0, 2))
  const seen = () => page.getByRole('main').innerText()
  const before = await seen()
  await choose(page, purpose, 'Context')
  for (const when of ['Answer now', 'No answer, after speaking']) {
    await choose(page, timing, when)
    await box(page).fill('The user opened the cart.')
    await box(page).press('Enter')
    await parley.event({ kind: 'command', command: 'context', outcome: 'applied' })
    await expect(page.getByText('The agent knows it.')).toBeVisible()
    expect(await page.locator('body').innerText()).not.toContain('opened the cart')
    await expect(page.getByRole('log', { name: 'Conversation' }).locator('[data-role]')).toHaveCount(2)
  }
  await choose(page, purpose, 'Message')
  await box(page).fill('x')
  await box(page).fill('')
  expect(await seen()).toBe(before)
  expect(await parley.asked('session:command')).toHaveLength(2)
})

test('what waits leaves the box free; refused, it comes back above what was typed since', async ({ parley, page }) => {
  await parley.open()
  await parley.live('agentSpeaking')
  await parley.hold('session:command')
  await choose(page, timing, 'Answer after speaking')
  await box(page).fill('first')
  await box(page).press('Enter')
  await expect(box(page)).toHaveValue('')
  await expect(page.getByText('One text waits until the agent has finished speaking.')).toBeVisible()
  await box(page).pressSequentially('second')
  await parley.release('session:command', { ok: true, value: { outcome: 'refused', reason: 'You were speaking.' } })
  await expect(page.getByText('You were speaking.')).toBeVisible()
  await expect(box(page)).toHaveValue('first\nsecond')
  await expect(page.getByText(/waits until/)).toHaveCount(0)
})

test('a text for later that is sent while nobody speaks is on its way, and waits for nothing', async ({
  parley,
  page
}) => {
  await parley.open()
  await parley.live()
  await parley.hold('session:command')
  await choose(page, timing, 'Answer after speaking')
  await box(page).fill('first')
  await box(page).press('Enter')
  await expect(box(page)).toHaveValue('')
  await parley.state({ phase: 'live', activity: 'agentSpeaking' })
  await expect(page.getByText(/is speaking$/)).toBeVisible()
  await expect(page.getByText(/waits until/)).toHaveCount(0)
  await parley.release('session:command', { ok: true, value: { outcome: 'applied' } })
})

test('a text that the service does not confirm is sent, and says so', async ({ parley, page }) => {
  await parley.open()
  await parley.live()
  const reason = 'Napster does not confirm this; it raised no objection.'
  await parley.answer('session:command', { ok: true, value: { outcome: 'unconfirmed', reason } })
  await choose(page, purpose, 'Context')
  await box(page).fill('The user opened the cart.')
  await box(page).press('Enter')
  await expect(page.getByText(`Sent. ${reason}`)).toBeVisible()
  await expect(box(page)).toHaveValue('')
})

test('a text that was not sent is still there in the next conversation', async ({ parley, page }) => {
  await parley.open()
  await parley.live()
  await box(page).fill('half a sent')
  await parley.state({ phase: 'ended', reason: { code: 'hung-up', message: '' } })
  await expect(box(page)).toHaveCount(0)
  await parley.live()
  await expect(box(page)).toHaveValue('half a sent')
})

test('at 360 px the box, both menus and the button stand in one row', async ({ parley, page }) => {
  await page.setViewportSize({ width: 360, height: 640 })
  await parley.open()
  await parley.live()
  for (const as of ['Message', 'Context', 'Say this', 'Add to prompt']) {
    await choose(page, purpose, as)
    const tops = await page
      .locator('form > div')
      .first()
      .locator('> *')
      .evaluateAll((parts) => [...new Set(parts.map((part) => Math.round(part.getBoundingClientRect().bottom / 8)))])
    expect(tops, as).toHaveLength(1)
    expect((await box(page).boundingBox())?.height, as).toBeLessThan(40)
    await parley.expectNoSideScroll()
  }
})

test('I4 a refused text stays in the box, with the reason', async ({ parley, page }) => {
  await parley.open()
  await parley.live('userSpeaking')
  await parley.answer('session:command', { ok: true, value: { outcome: 'refused', reason: 'You were speaking.' } })
  const field = box(page)
  await field.fill('Time is up.')
  await field.press('Enter')
  await expect(page.getByText('You were speaking.')).toBeVisible()
  await expect(field).toHaveValue('Time is up.')
  await field.fill('Time is up!')
  await expect(page.getByText('You were speaking.')).toHaveCount(0)
})

test('P2 the counter counts code points of prompt and draft, P3 it is absent without a limit', async ({
  parley,
  page
}) => {
  await parley.open()
  await parley.live()
  await parley.event({ kind: 'prompt', codePoints: 24_990, limit: 25_000 })
  await page.getByRole('button', { name: /What this text is for/ }).click()
  await page.getByRole('menuitemradio', { name: /^Add to prompt/ }).click()
  const field = box(page)
  await field.fill('👍👍👍')
  await expect(page.getByText('24,993 / 25,000')).toBeVisible()
  await field.fill('12345678901')
  await expect(page.getByText('1 character too many')).toBeVisible()
  await parley.event({ kind: 'prompt', codePoints: 24_990, limit: null })
  await expect(page.getByText('/ 25,000')).toHaveCount(0)
})
