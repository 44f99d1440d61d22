import { AxeBuilder } from '@axe-core/playwright'
import { type ConsoleMessage, type Disposable, type Page, test as base, expect } from '@playwright/test'
import type { Caption, EndReason, SessionEvent, SessionState } from '../../src/shared/events.ts'
import type { CallName, Reply } from '../../src/shared/ipc/contract.ts'
import { DEFAULT_AUDIO_PREFERENCES } from '../../src/shared/audio/preferences.ts'
import { DEFAULT_PRESENCE, DEFAULT_SHORTCUTS } from '../../src/shared/defaults.ts'
import type { AudioSetup, EchoCheck, MicrophoneState } from '../../src/renderer/src/audio/api.ts'
import type { ScriptedEngine } from './harness/scripted-engine.ts'
import { UI_TEST_PORT } from './playwright.config.ts'
import { scriptedMain, type Script } from './scripted-main.ts'

export const profileText = JSON.stringify(
  {
    schemaVersion: 1,
    name: 'Kitchen helper',
    service: 'deepgram',
    settings: { agent: { think: { prompt: 'Be brief.' } } }
  },
  null,
  2
)

/** What axe finds in colours alone. */
const COLOUR_RULES = ['color-contrast', 'link-in-text-block']

/** The page of a test: drives the script and reads what was asked. */
export class ParleyPage {
  readonly page: Page
  readonly faults: string[] = []
  private main: Disposable | undefined
  private readonly onConsole = (message: ConsoleMessage): void => {
    if (['error', 'warning'].includes(message.type())) this.faults.push(message.text())
  }
  private readonly onPageError = (error: Error): void => {
    this.faults.push(String(error))
  }

  constructor(page: Page) {
    this.page = page
  }

  /** Loads the page: nothing of a document before it is left, and only from here on faults are counted. */
  async open(script: Script = {}): Promise<void> {
    await this.main?.dispose()
    this.main = await this.page.addInitScript(scriptedMain, {
      script,
      file: profileText,
      audio: DEFAULT_AUDIO_PREFERENCES,
      presence: DEFAULT_PRESENCE,
      shortcuts: DEFAULT_SHORTCUTS
    })
    this.page.off('console', this.onConsole).off('pageerror', this.onPageError)
    this.page.on('console', this.onConsole).on('pageerror', this.onPageError)
    await this.page.goto(`/?theme=${script.theme ?? 'system'}`)
    await this.page.getByRole('main').waitFor()
  }

  /** The string and the entrances move from the next `open` on; else the suite asks for reduced motion. */
  async withMotion(): Promise<void> {
    await this.page.emulateMedia({ reducedMotion: 'no-preference' })
  }

  /** Takes the test's own listeners and script off a page that outlives it. */
  async leave(): Promise<void> {
    this.page.off('console', this.onConsole).off('pageerror', this.onPageError)
    await this.main?.dispose()
  }

  /** Waits until what changed has been drawn. */
  async drawn(frames = 2): Promise<void> {
    await this.page.evaluate(async (count) => {
      for (let i = 0; i < count; i += 1) {
        await new Promise((resolve) => {
          requestAnimationFrame(resolve)
        })
      }
    }, frames)
  }

  async event(event: SessionEvent): Promise<void> {
    await this.page.evaluate((payload) => window.emit('session:event', payload), event)
  }

  async state(state: SessionState): Promise<void> {
    await this.event({ kind: 'state', state })
  }

  /** From idle to a live conversation. */
  async live(activity: 'listening' | 'userSpeaking' | 'thinking' | 'agentSpeaking' = 'listening'): Promise<void> {
    await this.state({ phase: 'connecting' })
    await this.state({ phase: 'live', activity })
  }

  async ended(reason: EndReason): Promise<void> {
    await this.state({ phase: 'connecting' })
    await this.state({ phase: 'ended', reason })
  }

  async say(...captions: Caption[]): Promise<void> {
    for (const caption of captions) await this.event({ kind: 'caption', caption })
  }

  async microphone(state: MicrophoneState): Promise<void> {
    await this.page.evaluate((next) => window.engine.become(next), state)
  }

  /** Something else that the engine says of itself. */
  async engine(states: Parameters<ScriptedEngine['report']>[0]): Promise<void> {
    await this.page.evaluate((said) => window.engine.report(said), states)
  }

  /** A live microphone that differs in this, now and at the next opening. */
  async microphoneIs(change: Parameters<ScriptedEngine['differ']>[0]): Promise<void> {
    await this.page.evaluate((said) => window.engine.differ(said), change)
  }

  async echoFound(check: EchoCheck): Promise<void> {
    await this.page.evaluate((found) => window.engine.find(found), check)
  }

  async levels(inputDbfs: number, outputDbfs: number, systemDbfs = -90): Promise<void> {
    await this.page.evaluate((levels) => window.engine.level(levels), { inputDbfs, systemDbfs, outputDbfs })
  }

  async asked(name: CallName): Promise<unknown[]> {
    const asked = await this.page.evaluate(() => window.asked)
    return asked.filter((call) => call.name === name).map((call) => call.input)
  }

  async answer(name: CallName, reply: Reply<unknown>): Promise<void> {
    await this.page.evaluate(({ call, value }) => window.answer(call, value), { call: name, value: reply })
  }

  /** Leaves calls of this name open until {@link release}. */
  async hold(name: CallName): Promise<void> {
    await this.page.evaluate((call) => window.hold(call), name)
  }

  async release(name: CallName, reply: Reply<unknown>): Promise<void> {
    await this.page.evaluate(({ call, value }) => window.release(call, value), { call: name, value: reply })
  }

  async engineCalls(): Promise<string[]> {
    return this.page.evaluate(() => window.engine.calls)
  }

  /** What the engine was told last of how sound is taken and played. */
  async setup(): Promise<AudioSetup | undefined> {
    return this.page.evaluate(() => window.engine.setups.at(-1))
  }

  /**
   * Clean for axe: the page, or one part of it; every rule, or only those of colours. Legacy mode looks into no frame of another
   * origin, and there is none.
   */
  async expectAccessible(part?: string, { onlyColours = false } = {}): Promise<void> {
    const { page } = this
    // Its half a megabyte is read twice for each analysis: a document that has it keeps it.
    const isThere = await page.evaluate(() => 'axe' in window)
    const axe = new AxeBuilder(isThere ? { page, axeSource: 'undefined' } : { page }).setLegacyMode(true)
    if (part !== undefined) axe.include(part)
    if (onlyColours) axe.withRules(COLOUR_RULES)
    const result = await axe.analyze()
    const found = result.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)
    expect(found).toEqual([])
  }

  /** No page wider than the window, at any state. */
  async expectNoSideScroll(): Promise<void> {
    const wide = await this.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    expect(wide).toBeLessThanOrEqual(0)
  }
}

/** Every test fails on a CSP report, a console error or an uncaught exception. A page and context of its own. */
export const ownPageTest = base.extend<{ parley: ParleyPage }>({
  parley: async ({ page }, use) => {
    const parley = new ParleyPage(page)
    await use(parley)
    expect(await page.evaluate(() => window.cspReports), 'CSP reports').toEqual([])
    expect(parley.faults, 'console and page errors').toEqual([])
    await parley.leave()
  }
})

/**
 * A page per worker, which every `open` loads afresh: a new context and renderer process for each test took four times the
 * processor time of the load itself. After a failure Playwright starts a new worker, and with it a new page.
 */
export const test = ownPageTest.extend<object, { sharedPage: Page }>({
  sharedPage: [
    async ({ browser }, use) => {
      const context = await browser.newContext({ baseURL: `http://127.0.0.1:${UI_TEST_PORT}` })
      await use(await context.newPage())
      await context.close()
    },
    { scope: 'worker' }
  ],
  page: async ({ sharedPage, viewport }, use) => {
    await sharedPage.emulateMedia({ colorScheme: 'light', forcedColors: 'none', reducedMotion: 'reduce' })
    if (viewport !== null) await sharedPage.setViewportSize(viewport)
    await use(sharedPage)
    // Keys and buttons belong to the page, not to its document: one that a test left pressed would be a repeat in the next.
    await sharedPage.keyboard.up('Space')
    await sharedPage.mouse.up()
    await sharedPage.mouse.move(0, 0)
  }
})

export { expect } from '@playwright/test'

export const conversation: Caption[] = [
  { id: '1', role: 'agent', text: 'Hello. I am the agent inside Parley. What can I do for you?', interrupted: false },
  { id: '2', role: 'user', text: 'What is seventeen times twenty-three?', interrupted: false },
  { id: '3', role: 'agent', text: 'Seventeen times twenty-three is three hundred and ninety-one.', interrupted: false },
  { id: '4', role: 'user', text: 'And remember that my sister arrives on Thursday.', interrupted: false },
  {
    id: '5',
    role: 'agent',
    text: 'I will remember that your sister arrives on Thursday. Shall I also',
    interrupted: true
  },
  { id: '6', role: 'parley', text: 'Added to the prompt: answer in one sentence.', interrupted: false },
  { id: '7', role: 'user', text: 'When does she arrive?', interrupted: false },
  { id: '8', role: 'agent', text: 'Your sister arrives on Thursday.', interrupted: false }
]
