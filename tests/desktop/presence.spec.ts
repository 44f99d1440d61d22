/* oxlint-disable unicorn/consistent-function-scoping -- what runs in main or in a page must stand alone */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { ElectronApplication, Page } from '@playwright/test'
import { DEFAULT_SHORTCUTS } from '../../src/shared/defaults.ts'
import type { OverlayState } from '../../src/shared/ipc/presence-calls.ts'
import { expect, test as base, type Desktop, type LaunchOptions } from './desktop.ts'
import { connect, phaseOf, profileFile, scriptedAgent, session, type ScriptedAgent } from './scripted-agent.ts'

// Tray, notifications and displays are the stand-in's: on a real desktop nobody can click them from here.

const SILENT: OverlayState['state'] = { phase: 'idle' }

const test = base.extend<{ agent: ScriptedAgent; tray: (options?: LaunchOptions) => Promise<Desktop> }>({
  agent: async ({}, use) => {
    const agent = await scriptedAgent()
    await use(agent)
    agent.close()
  },
  /** An app on a desktop that shows trays, as the session bus says. */
  tray: async ({ launch, rig }, use) => {
    const bin = test.info().outputPath('bin')
    mkdirSync(bin, { recursive: true })
    writeFileSync(join(bin, 'gdbus'), '#!/bin/sh\necho "(true,)"\n')
    chmodSync(join(bin, 'gdbus'), 0o755)
    const env = { PATH: `${bin}${delimiter}${rig.env['PATH'] ?? ''}` }
    await use((options = {}) => launch({ ...options, env: { ...env, ...options.env } }))
  }
})

const isStandin = (app: ElectronApplication) => app.evaluate(() => globalThis.estand !== undefined)
const visible = ({ app, page }: Desktop) =>
  app.browserWindow(page).then((window) => window.evaluate((it) => it.isVisible()))
const closeMain = ({ app, page }: Desktop) =>
  app.browserWindow(page).then((window) => window.evaluate((it) => it.close()))
const choose = ({ app }: Desktop, label: string) =>
  app.evaluate((_modules, wanted) => globalThis.estand?.shell.trays[0]?.choose(wanted), label)
const tip = ({ app }: Desktop) => app.evaluate(() => globalThis.estand?.shell.trays[0]?.tip)
const notes = ({ app }: Desktop) =>
  app.evaluate(() => (globalThis.estand?.shell.notifications ?? []).map(({ title }) => title))
const bodies = ({ app }: Desktop) =>
  app.evaluate(() => (globalThis.estand?.shell.notifications ?? []).map(({ body }) => body))
const prefer = ({ page }: Desktop, change: object) =>
  page.evaluate(async (presence) => {
    const kept = await window.parley!.invoke('preferences:read', undefined)
    if (!kept.ok) throw new Error(kept.error.message)
    const before = (kept.value as { presence: object }).presence
    await window.parley!.invoke('preferences:write', { presence: { ...before, ...presence } })
  }, change)

async function overlayPage({ app, page }: Desktop): Promise<Page> {
  await expect.poll(() => app.windows().length).toBe(2)
  const overlay = app.windows().find((one) => one !== page)
  if (overlay === undefined) throw new Error('no overlay')
  await overlay.waitForFunction(() => 'parley' in window)
  return overlay
}

test(
  'where no tray can be seen closing quits, also beside an overlay, and the settings say why',
  { tag: '@linux' },
  async ({ desktop }) => {
    const info = await desktop.page.evaluate(() => window.parley!.invoke('presence:info', undefined))
    expect(info).toMatchObject({ ok: true, value: { tray: { works: false }, startAtLogin: { works: false } } })
    await prefer(desktop, { overlay: true })
    await overlayPage(desktop)
    const exited = new Promise((resolve) => desktop.process.once('exit', resolve))
    await desktop.app.evaluate(({ BrowserWindow }) => {
      setTimeout(
        () =>
          BrowserWindow.getAllWindows()
            .find((it) => it.isFocusable())
            ?.close(),
        50
      )
    })
    expect(await exited).toBe(0)
  }
)

test('closing hides with one hint in a lifetime, the conversation goes on, and the tray shows, mutes, stops and quits', async ({
  tray,
  agent
}) => {
  const file = await profileFile(test.info().outputPath('agent.json'), `ws://127.0.0.1:${agent.link.port}`)
  const desktop = await tray({ args: [`--profile=${file}`] })
  test.skip(!(await isStandin(desktop.app)), 'nobody can click a real tray from here')
  await connect(desktop)
  await session(agent, 1)
  await closeMain(desktop)
  expect(await visible(desktop)).toBe(false)
  expect(await phaseOf(desktop.page)).toBe('live')
  await choose(desktop, 'Show Parley')
  expect(await visible(desktop)).toBe(true)
  await closeMain(desktop)
  await desktop.app.evaluate(() => globalThis.estand?.shell.trays[0]?.emit('click'))
  expect(await visible(desktop)).toBe(true)
  await closeMain(desktop)
  expect(await notes(desktop), 'told once').toEqual(['Parley goes on in the tray'])
  await choose(desktop, 'Mute microphone')
  await expect.poll(() => tip(desktop)).toMatch(/muted/)
  await choose(desktop, 'Hang up')
  await expect.poll(() => phaseOf(desktop.page)).toBe('ended')
  await expect.poll(() => tip(desktop)).toBe('Parley: Ready')
  const exited = new Promise((resolve) => desktop.process.once('exit', resolve))
  await choose(desktop, 'Quit Parley').catch(() => undefined)
  expect(await exited).toBe(0)
})

test('a hidden start shows no window until it is asked for, and notifications come only while no window has the focus', async ({
  tray,
  agent
}) => {
  const file = await profileFile(test.info().outputPath('agent.json'), `ws://127.0.0.1:${agent.link.port}`)
  const desktop = await tray({ args: [`--profile=${file}`, '--hidden'] })
  test.skip(!(await isStandin(desktop.app)), 'nobody sees a real notification from here')
  await connect(desktop)
  const first = await session(agent, 1)
  expect(await visible(desktop)).toBe(false)
  first.peer.socket.close(1000, '<a href="https://evil.example">Pay</a> & go\u202E on')
  await expect.poll(() => notes(desktop)).toEqual(['The conversation ended'])
  // On Linux a notification takes markup, and a service says what stands in it.
  const link = '<a href="https://evil.example">Pay</a> & go on'
  const shown = process.platform === 'linux' ? '‹a href="https://evil.example"›Pay‹/a› ＆ go on' : link
  expect(await bodies(desktop)).toEqual([`The service ended the session: ${shown}`])
  await desktop.app.evaluate(() => ['F9', 'F10'].forEach((key) => globalThis.estand?.shortcutsTaken.add(key)))
  await desktop.page.evaluate(async (shortcuts) => window.parley!.invoke('preferences:write', { shortcuts }), {
    ...DEFAULT_SHORTCUTS,
    enabled: true,
    hear: 'system',
    mute: 'F9',
    stop: 'F10'
  } as const)
  const hotkeyNotes = () =>
    desktop.app.evaluate(() =>
      (globalThis.estand?.shell.notifications ?? []).flatMap(({ title, closed }) =>
        /hotkey/.test(title) ? closed : []
      )
    )
  await expect.poll(hotkeyNotes, 'the newer takes the place of the older').toEqual([true, false])
  await desktop.app.evaluate(() => globalThis.estand?.shell.notifications[0]?.emit('click'))
  expect(await visible(desktop)).toBe(true)
  await desktop.page.evaluate(() => window.parley!.invoke('session:connect', undefined))
  const second = await session(agent, 2)
  second.peer.socket.close(1000)
  await expect.poll(() => phaseOf(desktop.page)).toBe('ended')
  expect(await notes(desktop)).toHaveLength(3)
})

test('the overlay takes no focus, has no audio, and its page can do two things and nothing else', async ({ tray }) => {
  const desktop = await tray()
  await prefer(desktop, { overlay: true })
  const overlay = await overlayPage(desktop)
  const shell = await desktop.app.browserWindow(overlay)
  await expect.poll(() => shell.evaluate((it) => it.isVisible())).toBe(true)
  const seen = await shell.evaluate((it) => ({
    focusable: it.isFocusable(),
    onTop: it.isAlwaysOnTop(),
    muted: it.webContents.isAudioMuted(),
    size: [it.getBounds().width, it.getBounds().height],
    preferences: (it.webContents as unknown as { getLastWebPreferences(): object }).getLastWebPreferences()
  }))
  expect(seen).toMatchObject({
    focusable: false,
    onTop: true,
    muted: true,
    size: [280, 72],
    preferences: { sandbox: true, contextIsolation: true, nodeIntegration: false }
  })
  await expect(overlay.getByRole('status')).toHaveText('Ready')

  const attempts = await overlay.evaluate(async () => {
    const attempt = async (run: () => unknown) => {
      try {
        return await run()
      } catch (error) {
        return error instanceof Error ? error.message : String(error)
      }
    }
    const parley = window.parley!
    return {
      keys: Object.keys(parley),
      node: ['require', 'process', 'ipcRenderer'].filter((name) => name in globalThis),
      secrets: await attempt(() => parley.invoke('secrets:list', undefined)),
      connect: await attempt(() => parley.invoke('session:connect', undefined)),
      event: await attempt(() => parley.on('session:event', () => undefined)),
      microphone: await attempt(() => navigator.mediaDevices.getUserMedia({ audio: true }).then(() => 'granted')),
      overlay: await attempt(() => parley.invoke('presence:overlay', undefined)),
      bad: await attempt(() => parley.invoke('presence:show', { extra: true }))
    }
  })
  expect(attempts).toMatchObject({
    keys: ['invoke', 'on'],
    node: [],
    secrets: 'The overlay has no call "secrets:list".',
    connect: 'The overlay has no call "session:connect".',
    event: 'The overlay has no event "session:event".',
    overlay: { ok: true, value: { state: SILENT, caption: null } },
    bad: { ok: false, error: { code: 'invalid-input' } }
  })
  expect(attempts.microphone).not.toBe('granted')

  // Main does not trust the preload either: the same calls, as if the preload had let them pass.
  const past = await desktop.app.evaluate(async ({ ipcMain, webContents }) => {
    const contents = webContents.getAllWebContents().find((one) => one.getURL().endsWith('overlay.html'))
    const invoke = globalThis.estand?.invoke
    if (contents === undefined || invoke === undefined) return undefined
    const event = { sender: contents, senderFrame: contents.mainFrame }
    ipcMain.emit('audio:port', event, '1-2-3-4-5-6-7-8-9')
    const calls = ['secrets:list', 'session:connect', 'preferences:read', 'presence:level', 'data:info', 'history:list']
    return {
      refused: await Promise.all(calls.map((call) => invoke(call, event, [undefined]))),
      overlay: await invoke('presence:overlay', event, [undefined])
    }
  })
  if (past !== undefined) {
    expect(past.refused).toHaveLength(6)
    for (const reply of past.refused) expect(reply).toMatchObject({ ok: false, error: { code: 'untrusted' } })
    expect(past.overlay).toMatchObject({ ok: true })
  }

  await prefer(desktop, { overlay: false })
  await expect.poll(() => desktop.app.windows().length).toBe(1)
})

test('the overlay shows the conversation, remembers its place, comes back on screen, and a lock is told', async ({
  tray,
  agent
}) => {
  const file = await profileFile(test.info().outputPath('agent.json'), `ws://127.0.0.1:${agent.link.port}`)
  const desktop = await tray({ args: [`--profile=${file}`] })
  test.skip(!(await isStandin(desktop.app)), 'displays do not go away by themselves')
  await prefer(desktop, { overlay: true })
  const overlay = await overlayPage(desktop)
  await connect(desktop)
  const { peer } = await session(agent, 1)
  peer.say({ type: 'ConversationText', role: 'assistant', content: 'Hello <b>there</b>.' })
  await expect(overlay.locator('.caption')).toHaveText('Hello <b>there</b>.')
  const emit = (event: 'lock-screen' | 'unlock-screen' | 'suspend' | 'resume') =>
    desktop.app.evaluate(({ powerMonitor }, name) => powerMonitor.emit(name), event)
  await emit('lock-screen')
  await expect(overlay.getByRole('status')).toHaveText('Locked: microphone closed')
  await expect.poll(() => tip(desktop)).toMatch(/muted/)
  await emit('suspend')
  await expect(overlay.getByRole('status')).toHaveText(/sleep/i)
  await emit('resume')
  await expect(overlay.getByRole('status'), 'awake, and locked still').toHaveText('Locked: microphone closed')
  await session(agent, 2)
  await expect.poll(() => phaseOf(desktop.page)).toBe('live')
  expect(await tip(desktop), 'no microphone opens with the connection').toMatch(/muted/)
  await emit('unlock-screen')
  await expect(overlay.getByRole('status')).not.toHaveText(/Locked/)
  await expect.poll(() => tip(desktop)).not.toMatch(/muted/)

  const places = (areas: { x: number; y: number; width: number; height: number }[]) =>
    desktop.app.evaluate((_modules, list) => globalThis.estand?.shell.displaysAre(list), areas)
  const shell = await desktop.app.browserWindow(overlay)
  const place = () => shell.evaluate((it) => [it.getBounds().x, it.getBounds().y])
  const laptop = { x: 0, y: 0, width: 1280, height: 800 }
  expect(await place()).toEqual([1280 - 280 - 24, 800 - 72 - 24])
  await places([laptop, { x: 1280, y: 0, width: 1920, height: 1080 }])
  await shell.evaluate((it) => it.setBounds({ x: 2000, y: 300 }))
  const kept = () => readFileSync(join(desktop.dataDir, 'parley.json'), 'utf8')
  await expect.poll(kept).toContain('overlay-places')
  await places([laptop])
  expect(await place(), 'wholly on the display that is left').toEqual([1280 - 280 - 24, 800 - 72 - 24])
  await places([laptop, { x: 1280, y: 0, width: 1920, height: 1080 }])
  expect(await place(), 'where it was with both').toEqual([2000, 300])
})

test('the window comes back with the size it was left with, on a display that is there', async ({ launch }) => {
  const first = await launch()
  const window = await first.app.browserWindow(first.page)
  await window.evaluate((it) => it.setBounds({ x: 5000, y: 40, width: 700, height: 600 }))
  await first.quit()
  const second = await launch({ dataDir: first.dataDir })
  const again = await second.app.browserWindow(second.page)
  const at = await again.evaluate((it) => it.getBounds())
  expect(at).toMatchObject({ width: 700, height: 600 })
  expect(at.x).toBeLessThan(1280)
})
