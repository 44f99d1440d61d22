// WebContents and WebFrameMain over one Chromium page.
import { randomBytes } from 'node:crypto'
import { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import { isAbsolute } from 'node:path'
import { compileFunction } from 'node:vm'
import { app } from './app.ts'
import type { CdpConnection, CdpSession } from './cdp.ts'
import { pageFor, targets } from './pages.ts'
import { cloneForMain, takePorts } from './ports.ts'
import { RendererLink, type FromWorld } from './renderer-link.ts'
import { fromWeb, isServed, originOf, serveRequest, toWeb } from './schemes.ts'
import { theSession, type StandinSession } from './session.ts'
import { fault, record, textOf } from './state.ts'
import { modelled, type Like } from './surface.ts'
import { isolatedSource, pageSource, transferMarkSource, WORLD_NAME } from './world/source.ts'

/** On a busy machine Chromium was seen to pass over the command once. */
const CRASH_AGAIN_MS = 5000

/** The names Electron wraps a sandboxed preload's text in. */
const PRELOAD_PARAMETERS = 'require process exports module Buffer global setImmediate clearImmediate'.split(' ')

/** For commands to a page that may have gone while they were under way. */
const gone = (): undefined => undefined

export interface Owner {
  readonly bounds: { width: number; height: number }
  firstPaint(): void
  destroy(): void
}

export class StandinFrame extends EventEmitter implements Like<Electron.WebFrameMain> {
  readonly #contents: StandinContents
  readonly frameToken: string
  readonly parent = null
  gone = false

  constructor(contents: StandinContents, frameToken: string) {
    super()
    this.#contents = contents
    this.frameToken = frameToken
  }

  get url(): string {
    return this.#contents.getURL()
  }

  get origin(): string {
    return originOf(this.url)
  }

  isDestroyed(): boolean {
    return this.gone
  }

  send(channel: string, ...args: unknown[]): void {
    if (typeof channel !== 'string') throw new TypeError('Missing required channel argument')
    try {
      this.#contents.link.sendMessage(channel, args, [])
    } catch (cause) {
      fault('send-not-cloneable', `${channel}: ${textOf(cause)}`)
    }
  }

  postMessage(channel: string, message: unknown, transfer?: unknown): void {
    const data = cloneForMain(message)
    this.#contents.link.sendMessage(channel, [data], takePorts(transfer))
  }
}
modelled('WebFrameMain', StandinFrame.prototype, ['frameToken', 'parent'])

let nextId = 1

export class StandinContents extends EventEmitter implements Like<Electron.WebContents> {
  readonly id = nextId++
  readonly session = theSession() as unknown as Electron.Session
  mainFrame = null as unknown as Electron.WebFrameMain
  readonly link: RendererLink
  readonly owner: Owner
  readonly #connection: CdpConnection
  readonly #prefs: Electron.WebPreferences
  readonly #secret = `e${randomBytes(9).toString('hex')}`
  readonly #up: Promise<void>
  #cdp!: CdpSession
  #targetId = ''
  #url = ''
  #script: string | undefined
  #loading = false
  #crashed = false
  #crashes = 0
  #loaded: ((error?: Error) => void) | undefined
  #destroyed = false
  #muted = false
  #rtcPolicy = 'default'
  #openHandler: Parameters<Electron.WebContents['setWindowOpenHandler']>[0] | undefined

  constructor(owner: Owner, prefs: Electron.WebPreferences, connection: CdpConnection) {
    super()
    this.owner = owner
    this.#prefs = prefs
    this.#connection = connection
    this.#up = this.#create()
    this.link = new RendererLink({
      cdp: () => this.#cdp,
      secret: this.#secret,
      identity: () => ({ sender: this.asElectron, senderFrame: this.#destroyed ? null : this.mainFrame }),
      ask: (question) => this.#permission(question),
      preloadBroken: (message) => this.#preloadBroken(message)
    })
    this.#up.catch((cause: unknown) => fault('no-renderer', textOf(cause)))
  }

  get asElectron(): Electron.WebContents {
    return this as unknown as Electron.WebContents
  }

  getURL(): string {
    return this.#url
  }

  isDestroyed(): boolean {
    return this.#destroyed
  }

  isLoading(): boolean {
    return this.#loading
  }

  getOwnerBrowserWindow(): Electron.BrowserWindow {
    return this.owner as unknown as Electron.BrowserWindow
  }

  /** Not in electron.d.ts, but there, and the documented way to check what a page may do. */
  getLastWebPreferences(): Electron.WebPreferences {
    return this.#prefs
  }

  setWindowOpenHandler(handler: Parameters<Electron.WebContents['setWindowOpenHandler']>[0]): void {
    this.#openHandler = handler
  }

  setWebRTCIPHandlingPolicy(policy: Parameters<Electron.WebContents['setWebRTCIPHandlingPolicy']>[0]): void {
    this.#rtcPolicy = policy
  }

  getWebRTCIPHandlingPolicy(): string {
    return this.#rtcPolicy
  }

  setAudioMuted(muted: boolean): void {
    this.#muted = muted
  }

  isAudioMuted(): boolean {
    return this.#muted
  }

  send(channel: string, ...args: unknown[]): void {
    if (this.mainFrame === null) fault('send-before-preload', channel)
    else this.mainFrame.send(channel, ...args)
  }

  postMessage(channel: string, message: unknown, transfer?: Electron.MessagePortMain[]): void {
    this.mainFrame.postMessage(channel, message, transfer)
  }

  async executeJavaScript(code: string): Promise<unknown> {
    const how = { awaitPromise: true, returnByValue: true, userGesture: true }
    const { result, exceptionDetails } = await this.#cdp.send('Runtime.evaluate', { expression: code, ...how })
    if (exceptionDetails !== undefined)
      throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text)
    return result.value
  }

  reload(): void {
    this.loadURL(this.#url).catch((cause: unknown) => fault('reload-failed', textOf(cause)))
  }

  forcefullyCrashRenderer(): void {
    const before = this.#crashes
    const crash = (): void => {
      if (this.#crashes > before || this.#destroyed) return
      this.#cdp.send('Page.crash').catch(() => undefined) // the answer dies with the page
      setTimeout(crash, CRASH_AGAIN_MS).unref()
    }
    crash()
  }

  async loadURL(url: string): Promise<void> {
    await this.#up
    const scheme = url.split(':')[0] ?? ''
    if (!isServed(scheme) && !['http', 'https', 'data', 'about'].includes(scheme)) {
      fault('load-failed', url)
      throw new Error(`ERR_UNKNOWN_URL_SCHEME (-302) loading '${url}'`)
    }
    // A crashed renderer answers no command before it is navigated; it keeps the scripts of before.
    if (!this.#crashed) await this.#installPreload()
    this.#crashed = false
    this.#loading = true
    this.#announceNavigation(url)
    const done = new Promise<void>((resolve, reject) => {
      this.#loaded = (error) => (error === undefined ? resolve() : reject(error))
    })
    done.catch(() => undefined) // the caller hears of it below
    const { errorText } = await this.#cdp.send('Page.navigate', { url: toWeb(url) })
    if (errorText !== undefined) {
      this.#loading = false
      this.emit('did-fail-load', {}, -2, errorText, url, true)
      throw new Error(`${errorText} (-2) loading '${url}'`)
    }
    await done
  }

  /** A page asks for a window of its own; it has not loaded anything yet. */
  decideWindow(url: string): 'allow' | 'deny' {
    if (this.#openHandler === undefined) {
      fault('no-window-open-handler', url)
      return 'allow'
    }
    const details = { url: fromWeb(url), frameName: '', features: '', disposition: 'new-window' as const }
    const { action } = this.#openHandler({ ...details, referrer: { url: '', policy: 'default' } })
    return record('window.open', [url, action], action)
  }

  destroy(): void {
    if (this.#destroyed) return
    this.#destroyed = true
    this.link.disconnect()
    targets.delete(this.#targetId)
    this.emit('destroyed')
    const close = () => this.#connection.browser.send('Target.closeTarget', { targetId: this.#targetId })
    this.#up.then(close).catch(() => undefined) // at quit Chromium may have gone before
  }

  async #create(): Promise<void> {
    const { width, height } = this.owner.bounds
    const size = { width, height, newWindow: true }
    const { targetId } = await this.#connection.browser.send('Target.createTarget', { url: 'about:blank', ...size })
    this.#targetId = targetId
    targets.set(targetId, this)
    const cdp = await pageFor(targetId)
    this.#cdp = cdp
    const { frameTree } = await cdp.send('Page.getFrameTree')
    this.mainFrame = new StandinFrame(this, frameTree.frame.id) as unknown as Electron.WebFrameMain
    this.#listen(cdp, frameTree.frame.id)
    await Promise.all([
      cdp.send('Page.enable'),
      cdp.send('Runtime.enable'),
      cdp.send('Log.enable'),
      cdp.send('Inspector.enable'),
      cdp.send('Fetch.enable', { patterns: [{ urlPattern: '*' }] }),
      cdp.send('Runtime.addBinding', { name: this.#secret, executionContextName: WORLD_NAME }),
      cdp.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: true, flatten: true }),
      cdp.send('Page.addScriptToEvaluateOnNewDocument', { source: pageSource(this.#secret) })
    ])
  }

  #listen(cdp: CdpSession, frameId: string): void {
    cdp.on('Runtime.executionContextCreated', ({ context }) => {
      const aux = context.auxData as { frameId?: string } | undefined
      if (context.name === WORLD_NAME && aux?.frameId === frameId) this.link.connect(context.uniqueId)
    })
    cdp.on('Runtime.executionContextsCleared', () => this.link.disconnect())
    cdp.on('Runtime.bindingCalled', ({ name, payload }) => {
      if (name === this.#secret) this.link.receive(JSON.parse(payload) as FromWorld)
    })
    cdp.on('Runtime.consoleAPICalled', ({ type, args }) => {
      const text = args.map((arg) => String(arg.value ?? arg.description ?? arg.type)).join(' ')
      record('console', [type, text], undefined)
      if (type === 'error') process.stderr.write(`renderer: ${text}\n`)
    })
    cdp.on('Runtime.exceptionThrown', ({ exceptionDetails }) => {
      fault('renderer-exception', exceptionDetails.exception?.description ?? exceptionDetails.text)
    })
    cdp.on('Log.entryAdded', ({ entry }) => {
      record('log', [entry.level, entry.source, entry.text], undefined)
      if (entry.level === 'error') process.stderr.write(`renderer ${entry.source}: ${entry.text}\n`)
    })
    cdp.on('Inspector.targetCrashed', () => {
      this.link.disconnect()
      this.#crashed = true
      this.#crashes += 1
      const details = { reason: 'crashed', exitCode: 5 }
      this.emit('render-process-gone', {}, details)
      app.emit('render-process-gone', {}, this, details)
    })
    cdp.on('Page.frameNavigated', ({ frame }) => {
      if (frame.parentId === undefined) this.#url = fromWeb(frame.url + (frame.urlFragment ?? ''))
    })
    cdp.on('Page.loadEventFired', () => this.#onLoad())
    cdp.on('Fetch.requestPaused', (paused) => {
      const top = paused.resourceType === 'Document' && paused.frameId === frameId
      this.#serve(cdp, paused, top && !this.#loading)
    })
    cdp.on('Target.attachedToTarget', ({ sessionId, waitingForDebugger, targetInfo }) => {
      record('worker', [targetInfo.type, fromWeb(targetInfo.url)], undefined)
      this.#adoptWorker(sessionId, waitingForDebugger)
    })
  }

  #onLoad(): void {
    if (this.#url === 'about:blank') return
    this.#loading = false
    this.emit('dom-ready', {})
    this.emit('did-finish-load', {})
    this.#loaded?.()
    setTimeout(() => this.owner.firstPaint(), 30)
  }

  #serve(cdp: CdpSession, paused: Parameters<typeof serveRequest>[1], pageWantsAway: boolean): void {
    const { requestId } = paused
    if (pageWantsAway && this.#preventsNavigation(fromWeb(paused.request.url))) {
      cdp.send('Fetch.failRequest', { requestId, errorReason: 'Aborted' }).catch(gone)
    } else serveRequest(cdp, paused).catch(gone)
  }

  #preventsNavigation(url: string): boolean {
    let stopped = false
    const preventDefault = () => {
      stopped = true
    }
    const details = { url, isSameDocument: false, isMainFrame: true, frame: this.mainFrame, preventDefault }
    this.emit('will-frame-navigate', details)
    this.emit('will-navigate', details, url)
    if (!stopped) {
      fault('page-navigated', `nothing stopped a navigation to ${url}`)
      this.#announceNavigation(url)
    }
    return record('navigation', [url, stopped], stopped)
  }

  #announceNavigation(url: string): void {
    const details = { url, isSameDocument: false, isMainFrame: true, frame: this.mainFrame }
    this.emit('did-start-navigation', details, url, false, true)
  }

  /** Workers start paused, so that their own requests are answered by the app too. */
  #adoptWorker(sessionId: string, waiting: boolean): void {
    const worker = this.#connection.sessions.get(sessionId)
    if (worker === undefined) return
    worker.on('Fetch.requestPaused', (paused) => this.#serve(worker, paused, false))
    worker.on('Runtime.exceptionThrown', ({ exceptionDetails }) => {
      fault('worker-exception', exceptionDetails.exception?.description ?? exceptionDetails.text)
    })
    worker.on('Log.entryAdded', ({ entry }) => record('log', [entry.level, entry.source, entry.text], undefined))
    const run = () => (waiting ? worker.send('Runtime.runIfWaitingForDebugger').catch(() => undefined) : undefined)
    void Promise.allSettled([
      worker.send('Fetch.enable', { patterns: [{ urlPattern: '*' }] }),
      worker.send('Runtime.enable'),
      worker.send('Log.enable'),
      worker.send('Runtime.evaluate', { expression: transferMarkSource })
    ]).then(run)
  }

  async #installPreload(): Promise<void> {
    const old = this.#script
    if (old !== undefined) await this.#cdp.send('Page.removeScriptToEvaluateOnNewDocument', { identifier: old })
    const source = isolatedSource(this.#secret, this.#readPreload())
    const script = { source, worldName: WORLD_NAME }
    this.#script = (await this.#cdp.send('Page.addScriptToEvaluateOnNewDocument', script)).identifier
  }

  #readPreload(): string {
    const { preload } = this.#prefs
    if (preload === undefined) return ''
    if (!isAbsolute(preload)) {
      fault('preload-not-absolute', 'preload script must have absolute path.')
      return ''
    }
    try {
      const source = readFileSync(preload, 'utf8')
      compileFunction(source, PRELOAD_PARAMETERS)
      return source
    } catch (cause) {
      this.#preloadBroken(textOf(cause))
      return ''
    }
  }

  #preloadBroken(message: string): void {
    process.stderr.write(`Unable to load preload script: ${this.#prefs.preload}\n`)
    fault('preload-broken', message)
    this.emit('preload-error', {}, this.#prefs.preload, new Error(message))
  }

  async #permission({ kind, permission, details }: Extract<FromWorld, { t: 'ask' }>): Promise<boolean> {
    const session = this.session as unknown as StandinSession
    if (kind === 'display') return session.capturesDisplay(this.asElectron, details)
    return kind === 'check'
      ? session.passesCheck(this.asElectron, permission, details)
      : session.mayRequest(this.asElectron, permission, details)
  }
}
modelled('WebContents', StandinContents.prototype, ['id', 'session', 'mainFrame'])
