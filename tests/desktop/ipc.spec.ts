/* oxlint-disable unicorn/consistent-function-scoping -- what runs in the page must stand alone */
import { join } from 'node:path'
import { callNames, AUDIO_PORT_CHANNEL } from '../../src/shared/ipc/names.ts'
import { appRoot, expect, sharedTest as test } from './desktop.ts'

test('every call of the contract has its handler, and each answers as data', async ({ desktop }) => {
  const replies = await desktop.page.evaluate(
    async (names) => {
      // Names that the contract does not have are what is tried.
      const bridge = window.parley as { invoke(name: string, input: unknown): Promise<unknown> }
      // An input that no call accepts: nothing is changed, and every name must still answer.
      const answers = names.map(async (name) => [name, await bridge.invoke(name, { noSuchField: 1 })] as const)
      return Object.fromEntries(await Promise.all(answers))
    },
    [...callNames]
  )
  for (const name of callNames) {
    expect(replies[name], name).toMatchObject({ ok: false, error: { code: 'invalid-input' } })
  }
  expect(await desktop.page.evaluate(() => window.parley!.invoke('app:info', undefined))).toMatchObject({
    ok: true,
    value: { host: 'desktop', connectAtStart: false }
  })
})

test('malformed input is refused with a sentence', async ({ desktop }) => {
  const reply = await desktop.page.evaluate(() => window.parley!.invoke('profiles:choose', { id: 5 }))
  expect(reply).toMatchObject({ ok: false, error: { code: 'invalid-input' } })
})

test('the preload passes on names of the contract only', async ({ desktop }) => {
  const outcome = await desktop.page.evaluate(async () => {
    // Names that the contract does not have are what is tried.
    const bridge = window.parley as unknown as {
      invoke(name: string, input: unknown): Promise<unknown>
      on(name: string, listener: () => void): () => void
    }
    const call = await bridge.invoke('electron-store-get-data', undefined).catch((error: Error) => error.message)
    let event = 'allowed'
    try {
      bridge.on('audio:port', () => undefined)
    } catch (error) {
      event = (error as Error).message
    }
    return { call, event, unsubscribe: typeof window.parley!.on('session:event', () => undefined) }
  })
  expect(outcome).toEqual({
    call: 'There is no call "electron-store-get-data".',
    event: 'There is no event "audio:port".',
    unsubscribe: 'function'
  })
})

test('events arrive without the Electron event object', async ({ desktop }) => {
  const { app, page } = desktop
  const heard = page.evaluate(
    () =>
      new Promise<unknown[]>((resolve) => {
        const off = window.parley!.on('profiles:changed', (...args: unknown[]) => {
          off()
          resolve(args)
        })
      })
  )
  const send = () =>
    app.evaluate(({ webContents }) =>
      webContents.getAllWebContents().forEach((it) => it.send('profiles:changed', { n: 1 }))
    )
  const again = setInterval(() => void send(), 200)
  try {
    expect(await heard).toEqual([{ n: 1 }])
  } finally {
    clearInterval(again)
  }
})

test('main listens to the contract and nothing else', async ({ desktop }) => {
  // The first write opens electron-store.
  const written = await desktop.page.evaluate(() => window.parley!.invoke('preferences:write', { theme: 'dark' }))
  expect(written).toMatchObject({ ok: true })
  const listening = await desktop.app.evaluate(({ ipcMain }) => ({
    events: ipcMain.eventNames(),
    store: ipcMain.listenerCount('electron-store-get-data')
  }))
  expect(listening).toEqual({ events: [AUDIO_PORT_CHANNEL], store: 0 })
})

test('a page that is not ours is refused, with our preload and all', async ({ desktop }) => {
  const { app } = desktop
  const preload = join(appRoot, 'out/preload/index.cjs')
  const opening = app.waitForEvent('window')
  await app.evaluate(async ({ BrowserWindow }, file) => {
    const other = new BrowserWindow({ show: false, webPreferences: { preload: file } })
    await other.loadURL('data:text/html,<title>other</title>')
  }, preload)
  const other = await opening
  await other.waitForFunction(() => 'parley' in window)
  const outcome = await other.evaluate(async () => {
    let ports = 0
    window.addEventListener('message', (event) => (ports += event.ports.length))
    const reply = await window.parley!.invoke('app:info', undefined)
    await window.parley!.invoke('app:info', undefined)
    return { reply, ports }
  })
  expect(outcome).toMatchObject({ reply: { ok: false, error: { code: 'untrusted' } }, ports: 0 })
  await (await app.browserWindow(other)).evaluate((window) => window.destroy())
})

test('a frame inside of the page has no bridge', async ({ desktop }) => {
  const frames = await desktop.page.evaluate(async () => {
    const script = '<script>parent.postMessage("it ran", "*")</script>'
    let ran = 0
    window.addEventListener('message', ({ data }) => (ran += Number(data === 'it ran')))
    const blob = URL.createObjectURL(new Blob([script], { type: 'text/html' }))
    const kinds: Record<string, (frame: HTMLIFrameElement) => void> = {
      empty: () => undefined,
      blank: (frame) => (frame.src = 'about:blank'),
      text: (frame) => (frame.srcdoc = script),
      data: (frame) => (frame.src = `data:text/html,${script}`),
      blob: (frame) => (frame.src = blob),
      own: (frame) => (frame.src = '/index.html'),
      foreign: (frame) => (frame.src = 'https://example.invalid/')
    }
    /** A blocked frame shows an error page of another origin, which may not be looked into. */
    const seenIn = ({ contentWindow }: HTMLIFrameElement) => {
      try {
        return Reflect.has(contentWindow!, 'parley') ? 'a bridge' : contentWindow!.document.URL
      } catch (error) {
        return (error as Error).name
      }
    }
    const seen: Record<string, string> = {}
    for (const [kind, set] of Object.entries(kinds)) {
      const frame = document.createElement('iframe')
      set(frame)
      const loaded = new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }))
      document.body.append(frame)
      await loaded
      seen[kind] = seenIn(frame)
      frame.remove()
    }
    URL.revokeObjectURL(blob)
    return { seen, ran }
  })
  expect(frames).toEqual({
    seen: {
      empty: 'about:blank',
      blank: 'about:blank',
      text: 'about:srcdoc',
      data: 'SecurityError',
      blob: 'SecurityError',
      own: 'SecurityError',
      foreign: 'SecurityError'
    },
    ran: 0
  })
})

test('no call of a foreign frame is answered', { tag: '@standin' }, async ({ desktop }) => {
  const input = { names: [...callNames], channel: AUDIO_PORT_CHANNEL }
  const outcome = await desktop.app.evaluate(async ({ BrowserWindow, ipcMain }, { names, channel }) => {
    const sender = BrowserWindow.getAllWindows()[0]!.webContents
    const { mainFrame } = sender
    let ports = 0
    const frame = (url: string, parent: unknown = mainFrame) => ({ url, parent, postMessage: () => (ports += 1) })
    const foreign: Record<string, object> = {
      'a frame that has gone': { sender, senderFrame: null },
      'our own page in a frame': { sender, senderFrame: frame(mainFrame.url) },
      'about:blank in a frame': { sender, senderFrame: frame('about:blank') },
      'a data: frame': { sender, senderFrame: frame('data:text/html,') },
      'our window at about:blank': { sender, senderFrame: frame('about:blank', null) },
      'our address, not our window': { sender: {}, senderFrame: mainFrame }
    }
    const invoke = globalThis.estand!.invoke
    const answered: string[] = []
    for (const [who, event] of Object.entries(foreign)) {
      for (const name of names) {
        const reply = (await invoke(name, event, [undefined])) as { ok: boolean; error?: { code: string } }
        if (reply.error?.code !== 'untrusted') answered.push(`${name} by ${who}`)
      }
      ipcMain.emit(channel, { ...event, ports: [] }, 'nonce')
    }
    const own = await invoke('app:info', { sender, senderFrame: mainFrame }, [undefined])
    return { answered, ports, own, asked: names.length * Object.keys(foreign).length }
  }, input)
  expect(outcome).toMatchObject({ answered: [], ports: 0, own: { ok: true } })
  expect(outcome.asked).toBe(6 * callNames.size)
})
