/// <reference lib="dom" />
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { _electron, expect, test, type ElectronApplication, type Page } from '@playwright/test'
import type { Rig } from '../../rig/rig.ts'
import { startSystemRig } from '../../rig/system-rig.ts'

declare global {
  interface Window {
    checksReady?: boolean
    checks: Record<string, () => boolean | Promise<boolean>>
    notModelled: Record<string, () => boolean>
  }
}

const appFolder = join(import.meta.dirname, 'app')
let app: ElectronApplication
let page: Page
let userData: string
let rig: Rig

test.beforeAll(async () => {
  userData = await mkdtemp(join(tmpdir(), 'conformance-'))
  rig = await startSystemRig()
  app = await _electron.launch({ args: [appFolder, `--user-data-dir=${userData}`], env: rig.env })
  page = await app.firstWindow()
  await page.waitForFunction(() => window.checksReady)
})

test.afterAll(async () => {
  await app?.close()
  await rig?.close()
  await rm(userData, { recursive: true, force: true })
})

test('contextBridge and ipc behave as Electron documents', async () => {
  const failed = await page.evaluate(async () => {
    const bad: string[] = []
    for (const [name, check] of Object.entries(window.checks)) {
      const answer = await Promise.resolve()
        .then(check)
        .catch((error: unknown) => String(error))
      if (answer !== true) bad.push(`${name}: ${String(answer)}`)
    }
    return bad
  })
  expect(failed).toEqual([])
  expect(await page.evaluate(() => Object.keys(window.checks).length)).toBe(47)
})

test('three more behaviours of the bridge are refused by name on the stand-in, and hold in Electron', async () => {
  const outcome = await page.evaluate(() => {
    const ran = Object.entries(window.notModelled).map(([name, check]) => {
      try {
        return [name, check()]
      } catch (error) {
        return [name, (error as Error).message]
      }
    })
    return Object.fromEntries(ran) as Record<string, unknown>
  })
  const onStandin = await app.evaluate(() => 'estand' in globalThis)
  const or = (refusal: string) => (onStandin ? refusal : true)
  expect(outcome).toEqual({
    'a symbol is itself': or('estand: symbols over the bridge are not modelled'),
    'an element is itself, there and back': or('estand: DOM nodes over the bridge are not modelled'),
    'the preload has a Buffer': or('estand: Buffer in a preload exists in Electron but is not modelled')
  })
})

test('an unmodelled member throws by name', { tag: '@standin' }, async () => {
  const text = await app.evaluate(({ app: it }) => {
    try {
      it.showAboutPanel()
      return 'passed'
    } catch (error) {
      return String(error)
    }
  })
  expect(text).toContain('App.showAboutPanel exists')
})

test('a listener for an event that is never emitted is a fault', { tag: '@standin' }, async () => {
  const faults = await app.evaluate(({ app: it }) => {
    const kept = (globalThis as unknown as { estand: { faults: { rule: string }[] } }).estand.faults
    ;(it as unknown as NodeJS.EventEmitter).on('wil-quit', () => undefined)
    return kept.splice(0).map((fault) => fault.rule)
  })
  expect(faults).toEqual(['unknown-event'])
})
