import type { Page } from '@playwright/test'
import type { ConversationItem, ConversationSummary } from '../../src/shared/ipc/history-calls.ts'
import type { ParleyPage } from './parley-page.ts'
import type { Script } from './scripted-main.ts'

const DAY_MS = 24 * 60 * 60_000

/** Today at a quarter to ten, or so many days before. */
const morning = (daysAgo: number): number => new Date().setHours(9, 45, 0, 0) - daysAgo * DAY_MS

function summary(id: number, daysAgo: number, title: string, rest: object = {}): ConversationSummary {
  const startedAtMs = morning(daysAgo)
  const fixed = { service: 'deepgram', lines: 8, profileId: 'own', profileName: 'Kitchen helper' }
  return { id, startedAtMs, endedAtMs: startedAtMs + 260_000, title, ...fixed, ...rest } as ConversationSummary
}

export const kept: ConversationSummary[] = [
  summary(9, 0, 'How long does the bread stay in the oven?', { endedAtMs: null }),
  summary(8, 0, 'What is seventeen times twenty-three?', {
    profileId: 'builtin',
    profileName: 'Built-in agent',
    service: 'builtin',
    continues: 3
  }),
  summary(7, 1, 'Read me the recipe for lemon tart'),
  summary(6, 1, '今天天气怎么样'),
  summary(5, 2, 'Order forty-two: where is it, and why has nobody told me anything since Tuesday?'),
  summary(4, 12, 'Set a timer for twelve minutes'),
  summary(3, 400, 'Hello')
]

const at = morning(0)
const line = (role: 'user' | 'agent' | 'parley', text: string, rest: object = {}) =>
  ({ kind: 'line', role, text, atMs: at, interrupted: false, ...rest }) as ConversationItem

export const items: ConversationItem[] = [
  line('agent', 'Hello. I am the agent inside Parley. What can I do for you?'),
  line('user', 'What is seventeen times twenty-three?'),
  {
    kind: 'latency',
    atMs: at,
    latency: { turn: 1, client: { firstByteMs: 420, firstSampleMs: 512 }, service: { totalMs: 380 } }
  },
  {
    kind: 'tool-call',
    atMs: at,
    call: {
      id: 'c1',
      name: 'calculate',
      arguments: '{"left":17,"right":23}',
      where: 'client',
      status: 'answered',
      content: '391'
    }
  },
  line('agent', 'Seventeen times twenty-three is three hundred and ninety-one.'),
  line('user', 'And remember that my sister arrives on Thursday.'),
  line(
    'agent',
    'I will remember that your sister arrives on Thursday. Shall I also set a reminder for the evening before?',
    {
      interrupted: true,
      heard: { share: 0.55, text: 'I will remember that your sister arrives on Thursday. …', estimated: true }
    }
  ),
  line('parley', 'Added to the prompt: answer in one sentence.'),
  line('user', 'When does she arrive?'),
  {
    kind: 'tool-call',
    atMs: at,
    call: { id: 'c2', name: 'find_visit', arguments: '{"who":"sister"}', where: 'client', status: 'running' }
  }
]

const ok = (value: unknown) => ({ ok: true as const, value })
const answers = (conversations: ConversationSummary[], more = false): NonNullable<Script['answers']> => ({
  'history:list': ok({ conversations, more }),
  'history:read': ok({ summary: kept[1], reason: null, items }),
  'history:export': ok({ fileName: 'parley-2026-11-21-0945-What.md', text: '# What\n' })
})

export const withHistory: Script = { answers: answers(kept, true) }

const found = kept.slice(1, 3).map((one, index) => ({
  ...one,
  excerpt: [
    '…remember that your **sister** arrives on **Thursday**. Shall I also',
    '…for **Thursday** evening, my **sister** eats no nuts'
  ][index]
}))

export const historyScripts: Record<string, Script> = {
  history: withHistory,
  'history-reading': withHistory,
  'history-delete': withHistory,
  'history-found': { answers: answers(found) },
  'history-empty': { answers: answers([]) },
  'history-no-match': { answers: answers([]) },
  'history-off': { answers: answers(kept.slice(4)), history: { keep: false, days: 30 } },
  'history-settings': { history: { keep: false, days: 45 } },
  'history-failed': {
    answers: {
      'history:list': {
        ok: false,
        error: {
          code: 'refused',
          message:
            'The history was written by a newer Parley. It is left as it is, and nothing is added to it. Update Parley.'
        }
      }
    }
  }
}

export async function openHistory(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Settings' }).click()
  await page.getByRole('menuitem', { name: 'History…' }).click()
  await page.getByRole('dialog').waitFor()
}

const option = (page: Page, name: RegExp) => page.getByRole('option', { name })

async function read(page: Page): Promise<void> {
  await openHistory(page)
  await option(page, /seventeen/).click()
  await page.getByRole('heading', { name: 'What is seventeen times twenty-three?' }).waitFor()
}

async function search(page: Page, words: string): Promise<void> {
  await openHistory(page)
  await page.getByRole('searchbox').fill(words)
}

/** The history, to be looked at. */
export const historyStates: Record<string, (parley: ParleyPage) => Promise<void>> = {
  history: async ({ page }) => {
    await openHistory(page)
    await option(page, /seventeen/).waitFor()
  },
  'history-reading': async ({ page }) => {
    await read(page)
    await page.getByRole('button', { name: 'Show how long replies took' }).click()
  },
  'history-delete': async ({ page }) => {
    await read(page)
    await page.getByRole('button', { name: 'Delete this conversation' }).click()
    await page.getByRole('alertdialog').waitFor()
  },
  'history-found': async ({ page }) => {
    await search(page, 'sister thurs')
    await page.getByText('eats no nuts').waitFor()
  },
  'history-empty': async ({ page }) => {
    await openHistory(page)
    await page.getByText('Nothing here yet').waitFor()
  },
  'history-no-match': async ({ page }) => {
    await search(page, 'zebra')
    await page.getByText('Nothing was found').waitFor()
  },
  'history-off': async ({ page }) => {
    await openHistory(page)
    await page.getByText('History is off').waitFor()
  },
  'history-settings': async ({ page }) => {
    await page.keyboard.press('Control+,')
    await page.getByRole('tab', { name: 'History' }).click()
    await page.getByRole('button', { name: 'Delete all…' }).waitFor()
  },
  'history-failed': async ({ page }) => {
    await openHistory(page)
    await page.getByText('cannot be shown').waitFor()
  }
}
