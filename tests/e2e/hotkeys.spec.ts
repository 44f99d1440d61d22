import { chromium, type Browser, type Page } from '@playwright/test'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Launched, callHost } from '../protocol/start.test-support.ts'
import { recordings } from '../audio/audio-page.ts'
import { descendants } from '../desktop/processes.ts'
import { startRig, type Rig } from '../rig/rig.ts'
import { expect, ready, test as base } from './web-host.ts'

// Real keys, pressed while another window has the focus: nothing but the hook can hear them for Parley.

interface Parley {
  page: Page
  rig: Rig
  host: Launched
  /** Where the person types meanwhile. */
  other: Page
  call: (name: string, input?: unknown) => Promise<unknown>
  prefer: (change: object) => Promise<void>
  /** Resolves when keys are heard. */
  heard: () => Promise<void>
}

const SHORTCUTS = {
  enabled: true,
  hear: 'hook',
  talkMode: 'hold',
  talk: 'Ctrl+Alt+Space',
  mute: null,
  stop: null,
  show: null
}
const TALK = ['ctrl', 'alt', 'space']
const each = (verb: string, keys: readonly string[]) => keys.flatMap((key) => [verb, key])

async function withParley(dataDir: string, use: (parley: Parley) => Promise<void>): Promise<void> {
  const rig = await startRig({ windowManager: true })
  const host = new Launched(['--host', 'web', '--no-open', '--port=0', '--data-dir', dataDir], {
    env: { DISPLAY: rig.display }
  })
  let browser: Browser | undefined
  try {
    // At the same time: both take as long as anything in these tests.
    const [{ port, link }, launched] = await Promise.all([host.ready(), chromium.launch(rig.chromium())])
    browser = launched
    const page = await (await browser.newContext()).newPage()
    await page.goto(link)
    await ready(page)
    const [session] = await page.context().cookies()
    const cookie = `${session?.name}=${session?.value}`
    const other = await (await browser.newContext()).newPage()
    await other.setContent('<title>Another program</title><textarea autofocus></textarea>')
    const call = async (name: string, input?: unknown): Promise<unknown> => {
      const reply = (await callHost(port, cookie, name, input)) as { ok: boolean; value?: unknown }
      expect(reply, name).toMatchObject({ ok: true })
      return reply.value
    }
    const heard = () =>
      expect.poll(async () => (await call('shortcuts:status')) as object).toMatchObject({ hearing: 'hook' })
    const prefer = async (change: object): Promise<void> => {
      await call('preferences:write', { shortcuts: { ...SHORTCUTS, ...change } })
      await heard()
    }
    await use({ page, rig, host, other, call, prefer, heard })
  } finally {
    await browser?.close()
    await host.end()
    await rig.close()
  }
}

// One host and one browser for all: to start them takes half of the time. After a test that fails Playwright makes them anew.
const test = base.extend<object, { parley: Parley }>({
  parley: [
    async ({}, use) => {
      const dataDir = mkdtempSync(path.join(tmpdir(), 'parley-e2e-'))
      try {
        await withParley(dataDir, use)
      } finally {
        rmSync(dataDir, { recursive: true, force: true })
      }
    },
    { scope: 'worker', timeout: 60_000 }
  ]
})

const idle = (page: Page) => page.getByRole('button', { name: /^(Start talking|Talk again)$/ })

/** No conversation, nothing that hears keys, and the other window has the focus. */
test.beforeEach(async ({ parley }) => {
  const { call, page, other } = parley
  await call('preferences:write', { shortcuts: { ...SHORTCUTS, enabled: false } })
  await call('session:hang-up')
  await expect(idle(page)).toBeVisible()
  await other.bringToFront()
  await other.locator('textarea').click()
})

const pressed = (page: Page) => page.locator('button[aria-pressed=true]')
const talks = ({ page }: Parley) => expect(pressed(page)).toBeVisible({ timeout: 30_000 })
const silent = ({ page }: Parley) => expect(pressed(page)).toBeHidden()
const down = ({ rig }: Parley, keys = TALK) => rig.xdotool(...each('keydown', keys))
const up = ({ rig }: Parley, keys = TALK) => rig.xdotool(...each('keyup', keys.toReversed()))
const tap = async (parley: Parley): Promise<void> => {
  await parley.rig.xdotool(...each('keydown', TALK), ...each('keyup', TALK.toReversed()))
}

/** What /proc tells of a process; empty once it has gone. */
function told(pid: number, what: 'cmdline' | 'maps'): string {
  try {
    return readFileSync(`/proc/${pid}/${what}`, 'utf8')
  } catch {
    return ''
  }
}

const processes = ({ host }: Parley): number[] => [host.child.pid ?? 0, ...descendants(host.child.pid ?? 0)]
/** The processes that see the keyboard. */
const hooks = (parley: Parley) => processes(parley).filter((pid) => told(pid, 'cmdline').includes('hook-process'))
/** Those that have the native library loaded. */
const native = (parley: Parley) => processes(parley).filter((pid) => told(pid, 'maps').includes('uiohook'))

test('from another window a held key begins a conversation and talks; tapped, toggled, lost and killed it never stays open', async ({
  parley
}) => {
  const { page, rig, other, prefer } = parley
  expect(hooks(parley), 'nothing sees the keyboard before it was turned on').toEqual([])
  expect(native(parley)).toEqual([])
  await prefer({ mute: 'Ctrl+Alt+KeyM' })
  expect(hooks(parley)).toHaveLength(1)
  expect(native(parley), 'no other process has the library').toEqual(hooks(parley))

  // The other window has the focus: what is typed arrives there.
  await rig.xdotool('type', 'abc')
  await expect(other.locator('textarea')).toHaveValue('abc')

  await down(parley)
  await talks(parley)
  await expect(page.getByRole('button', { name: 'Hang up' })).toBeVisible({ timeout: 30_000 })
  await expect.poll(() => recordings(rig)).toBe(1)
  await up(parley)
  await silent(parley)
  const mute = ['ctrl', 'alt', 'm']
  await down(parley, mute)
  await up(parley, mute)
  await expect(page.getByRole('button', { name: 'Unmute microphone' })).toBeVisible()
  await down(parley, mute)
  await up(parley, mute)
  await expect(page.getByRole('button', { name: 'Mute microphone' })).toBeVisible()

  await prefer({ talkMode: 'toggle' })
  await tap(parley)
  await talks(parley)
  // The talk ends with the page that had it, and with the conversation: the next press begins one.
  await page.reload()
  await expect(page.getByRole('button', { name: 'Hang up' })).toBeVisible()
  await silent(parley)
  await tap(parley)
  await talks(parley)
  await parley.call('session:hang-up')
  await expect(idle(page)).toBeVisible()
  await tap(parley)
  await talks(parley)
  await tap(parley)
  await silent(parley)

  await prefer({ talkMode: 'automatic' })
  await tap(parley)
  await talks(parley)
  await tap(parley)
  await silent(parley)
  await down(parley)
  await talks(parley)
  await page.waitForTimeout(400)
  await up(parley)
  await silent(parley)

  // Its release will not be heard: the process that would tell it is gone.
  await prefer({})
  await down(parley)
  await talks(parley)
  for (const pid of hooks(parley)) process.kill(pid, 'SIGKILL')
  await silent(parley)
  await up(parley)
  await parley.heard()
  await down(parley)
  await talks(parley)
  await up(parley)
  await silent(parley)

  // Turned off, nothing sees the keyboard any more.
  await parley.call('preferences:write', { shortcuts: { ...SHORTCUTS, enabled: false } })
  await expect.poll(() => hooks(parley)).toEqual([])
})

test('an agent’s key talks to that agent; what two actions want is told; the test shows real down and up', async ({
  parley
}) => {
  const { page, call, prefer, rig } = parley
  const profile = { schemaVersion: 1, name: 'Garden helper', service: 'builtin', hotkey: 'Ctrl+Alt+KeyP', settings: {} }
  const { id } = (await call('profiles:import', { text: JSON.stringify(profile) })) as { id: string }
  await prefer({})
  expect(await call('shortcuts:status'), 'imported, and not allowed yet').toMatchObject({
    rows: [{ action: { kind: 'talk' } }]
  })
  const keys = ['ctrl', 'alt', 'p']
  await down(parley, keys)
  await up(parley, keys)
  await expect(idle(page), 'imported, and not allowed yet').toBeVisible()
  await call('profiles:allow', { id })
  await parley.heard()
  await down(parley, keys)
  await talks(parley)
  await expect(page.getByText('Garden helper').first()).toBeVisible()
  await expect(page.getByRole('button', { name: 'Hang up' })).toBeVisible({ timeout: 30_000 })
  await up(parley, keys)
  await silent(parley)

  await page.bringToFront()
  await page.keyboard.press('Control+Comma')
  await page.getByRole('tab', { name: 'Hotkeys' }).click()
  await page.getByRole('button', { name: 'Mute the microphone: none. Set' }).click()
  await page.keyboard.press('Control+Alt+Space')
  await expect(page.getByText('Ctrl+Alt+Space is already taken by “Talk”.')).toBeVisible()
  await page.keyboard.press('Control+c')
  await expect(page.getByText('Ctrl+C copies in every program.')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog'), 'Escape cancels the recording alone').toBeVisible()
  await call('preferences:write', { shortcuts: { ...SHORTCUTS, mute: 'Ctrl+Alt+KeyP' } })
  await expect(page.getByText('It is already taken by “Mute”.')).toBeVisible()
  await prefer({})

  await page.getByRole('button', { name: 'Try the keys' }).click()
  await expect(page.getByText('Press one of your keys')).toBeVisible()
  await rig.xdotool(...each('keydown', TALK))
  await expect(page.getByText(/Talk has been down for/)).toBeVisible()
  await rig.xdotool(...each('keyup', TALK.toReversed()))
  await expect(page.getByText(/Talk came up after \d+\.\d s/)).toBeVisible()
})
