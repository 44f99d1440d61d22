import type { Page } from '@playwright/test'
import type { Enabled } from '../../src/shared/ipc/profile-calls.ts'
import type { ToolCall } from '../../src/shared/events.ts'
import { openHistory } from './history-states.ts'
import { expect, ownPageTest, type ParleyPage, test } from './parley-page.ts'
import { overlays } from './presence-states.ts'
import type { ScriptedProfile } from './scripted-main.ts'

declare global {
  interface Window {
    /** Set by whatever of a text has run. */
    ranText?: string
  }
}

const run = (what: string) => `window.ranText='${what}'`
/** Every element that a text could become bears `data-evil`. */
const MARKUP =
  `<script data-evil>${run('script')}</script><img data-evil src="x" onerror="${run('handler')}">` +
  `<svg data-evil onload="${run('svg')}"></svg><iframe data-evil srcdoc="x"></iframe><b data-evil>bold</b>` +
  `<a data-evil href="javascript:${run('link')}">here</a>`
const TURNED = 'before \u2066\u2067\u202Egnp.exe'
const LONG = 'W'.repeat(100_000)
const texts = [
  MARKUP,
  `[here](javascript:${run('markdown')}) javascript:${run('address')} https://evil.example/?q=1`,
  TURNED,
  'zero\u200B\u200C\u200Dwidth\uFEFF \u00AD Z\u0351\u036B\u0343\u036A\u0302\u036B\u033D\u034F\u0334a',
  '\u001B[31mred\u001B[0m \u001B]8;;https://evil.example\u0007link \u009B2K \u0000 \u0008',
  '{{secret:OPENAI}} ${1+1} {{constructor}}',
  '__proto__',
  'constructor',
  LONG
]
/** Names are shorter: a profile's is 200 characters at most. */
const names = [...texts.slice(1, -1), `<img data-evil src="x" onerror="${run('name')}">`, 'W'.repeat(200)]

/** Nothing of a text has run or become an element, the page is no wider than its window, and every name is still Parley's own. */
async function expectOnlyText({ page }: ParleyPage, where: string): Promise<void> {
  const seen = await page.evaluate(() => ({
    ran: window.ranText,
    made: document.querySelectorAll('[data-evil], iframe, object, embed, a[href*="evil"], a[href^="javascript:"]')
      .length,
    polluted: Object.keys(Object.prototype).length + ('evil' in {} ? 1 : 0),
    cut: [...document.querySelectorAll('[role=log] p, [role=log] pre, [role=dialog] p, [role=dialog] pre')].filter(
      (it) => it.clientWidth > 0 && it.scrollWidth > it.clientWidth + 1
    ).length,
    wide: Math.max(0, document.documentElement.scrollWidth - window.innerWidth),
    dialogWide: [...document.querySelectorAll('[role=dialog]')].filter((it) => it.scrollWidth > it.clientWidth).length
  }))
  expect(seen, where).toEqual({ ran: undefined, made: 0, polluted: 0, cut: 0, wide: 0, dialogWide: 0 })
}

/** Our own words beside a hostile text still run from left to right. */
async function expectLeftToRight(page: Page, words: string): Promise<void> {
  const turned = await page.evaluate((text) => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    const found: boolean[] = []
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const at = node.nodeValue?.indexOf(text) ?? -1
      if (at < 0 || node.parentElement?.checkVisibility() !== true) continue
      const left = (offset: number) => {
        const range = document.createRange()
        range.setStart(node, offset)
        range.setEnd(node, offset + 1)
        return range.getBoundingClientRect().left
      }
      // Within its first word: where it breaks into lines says nothing.
      found.push(left(at) >= left(at + 1))
    }
    return found
  }, words)
  expect(turned.length, words).toBeGreaterThan(0)
  expect(turned, `${words} is turned round`).not.toContain(true)
}

const profiles: ScriptedProfile[] = names.map((name, at) => ({
  id: ['__proto__', 'constructor', 'toString'][at] ?? `hostile${at}`,
  name,
  service: 'deepgram',
  modality: 'audio',
  builtIn: false,
  host: 'evil.example'
}))
const call = (at: number, change: Partial<ToolCall> = {}) => ({
  kind: 'tool-call' as const,
  call: {
    id: ['__proto__', 'constructor'][at] ?? `call${at}`,
    name: names[at % names.length] ?? '',
    arguments: JSON.stringify({ evil: texts[at % texts.length], ['__proto__']: { evil: 1 } }),
    where: 'client' as const,
    status: 'answered' as const,
    content: texts[at % texts.length] ?? '',
    ...change
  }
})
const enables: Enabled[] = names.map((name) => ({ kind: 'answers-tool', where: `tools.${name}`, value: name }))
const summary = (at: number) => ({
  id: at + 1,
  profileId: null,
  profileName: names[at % names.length] ?? '',
  service: 'deepgram',
  startedAtMs: Date.now() - 60_000 * (at + 1),
  endedAtMs: Date.now() - 30_000,
  title: (texts[at] ?? '').slice(0, 500),
  lines: 3,
  excerpt: `**${(texts[at] ?? '').slice(0, 300)}** and ${texts[0] ?? ''}`
})
const items = texts.flatMap((text, at) => [
  { kind: 'line', role: 'agent', text, atMs: 1, interrupted: true, heard: { share: 0.5, text, estimated: true } },
  { kind: 'line', role: 'parley', text, atMs: 1, interrupted: true },
  { kind: 'tool-call', atMs: 1, call: call(at).call }
])
const ok = (value: unknown) => ({ ok: true as const, value })
const script = {
  profiles,
  answers: {
    'history:list': ok({ conversations: texts.map((_text, at) => summary(at)), more: false }),
    'history:read': ok({ summary: summary(2), reason: { code: 'service-error', message: TURNED }, items }),
    'profiles:enables': ok({ enables }),
    'profiles:preview': ok({ name: TURNED, service: 'deepgram', warnings: texts, enables }),
    'secrets:list': ok({
      rows: [],
      missing: [{ target: { kind: 'named', name: 'OPENAI' }, usedBy: names }],
      places: ['memory'],
      why: MARKUP
    })
  }
}

test('whatever agents, tools, files and servers say stays text: nothing runs, nothing is made of it, everything stays in its place', async ({
  parley,
  page
}) => {
  test.setTimeout(60_000)
  page.setDefaultTimeout(5_000)
  await parley.open(script)
  await parley.live()
  for (const [at, text] of texts.entries()) {
    const id = ['__proto__', 'constructor', 'toString'][at] ?? `caption${at}`
    await parley.say(
      { id, role: 'user', text, interrupted: false },
      { id: `${id} of the agent`, role: 'agent', text, interrupted: true },
      { id: `${id} of Parley`, role: 'parley', text, interrupted: false }
    )
    await parley.event(call(at))
    await parley.event({ kind: 'notice', notice: { level: 'warning', code: id, message: text } })
    await parley.event({ kind: 'notice', notice: { level: 'error', code: `${id} 2`, message: TURNED } })
  }
  await parley.event(call(0, { id: 'asks', status: 'waiting-for-person', name: TURNED }))
  await parley.event({ kind: 'changes', changes: names })
  const log = page.getByRole('log')
  await expect(log).toContainText(MARKUP)
  await expect(log).toContainText('{{secret:OPENAI}} ${1+1}')
  await expect(log).toContainText('zero\u200B\u200C\u200Dwidth')
  await expect(log.locator('[data-role]'), 'no caption takes the place of another').toHaveCount(3 * texts.length)
  // Room for all of it; what happens without is looked at below.
  await page.setViewportSize({ width: 960, height: 1600 })
  for (const tool of await log.locator('[data-tool] > div > button').all()) await tool.click()
  await expectOnlyText(parley, 'the conversation')
  await expectLeftToRight(page, 'cut off here')
  for (const width of [360, 960]) {
    await page.setViewportSize({ width, height: 720 })
    await expect(page.getByRole('button', { name: 'Hang up' })).toBeInViewport({ ratio: 1 })
    await expectOnlyText(parley, `the conversation, ${width} px`)
  }

  await parley.ended({ code: 'service-error', message: `${MARKUP} ${TURNED}`, serviceCode: '__proto__' })
  await expect(page.getByRole('alert').filter({ hasText: 'onerror' })).toBeVisible()
  await expectOnlyText(parley, 'a problem')

  await openHistory(page)
  await expect(page.getByRole('option')).toHaveCount(texts.length)
  await page.getByRole('option').nth(2).click()
  await expect(page.getByRole('region', { name: /What was said/ })).toContainText(MARKUP)
  await expectOnlyText(parley, 'the history')
  await expectLeftToRight(page, 'cut off here')
  await page.keyboard.press('Escape')

  await page.getByRole('button', { name: 'Settings' }).click()
  await page.getByRole('menuitem', { name: 'Agents…' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.locator('[data-profile]').filter({ hasText: 'onerror' })).toHaveCount(1)
  await expectOnlyText(parley, 'the agents')
  const file = {
    name: `<img data-evil onerror=x>\u202Enosj.parley.json`,
    mimeType: 'application/json',
    buffer: Buffer.from('{}')
  }
  await page.locator('input[type=file]').setInputFiles(file)
  await expect(dialog).toContainText('evil onerror=x')
  await expectOnlyText(parley, 'an import')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+Comma')
  await page.getByRole('tab', { name: 'Keys', exact: true }).click()
  await expect(dialog).toContainText('OPENAI')
  await expectOnlyText(parley, 'the keys')
})

ownPageTest('the overlay shows hostile words as words', async ({ parley, page }) => {
  await page.setViewportSize({ width: 280, height: 72 })
  await page.addInitScript(
    ({ states }) => {
      const listeners: ((state: unknown) => void)[] = []
      Object.assign(window, {
        cspReports: [],
        parley: {
          invoke: () => Promise.resolve({ ok: true, value: states }),
          on: (_name: string, listener: (state: unknown) => void) => (listeners.push(listener), () => undefined)
        },
        emit: (_name: string, state: unknown) => listeners.forEach((listener) => listener(state))
      })
    },
    { states: overlays['listening'] }
  )
  await page.goto('/overlay.html')
  for (const [at, text] of texts.entries()) {
    const state = { phase: 'live', activity: 'agentSpeaking' }
    const shown = { ...overlays['listening'], state, agent: names[at % names.length], caption: { role: 'agent', text } }
    await page.evaluate((next) => window.emit('presence:overlay-changed', next), shown)
    await expect(page.locator('.caption')).toHaveText(text, { useInnerText: false })
    await expectOnlyText(parley, text.slice(0, 20))
    const tall = await page.evaluate(() => document.documentElement.scrollHeight - window.innerHeight)
    expect(tall).toBeLessThanOrEqual(0)
  }
})
