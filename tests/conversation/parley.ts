import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as base, chromium, type Browser, type Page } from '@playwright/test'
import type { SessionEvent } from '../../src/shared/events.ts'
import { startRig, type Rig } from '../rig/rig.ts'

/** An event of the session and when the page got it, in `Date.now()` milliseconds. */
export interface TimedEvent {
  atMs: number
  event: SessionEvent
}

declare global {
  interface Window {
    conversation: TimedEvent[]
  }
}

export interface Parley {
  page: Page
  /** A folder of this test's own. */
  dir: string
  /** All events since the page was opened. */
  events(): Promise<TimedEvent[]>
  /** Resolves to the first event after `sinceMs` that `test` accepts. */
  until(
    what: string,
    test: (event: SessionEvent) => boolean,
    options?: { sinceMs?: number; timeoutMs?: number }
  ): Promise<TimedEvent>
  /** Starts the conversation and waits until the greeting has been played (or, without one, until it is live). */
  connect(options?: { greeting?: boolean; mode?: 'push-to-talk' | 'open' }): Promise<void>
  type(text: string): Promise<void>
}

interface StartOptions {
  env?: Record<string, string>
  args?: readonly string[]
}

interface Fixtures {
  rig: Rig
  chromiumOnRig: Browser
  start: (options?: StartOptions) => Promise<Parley>
}

/** A sound card and a browser on it. */
interface Sound {
  rig: Rig
  chromiumOnRig: Browser
  close(): Promise<void>
}

async function startSound(): Promise<Sound> {
  const rig = await startRig()
  try {
    const chromiumOnRig = await chromium.launch(rig.chromium())
    return {
      rig,
      chromiumOnRig,
      async close() {
        await chromiumOnRig.close()
        await rig.close()
      }
    }
  } catch (error) {
    await rig.close()
    throw error
  }
}

/** Sound card and browser serve all tests: each has a host, a context and with it an echo canceller of its own. */
export const test = base.extend<Fixtures, { sharedSound: Sound }>({
  sharedSound: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads the pattern
    async ({}, use) => {
      const sound = await startSound()
      await use(sound)
      await sound.close()
    },
    { scope: 'worker' }
  ],
  rig: ({ sharedSound }, use) => use(sharedSound.rig),
  chromiumOnRig: ({ sharedSound }, use) => use(sharedSound.chromiumOnRig),
  start: async ({ rig, chromiumOnRig }, use) => {
    const ends: (() => Promise<void>)[] = []
    await use(async (options = {}) => {
      const started = await startParley(rig, chromiumOnRig, options, ends)
      return started
    })
    for (const end of ends.toReversed()) await end()
  }
})

/** For who changes the sound card: nothing of it is shared. */
export const ownSoundTest = test.extend<{ ownSound: Sound }>({
  ownSound: async ({}, use) => {
    const sound = await startSound()
    await use(sound)
    await sound.close()
  },
  rig: ({ ownSound }, use) => use(ownSound.rig),
  chromiumOnRig: ({ ownSound }, use) => use(ownSound.chromiumOnRig)
})

export { expect } from '@playwright/test'

/** The built web host and a page of it in real Chromium on the rig. */
async function startParley(
  rig: Rig,
  chromiumOnRig: Browser,
  options: StartOptions,
  ends: (() => Promise<void>)[]
): Promise<Parley> {
  const dir = await mkdtemp(join(tmpdir(), 'parley-conversation-'))
  ends.push(() => rm(dir, { recursive: true, force: true }))
  const args = ['out/main/web.js', '--port', '0', '--no-open', '--data-dir', join(dir, 'data'), ...(options.args ?? [])]
  const host = spawn(process.execPath, args, {
    env: { ...rig.env, PARLEY_TRANSCRIBER: 'none', ...options.env },
    stdio: ['ignore', 'pipe', 'pipe']
  })
  const errors: string[] = []
  host.stderr.on('data', (chunk: Buffer) => errors.push(chunk.toString()))
  ends.push(async () => {
    if (host.exitCode !== null) return
    host.kill('SIGTERM')
    await once(host, 'exit')
  })
  const url = await new Promise<string>((resolve, reject) => {
    host.stdout.on('data', (chunk: Buffer) => {
      const found = /http:\/\/\S+/.exec(chunk.toString())
      if (found !== null) resolve(found[0])
    })
    host.once('exit', (code) => reject(new Error(`the web host ended with ${code}: ${errors.join('')}`)))
  })
  const page = await chromiumOnRig.newPage()
  ends.push(() => page.close())
  const complaints: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  ends.push(() => {
    if (complaints.length > 0) throw new Error(`the page complained: ${complaints.join('\n')}`)
    return Promise.resolve()
  })
  await page.goto(url)
  await page.getByRole('button', { name: 'Start talking' }).waitFor()
  await listen(page)
  return driver(page, dir)
}

/** A second listener on the host's own contract: what the session reports, with the time it got here. */
async function listen(page: Page): Promise<void> {
  await page.evaluate(async () => {
    window.conversation = []
    const socket = new WebSocket(`${window.origin.replace('http', 'ws')}/ipc`)
    socket.addEventListener('message', ({ data }: MessageEvent<string>) => {
      const frame = JSON.parse(data) as { event?: string; payload?: SessionEvent }
      if (frame.event === 'session:event' && frame.payload !== undefined)
        window.conversation.push({ atMs: Date.now(), event: frame.payload })
    })
    await new Promise((resolve) => socket.addEventListener('open', resolve))
  })
}

function driver(page: Page, dir: string): Parley {
  const events = (): Promise<TimedEvent[]> => page.evaluate(() => window.conversation)
  const until: Parley['until'] = async (what, accept, { sinceMs = 0, timeoutMs = 30_000 } = {}) => {
    const deadline = Date.now() + timeoutMs
    for (;;) {
      const found = (await events()).find(({ atMs, event }) => atMs >= sinceMs && accept(event))
      if (found !== undefined) return found
      if (Date.now() > deadline) throw new Error(`${what}: not seen in ${timeoutMs} ms`)
      await new Promise((resolve) => setTimeout(resolve, 25))
    }
  }
  return {
    page,
    dir,
    events,
    until,
    async connect({ greeting = true, mode = 'push-to-talk' } = {}) {
      if (mode === 'open') await page.getByRole('radio', { name: 'Open mic' }).click()
      await page.getByRole('button', { name: 'Start talking' }).click()
      const live = await until('live', (event) => event.kind === 'state' && event.state.phase === 'live')
      if (greeting) await until('greeting played', isPlayed, { sinceMs: live.atMs })
    },
    async type(text) {
      await page.getByRole('textbox', { name: 'Message to the agent' }).fill(text)
      await page.keyboard.press('Enter')
    }
  }
}

export function isPlayed(event: SessionEvent): boolean {
  return event.kind === 'reply-played'
}

export function isActivity(activity: string): (event: SessionEvent) => boolean {
  return (event) => event.kind === 'state' && event.state.phase === 'live' && event.state.activity === activity
}

export function isCaption(role: string, text: RegExp): (event: SessionEvent) => boolean {
  return (event) => event.kind === 'caption' && event.caption.role === role && text.test(event.caption.text)
}
