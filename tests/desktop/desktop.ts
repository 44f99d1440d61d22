import type { ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { _electron, expect, test as base, type ElectronApplication, type Page } from '@playwright/test'
import type { Rig } from '../rig/rig.ts'
import { SOUND_SWITCHES, startSystemRig } from '../rig/system-rig.ts'
import { descendants, foldersOf, isAlive } from './processes.ts'

/** An entry of the tray's menu as the stand-in tells it. */
export interface TrayEntry {
  label?: string
  enabled?: boolean
  checked?: boolean
  items?: TrayEntry[]
}

declare global {
  /** Only on the stand-in: what Electron would do silently, and what was called. */
  var estand:
    | {
        faults: { rule: string; text: string }[]
        calls: { name: string; args: unknown[] }[]
        messageBoxResponse: number
        focusedWindow: number | undefined
        shortcuts: Map<string, () => void>
        shortcutsTaken: Set<string>
        invoke: (name: string, event: object, args: unknown[]) => Promise<unknown>
        shell: {
          trays: { tip: string; menu(): TrayEntry[]; choose(label: string): void; emit(event: 'click'): boolean }[]
          notifications: { title: string; body: string; closed: boolean; emit(event: 'click'): boolean }[]
          displaysAre(areas: { x: number; y: number; width: number; height: number }[]): void
        }
      }
    | undefined
}

/** Folder with package.json and out/; another one when a mutated copy of the build is tested. */
export const appRoot = process.env['PARLEY_DESKTOP_ROOT'] ?? join(import.meta.dirname, '../..')

/** Longest a quit may take until the process is gone. */
const QUIT_LIMIT_MS = 10_000

export interface Desktop {
  app: ElectronApplication
  page: Page
  /** Stays readable after the app has gone. */
  process: ChildProcess
  dataDir: string
  /** Takes the faults of one rule out of the list: for a test that provokes them. */
  takeFaults(rule: string): Promise<string[]>
  /** Quits and waits until the process has gone. */
  quit(): Promise<void>
}

export interface LaunchOptions {
  args?: string[]
  env?: Record<string, string>
  dataDir?: string
  /** A packaged app; the build in {@link appRoot} when absent. */
  program?: string
}

interface Fixtures {
  /** Starts the built app; ended, and its faults checked, after the test. */
  launch: (options?: LaunchOptions) => Promise<Desktop>
  desktop: Desktop
}

async function launchDesktop(rig: Rig, options: LaunchOptions): Promise<Desktop> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'parley-desktop-')))
  const { program } = options
  const entry = program === undefined ? ['.'] : []
  const args = [...entry, ...SOUND_SWITCHES, `--data-dir=${dataDir}`, ...(options.args ?? [])]
  const env = { ...rig.env, PARLEY_TRANSCRIBER: 'none', ...options.env }
  const where = program === undefined ? { cwd: appRoot } : { executablePath: program, cwd: dataDir }
  const app = await _electron.launch({ args, ...where, env, timeout: 60_000 })
  for (const stream of [app.process().stdout, app.process().stderr]) {
    stream?.on('data', (chunk: Buffer) => process.env['PARLEY_TEST_VERBOSE'] && process.stderr.write(chunk))
  }
  const child = app.process()
  const page = await app.firstWindow()
  await page.waitForURL(/parley/)
  await page.waitForFunction(() => 'parley' in window)
  return {
    app,
    page,
    process: child,
    dataDir,
    takeFaults: (rule) =>
      app.evaluate((_modules, wanted) => {
        const faults = globalThis.estand?.faults ?? []
        const taken = faults.filter((fault) => fault.rule === wanted)
        const rest = faults.filter((fault) => fault.rule !== wanted)
        faults.splice(0, faults.length, ...rest)
        return taken.map((fault) => fault.text)
      }, rule),
    async quit() {
      const gone = child.exitCode !== null || child.signalCode !== null
      const exited = gone ? Promise.resolve() : new Promise<void>((resolve) => child.once('exit', () => resolve()))
      let timer: NodeJS.Timeout | undefined
      const late = new Promise<never>((_resolve, reject) => {
        timer = setTimeout(() => {
          child.kill('SIGKILL')
          reject(new Error(`the app had not quit after ${QUIT_LIMIT_MS} ms`))
        }, QUIT_LIMIT_MS)
      })
      await Promise.race([gone ? exited : Promise.all([app.close(), exited]), late])
      clearTimeout(timer)
    }
  }
}

/** The faults since it was asked last. */
const newFaults = (desktop: Desktop) => desktop.app.evaluate(() => globalThis.estand?.faults.splice(0) ?? [])
/** Requests of its pages and their workers that went to a network (stand-in only). */
const networkRequests = (desktop: Desktop) =>
  desktop.app.evaluate(() =>
    (globalThis.estand?.calls ?? []).filter(({ name }) => name === 'network').map(({ args }) => String(args[1]))
  )
const NO_FAULTS = 'mistakes that Electron would make silently'

async function endDesktop(desktop: Desktop): Promise<void> {
  const { exitCode, signalCode } = desktop.process
  const running = exitCode === null && signalCode === null
  const faults = running ? await newFaults(desktop) : []
  const outside = running ? await networkRequests(desktop) : []
  const pids = running ? descendants(desktop.process.pid!) : []
  await desktop.quit()
  await expect.poll(() => pids.filter((pid) => isAlive(pid)), 'processes that outlive the app').toEqual([])
  expect(foldersOf(pids), 'folders that outlive the app').toEqual([])
  await rm(desktop.dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  expect(faults, NO_FAULTS).toEqual([])
  expect(outside, 'requests of a page to a network').toEqual([])
}

export const test = base.extend<Fixtures, { rig: Rig }>({
  rig: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads the pattern
    async ({}, use) => {
      const rig = await startSystemRig({ windowManager: true })
      await use(rig)
      await rig.close()
    },
    { scope: 'worker' }
  ],
  launch: async ({ rig }, use) => {
    const launched: Desktop[] = []
    await use(async (options = {}) => {
      const desktop = await launchDesktop(rig, options)
      launched.push(desktop)
      return desktop
    })
    for (const desktop of launched) await endDesktop(desktop)
  },
  desktop: async ({ launch }, use) => use(await launch())
})

/**
 * One start of the app for all tests that use this, because each takes seconds: for tests that leave the app as they found it.
 * After a failure Playwright starts a new worker, and with it the app.
 */
export const sharedTest = test.extend<object, { shared: Desktop }>({
  shared: [
    async ({ rig }, use) => {
      const desktop = await launchDesktop(rig, {})
      await use(desktop)
      await endDesktop(desktop)
    },
    { scope: 'worker' }
  ],
  desktop: async ({ shared }, use) => {
    await use(shared)
    expect(await newFaults(shared), NO_FAULTS).toEqual([])
  }
})

export { expect }

/** Console errors and violations of the page's policy that Chromium has reported (stand-in only). */
export function securityReports(app: ElectronApplication): Promise<string[]> {
  return app.evaluate(() =>
    (globalThis.estand?.calls ?? [])
      .filter((call) => call.name === 'log' && (call.args[1] === 'security' || call.args[0] === 'error'))
      .map((call) => String(call.args[2]))
  )
}
