import { readFileSync } from 'node:fs'
import type { ShortcutStatus } from '../../src/shared/ipc/shortcut-calls.ts'
import { expect, test, type Desktop } from './desktop.ts'
import { descendants } from './processes.ts'

const SHORTCUTS = {
  enabled: true,
  hear: 'hook',
  talkMode: 'hold',
  talk: 'Ctrl+Alt+Space',
  mute: null,
  stop: null,
  show: null
}
const TALK = 'Control+Alt+Space'
const SHOW = 'Control+Alt+P'

const invoke = ({ page }: Desktop, name: string, input?: unknown): Promise<unknown> =>
  page.evaluate(
    async ([call, value]) => {
      const reply = await window.parley!.invoke(call as never, value)
      if (!reply.ok) throw new Error(reply.error.message)
      return reply.value
    },
    [name, input] as const
  )
const prefer = (desktop: Desktop, change: object) =>
  invoke(desktop, 'preferences:write', { shortcuts: { ...SHORTCUTS, ...change } })
/** The processes that see the keyboard. */
const hooks = ({ process: { pid = 0 } }: Desktop): number[] =>
  descendants(pid).filter((child) => {
    try {
      return readFileSync(`/proc/${child}/cmdline`, 'utf8').includes('hook-utility')
    } catch {
      return false
    }
  })
const keys = (verb: string) => ['ctrl', 'alt', 'space'].flatMap((key) => [verb, key])
const status = (desktop: Desktop) => invoke(desktop, 'shortcuts:status') as Promise<ShortcutStatus>
const hearing = (desktop: Desktop, wanted: ShortcutStatus['hearing']) =>
  expect.poll(async () => (await status(desktop)).hearing, { timeout: 15_000 }).toBe(wanted)
const talking = ({ page }: Desktop) => page.locator('button[aria-pressed=true]')
const registered = ({ app }: Desktop) => app.evaluate(() => [...(globalThis.estand?.shortcuts.keys() ?? [])])
const press = ({ app }: Desktop, accelerator: string) =>
  app.evaluate((_modules, name) => globalThis.estand?.shortcuts.get(name)?.(), accelerator)

test('by the system: a press talks and the next one stops; what the system does not give is told', async ({
  desktop
}) => {
  test.skip(process.env['PARLEY_REAL_ELECTRON'] === '1', 'nobody presses the keys there')
  await desktop.app.evaluate(() => globalThis.estand?.shortcutsTaken.add('F9'))
  expect(await registered(desktop), 'nothing is asked of the system before hotkeys are on').toEqual([])
  await prefer(desktop, { hear: 'system', mute: 'F9', show: 'Ctrl+Alt+KeyP' })
  expect(await registered(desktop)).toEqual([TALK, SHOW])
  expect((await status(desktop)).rows.map(({ state }) => state)).toEqual(['active', 'refused', 'active'])
  const window = await desktop.app.browserWindow(desktop.page)
  await window.evaluate((it) => it.hide())
  await press(desktop, SHOW)
  expect(await window.evaluate((it) => it.isVisible())).toBe(true)
  await press(desktop, TALK)
  await expect(talking(desktop)).toBeVisible({ timeout: 30_000 })
  await press(desktop, TALK)
  await desktop.page.waitForTimeout(900)
  await expect(talking(desktop), 'a repeat is no press').toBeVisible()
  // The page that talked goes; the next press is one, and no end of the last.
  await window.evaluate(
    (it) =>
      new Promise<void>((resolve) => {
        it.webContents.once('did-finish-load', () => resolve())
        it.webContents.reload()
      })
  )
  await expect(desktop.page.getByRole('button', { name: 'Hang up' })).toBeVisible({ timeout: 30_000 })
  await expect(talking(desktop)).toBeHidden()
  await press(desktop, TALK)
  await expect(talking(desktop)).toBeVisible()
  await desktop.page.waitForTimeout(900)
  await press(desktop, TALK)
  await expect(talking(desktop)).toBeHidden()
  await prefer(desktop, { enabled: false })
  expect(await registered(desktop)).toEqual([])
})

test('the hook in its utility process hears real keys; a lock closes the microphone, and after a sleep it is another process @linux', async ({
  desktop,
  rig
}) => {
  await prefer(desktop, {})
  await hearing(desktop, 'hook')
  await rig.xdotool(...keys('keydown'))
  await expect(talking(desktop)).toBeVisible({ timeout: 30_000 })
  await rig.xdotool(...keys('keyup'))
  await expect(talking(desktop)).toBeHidden()
  await rig.xdotool(...keys('keydown'))
  await expect(talking(desktop)).toBeVisible()
  await desktop.app.evaluate(({ powerMonitor }) => powerMonitor.emit('lock-screen'))
  await expect(talking(desktop)).toBeHidden()
  await rig.xdotool(...keys('keyup'))
  await desktop.app.evaluate(({ powerMonitor }) => powerMonitor.emit('unlock-screen'))
  await hearing(desktop, 'hook')
  await rig.xdotool(...keys('keydown'))
  await expect(talking(desktop)).toBeVisible()
  await rig.xdotool(...keys('keyup'))
  await expect(talking(desktop)).toBeHidden()
  const before = hooks(desktop)
  await desktop.app.evaluate(({ powerMonitor }) => powerMonitor.emit('suspend'))
  await desktop.app.evaluate(({ powerMonitor }) => powerMonitor.emit('resume'))
  await expect.poll(() => hooks(desktop).filter((pid) => !before.includes(pid))).toHaveLength(1)
  await hearing(desktop, 'hook')
})
