import type { SecretList } from '../../src/shared/ipc/secret-calls.ts'
import type { ParleyPage } from './parley-page.ts'
import type { Script } from './scripted-main.ts'

export const noKeys: SecretList = {
  rows: [],
  missing: [
    { target: { kind: 'service-key', service: 'deepgram' }, usedBy: ['Deepgram (example)', 'Kitchen helper'] },
    { target: { kind: 'named', name: 'OPENAI_KEY' }, usedBy: ['Kitchen helper'] }
  ],
  places: ['file', 'memory'],
  why: 'Here keys are kept in a file that only your user account can open. It is not encrypted: every program that you run can read it.'
}

export const someKeys: SecretList = {
  rows: [
    {
      target: { kind: 'service-key', service: 'deepgram' },
      place: 'protected',
      usedBy: ['Deepgram (example)', 'Kitchen helper', 'Garden', 'Cellar', 'Attic']
    },
    { target: { kind: 'service-key', service: 'napster' }, place: 'environment', usedBy: [] },
    {
      target: { kind: 'named', name: 'OPENAI_KEY' },
      place: 'protected',
      usedBy: ['Kitchen helper'],
      problem: 'The key store of the system does not give it out. Unlock the key store and try again.'
    },
    { target: { kind: 'named', name: 'WEATHER' }, place: 'memory', usedBy: [] }
  ],
  missing: [{ target: { kind: 'named', name: 'CALENDAR_TOKEN' }, usedBy: ['Garden'] }],
  places: ['protected', 'memory'],
  why: 'Keys are encrypted with a key in the key ring of your desktop.'
}

export const folder = {
  dir: '/home/alice/.local/share/parley',
  bytes: 4_812_345,
  problems: [
    {
      code: 'restored',
      file: '/home/alice/.local/share/parley/parley.json',
      message:
        '/home/alice/.local/share/parley/parley.json was missing or broken. The last good copy of it is used (/home/alice/.local/share/parley/parley.json.bak).'
    }
  ]
}

const report = {
  fileName: 'parley-report-2026-11-21.md',
  text: `# Parley report\n\nMade 2026-11-21T18:00:00.000Z. Read it before you give it to anybody.\n\n## Program\n\nParley: 0.1.0, web host\n${'A line of the log that is long enough to be broken in a narrow window. '.repeat(3)}\n`.repeat(
    6
  )
}

const ok = (value: unknown) => ({ ok: true as const, value })

export const keysScript = (list: SecretList): Script => ({
  answers: { 'secrets:list': ok(list), 'data:info': ok(folder), 'data:report': ok(report) }
})

/** Opens the settings at a tab. */
export async function openTab(parley: ParleyPage, name: 'Keys' | 'Data'): Promise<void> {
  await parley.page.keyboard.press('Control+Comma')
  await parley.page.getByRole('tab', { name, exact: true }).click()
}

/** What is to be looked at, each with its script. */
export const keysShots: Record<string, { script: Script; reach: (parley: ParleyPage) => Promise<void>; part: string }> =
  {
    keys: { script: keysScript(someKeys), reach: (parley) => openTab(parley, 'Keys'), part: '[role=dialog]' },
    'keys-entry': {
      script: keysScript(noKeys),
      part: '[role=dialog]',
      async reach(parley) {
        await openTab(parley, 'Keys')
        await parley.page.getByRole('button', { name: 'Add the key for Deepgram' }).click()
        await parley.answer('secrets:set', {
          ok: false,
          error: { code: 'refused', message: 'There are quotation marks around the key. Paste it without them.' }
        })
        await parley.page.getByLabel('Key for Deepgram', { exact: true }).fill('"abcdefgh"')
        await parley.page.keyboard.press('Enter')
        await parley.page.getByText('There are quotation marks').waitFor()
      }
    },
    'keys-remove': {
      script: keysScript(someKeys),
      part: '[role=alertdialog]',
      async reach(parley) {
        await openTab(parley, 'Keys')
        await parley.page.getByRole('button', { name: 'Remove the key for Deepgram' }).click()
      }
    },
    data: { script: keysScript(noKeys), reach: (parley) => openTab(parley, 'Data'), part: '[role=dialog]' },
    'data-report': {
      script: keysScript(noKeys),
      part: '[role=dialog]:not([data-aria-hidden])',
      async reach(parley) {
        await openTab(parley, 'Data')
        await parley.page.getByRole('button', { name: 'Make a report…' }).click()
        await parley.page.getByRole('button', { name: 'Save as a file' }).waitFor()
      }
    },
    'data-delete': {
      script: keysScript(noKeys),
      part: '[role=alertdialog]',
      async reach(parley) {
        await openTab(parley, 'Data')
        await parley.page.getByRole('button', { name: 'Delete all…' }).click()
      }
    }
  }
