// The default session: permission handlers, and what they answer when the page asks.
import { EventEmitter } from 'node:events'
import { originOf, registerSchemesAsPrivileged, sessionProtocol } from './schemes.ts'
import { fault, record, state } from './state.ts'
import { modelled, unmodelled, type Like } from './surface.ts'

type RequestHandler = Parameters<Electron.Session['setPermissionRequestHandler']>[0]
type CheckHandler = Parameters<Electron.Session['setPermissionCheckHandler']>[0]
type DisplayHandler = Parameters<Electron.Session['setDisplayMediaRequestHandler']>[0]
type DeviceHandler = Parameters<Electron.Session['setDevicePermissionHandler']>[0]

export class StandinSession extends EventEmitter implements Like<Electron.Session> {
  readonly protocol = sessionProtocol as unknown as Electron.Protocol
  #request: RequestHandler = null
  #check: CheckHandler = null
  #device: DeviceHandler = null
  #display: DisplayHandler = null

  setPermissionRequestHandler(handler: RequestHandler): void {
    this.#request = handler
  }

  setPermissionCheckHandler(handler: CheckHandler): void {
    this.#check = handler
  }

  setDevicePermissionHandler(handler: DeviceHandler): void {
    this.#device = handler
  }

  setDisplayMediaRequestHandler(handler: DisplayHandler): void {
    this.#display = record('setDisplayMediaRequestHandler', [handler === null ? null : 'handler'], handler)
  }

  /** Whether the page gets what it asked `getDisplayMedia` for. */
  async capturesDisplay(contents: Electron.WebContents, details: object): Promise<boolean> {
    const handler = this.#display
    const { audio, video, userGesture } = details as { audio: boolean; video: boolean; userGesture: boolean }
    if (handler === null) return record('display-media', [details, 'no handler'], false)
    const request = { videoRequested: video, audioRequested: audio, userGesture }
    const securityOrigin = `${originOf(contents.getURL())}/`
    const streams = await new Promise<Electron.Streams | null>((resolve) =>
      handler({ frame: contents.mainFrame, securityOrigin, ...request }, resolve)
    )
    if (streams !== null && video && streams.video === undefined) {
      fault('display-media-without-video', 'video was requested and the handler gave none: Electron throws')
      return false
    }
    const told =
      streams === null ? null : { audio: streams.audio, video: streams.video === undefined ? 'none' : 'given' }
    return record('display-media', [details, told], streams !== null)
  }

  /** What the test says (`ESTAND_PROXY`), else no proxy. */
  resolveProxy(url: string): Promise<string> {
    return Promise.resolve(record('resolveProxy', [url], process.env['ESTAND_PROXY'] ?? 'DIRECT'))
  }

  /** Without a handler Electron grants; here that is a fault as well. */
  async mayRequest(contents: Electron.WebContents, permission: string, details: object): Promise<boolean> {
    const handler = this.#request
    if (this.#device === null) fault('no-device-permission-handler', permission)
    if (handler === null) {
      fault('no-permission-request-handler', `${permission}: Electron grants everything by default`)
      return true
    }
    const url = contents.getURL()
    const all = { isMainFrame: true, requestingUrl: url, securityOrigin: `${originOf(url)}/`, ...details }
    const granted = await new Promise<boolean>((resolve) => handler(contents, permission as 'media', resolve, all))
    return record('permission', [permission, details, granted], granted)
  }

  passesCheck(contents: Electron.WebContents, permission: string, details: object): boolean {
    const handler = this.#check
    if (handler === null) {
      fault('no-permission-check-handler', permission)
      return true
    }
    const origin = `${originOf(contents.getURL())}/`
    const all = { isMainFrame: true, requestingUrl: contents.getURL(), securityOrigin: origin, ...details }
    return handler(contents, permission as 'media', origin, all)
  }
}
modelled('Session', StandinSession.prototype, ['protocol'])

let defaultSession: StandinSession | undefined

export function theSession(): StandinSession {
  if (!state.ready) throw new TypeError('Session can only be received when app is ready')
  defaultSession ??= new StandinSession()
  return defaultSession
}

export const session = {
  get defaultSession() {
    return theSession()
  },
  fromPartition: () => unmodelled('session.fromPartition'),
  fromPath: () => unmodelled('session.fromPath')
}

/** The `protocol` module: privileges before ready, everything else is the default session's. */
export const protocol = new Proxy(
  { registerSchemesAsPrivileged },
  {
    get(target, key): unknown {
      if (key === 'registerSchemesAsPrivileged') return target.registerSchemesAsPrivileged
      return Reflect.get(theSession().protocol, key)
    }
  }
)
