import { AxeBuilder } from '@axe-core/playwright'
import { type ConsoleMessage, type Disposable, type Page, test as base, expect } from '@playwright/test'
import type { Caption, EndReason, SessionEvent, SessionState } from '../../src/shared/events.ts'
import type { AudioPreferences, CallName, ParleyBridge, Reply, Snapshot } from '../../src/shared/ipc/contract.ts'
import type { Service } from '../../src/shared/profile.ts'
import { DEFAULT_AUDIO_PREFERENCES } from '../../src/shared/audio/preferences.ts'
import type { AudioSetup, EchoCheck, MicrophoneState } from '../../src/renderer/src/audio/api.ts'
import type { ScriptedEngine } from './harness/scripted-engine.ts'
import { UI_TEST_PORT } from './playwright.config.ts'

/** What main answers; the last word of a call name wins over the defaults below. */
export interface Script {
  connectAtStart?: boolean
  state?: SessionState
  captions?: Caption[]
  /** More of the snapshot than the two above. */
  snapshot?: Partial<Snapshot>
  theme?: 'system' | 'light' | 'dark'
  talkMode?: 'push-to-talk' | 'open'
  /** What differs from the defaults of how sound is taken and played. */
  audio?: Partial<AudioPreferences>
  host?: 'desktop' | 'web'
  platform?: string
  /** Listed below the others; the first one is chosen. */
  profiles?: { id: string; name: string; service: Service; modality: 'audio' | 'text'; builtIn: boolean }[]
  answers?: Partial<Record<CallName, Reply<unknown>>>
}

declare global {
  interface Window {
    engine: ScriptedEngine
    asked: { name: string; input: unknown }[]
    cspReports: string[]
    emit(name: string, payload: unknown): void
    answer(name: string, reply: Reply<unknown>): void
    /** From now on calls of this name are left open. */
    hold(name: string): void
    /** Answers those, and holds none any more. */
    release(name: string, reply: Reply<unknown>): void
  }
}

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

/** Runs in the page before its own scripts: a main process that follows a script. */
function scriptedMain({ script, file, audio }: { script: Script; file: string; audio: AudioPreferences }): void {
  // oxlint-disable-next-line unicorn/consistent-function-scoping -- the page gets this function's text alone
  const ok = (value: unknown): Reply<unknown> => ({ ok: true, value })
  const profiles = {
    chosenId: 'builtin',
    profiles: [
      { id: 'builtin', name: 'Built-in agent', service: 'builtin', modality: 'audio', builtIn: true },
      { id: 'printed', name: 'Deepgram example', service: 'deepgram', modality: 'audio', builtIn: true },
      { id: 'own', name: 'Kitchen helper', service: 'deepgram', modality: 'audio', builtIn: false },
      ...(script.profiles ?? [])
    ]
  }
  profiles.chosenId = script.profiles?.[0]?.id ?? profiles.chosenId
  let preferences = {
    talkMode: script.talkMode ?? 'push-to-talk',
    microphone: null,
    audio: { ...audio, ...script.audio },
    theme: script.theme ?? 'system'
  }
  const listeners = new Map<string, Set<(payload: unknown) => void>>()
  const answers = new Map<string, Reply<unknown>>(Object.entries(script.answers ?? {}))
  window.asked = []
  window.cspReports = []
  window.addEventListener('securitypolicyviolation', (event) => {
    window.cspReports.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`)
  })
  window.emit = (name, payload) => {
    for (const listener of listeners.get(name) ?? []) listener(payload)
  }
  window.answer = (name, reply) => answers.set(name, reply)
  const held = new Map<string, ((reply: Reply<unknown>) => void)[]>()
  window.hold = (name) => held.set(name, [])
  window.release = (name, reply) => {
    for (const tell of held.get(name) ?? []) tell(reply)
    held.delete(name)
  }
  const own = (name: string, input: unknown): Reply<unknown> => {
    switch (name) {
      case 'app:info':
        return ok({
          version: '0.1.0',
          host: script.host ?? 'web',
          platform: script.platform ?? 'linux',
          connectAtStart: script.connectAtStart ?? false
        })
      case 'session:snapshot':
        return ok({
          state: script.state ?? { phase: 'idle' },
          captions: script.captions ?? [],
          serviceName: 'Built-in agent',
          toolCalls: [],
          latencies: [],
          support: {},
          changes: [],
          ...script.snapshot
        })
      case 'session:command':
        return ok({ outcome: 'applied' })
      case 'profiles:list':
        return ok(profiles)
      case 'profiles:choose':
        profiles.chosenId = (input as { id: string }).id
        return ok(structuredClone(profiles))
      case 'profiles:remove':
        profiles.profiles = profiles.profiles.filter((profile) => profile.id !== (input as { id: string }).id)
        return ok(structuredClone(profiles))
      case 'profiles:read':
        return ok({ text: file })
      case 'profiles:import':
      case 'profiles:save':
      case 'session:save-changes':
        return ok({ id: 'new', warnings: [] })
      case 'service:choices':
        return ok({ choices: [] })
      case 'preferences:read':
        return ok(preferences)
      case 'preferences:write':
        preferences = { ...preferences, ...(input as object) }
        return ok(preferences)
      default:
        return ok(undefined)
    }
  }
  const bridge: ParleyBridge = {
    invoke: (name, input) => {
      window.asked.push({ name, input })
      const waiting = held.get(name)
      if (waiting !== undefined) return new Promise((resolve) => waiting.push(resolve))
      return Promise.resolve(answers.get(name) ?? own(name, input))
    },
    on: (name, listener) => {
      const set = listeners.get(name) ?? new Set()
      listeners.set(name, set.add(listener))
      return () => set.delete(listener)
    }
  }
  Object.assign(window, { parley: bridge })
}

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
      audio: DEFAULT_AUDIO_PREFERENCES
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

  /** Clean for axe: the page, or one part of it. Legacy mode looks into no frame of another origin, and there is none. */
  async expectAccessible(part?: string): Promise<void> {
    const axe = new AxeBuilder({ page: this.page }).setLegacyMode(true)
    const result = await (part === undefined ? axe : axe.include(part)).analyze()
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
