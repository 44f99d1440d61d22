// Custom schemes: Chromium is shown app://parley/x as https://parley.app.estand/x, a secure origin that never leaves this
// machine; every request of a page or a worker is answered by the app's own protocol handler.
import type { CdpSession } from './cdp.ts'
import { fault, record, state, textOf } from './state.ts'
import { modelled, type Like } from './surface.ts'

type Handler = (request: Request) => Response | Promise<Response>

const schemes = new Map<string, Electron.Privileges>()
const handlers = new Map<string, Handler>()
let registered = false

export function toWeb(url: string): string {
  const [, scheme = '', host = '', rest = ''] = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)(.*)$/i.exec(url) ?? []
  return schemes.has(scheme) ? `https://${host}.${scheme}.estand${rest || '/'}` : url
}

export function fromWeb(url: string): string {
  const [, host, scheme, rest = ''] = /^https:\/\/([^/?#]*)\.([a-z][a-z0-9+-]*)\.estand(.*)$/i.exec(url) ?? []
  return host === undefined || scheme === undefined ? url : `${scheme}://${host}${rest}`
}

export function originOf(url: string): string {
  return /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i.exec(url)?.[0] ?? 'null'
}

export function isServed(scheme: string): boolean {
  return handlers.has(scheme)
}

/** The protocol of the default session: works from ready on. */
export const sessionProtocol = modelled(
  'Protocol',
  {
    handle(scheme: string, handler: Handler) {
      if (handlers.has(scheme)) throw new Error(`Failed to register protocol: ${scheme}`)
      const privileges = schemes.get(scheme)
      if (privileges === undefined) fault('scheme-not-privileged', `${scheme}: no origin, no fetch, no secure context`)
      for (const need of ['standard', 'secure', 'supportFetchAPI'] as const) {
        if (privileges?.[need] === false || (privileges !== undefined && !(need in privileges))) {
          fault('scheme-not-privileged', `'${scheme}' lacks ${need}`)
        }
      }
      handlers.set(scheme, handler)
    },
    unhandle(scheme: string) {
      if (!handlers.delete(scheme)) throw new Error(`Failed to unhandle protocol: ${scheme}`)
    },
    isProtocolHandled: (scheme: string) => handlers.has(scheme)
  } satisfies Like<Electron.Protocol>,
  ['registerSchemesAsPrivileged']
)

export function registerSchemesAsPrivileged(list: Electron.CustomScheme[]): void {
  if (!Array.isArray(list)) throw new Error('Argument must be an array of custom schemes.')
  if (state.entryLoaded) fault('schemes-after-ready', 'Electron may be ready by then and ignores it without a word')
  if (registered) fault('schemes-twice', 'registerSchemesAsPrivileged called twice: renderers keep only the last list')
  registered = true
  for (const { scheme, privileges = {} } of list) {
    if (privileges.codeCache === true && privileges.standard !== true) {
      throw new Error('Code cache can only be enabled when the custom scheme is registered as standard scheme.')
    }
    if (privileges.bypassCSP === true) fault('scheme-bypasses-csp', scheme)
    schemes.set(scheme, privileges)
  }
}

interface Paused {
  requestId: string
  request: { url: string; method: string; headers: Record<string, string>; hasPostData?: boolean; postData?: string }
  responseStatusCode?: number | undefined
}

async function answer(
  session: CdpSession,
  { requestId, request }: Paused,
  url: string,
  handler: Handler
): Promise<void> {
  const kept = Object.entries(request.headers).filter(([name]) => !/^(referer|origin|host)$/i.test(name))
  const body = request.hasPostData === true ? Buffer.from(request.postData ?? '', 'utf8') : null
  const response = await handler(new Request(url, { method: request.method, headers: kept, body }))
  if (response.type === 'error') {
    await session.send('Fetch.failRequest', { requestId, errorReason: 'Failed' })
    return
  }
  record('served', [request.method, url, response.status, Object.fromEntries(response.headers)], undefined)
  if (response.status >= 400) fault('app-status', `${response.status} for ${url}`)
  const payload = Buffer.from(await response.arrayBuffer())
  if (response.headers.get('content-type') === null && payload.length > 0) {
    fault('no-content-type', `${url}: a module script, worklet or style sheet without a content type is refused`)
  }
  await session.send('Fetch.fulfillRequest', {
    requestId,
    responseCode: response.status,
    responseHeaders: [...response.headers].map(([name, value]) => ({ name, value })),
    body: payload.toString('base64')
  })
}

/** Answers one paused request from the app's handler, or lets it go to the network (and writes that down). */
export async function serveRequest(session: CdpSession, paused: Paused): Promise<void> {
  const { requestId, request } = paused
  const url = fromWeb(request.url)
  const handler = handlers.get(url.split(':')[0] ?? '')
  if (paused.responseStatusCode !== undefined) await session.send('Fetch.continueRequest', { requestId })
  else if (url.endsWith('/favicon.ico')) {
    await session.send('Fetch.fulfillRequest', { requestId, responseCode: 204 }) // Chromium's own wish; Electron has no tabs
  } else if (handler !== undefined) {
    await answer(session, paused, url, handler).catch(async (cause: unknown) => {
      fault('protocol-handler-threw', `${url}: ${textOf(cause)}`)
      await session.send('Fetch.failRequest', { requestId, errorReason: 'Failed' })
    })
  } else if (url !== request.url) {
    await session.send('Fetch.failRequest', { requestId, errorReason: 'AddressUnreachable' })
  } else {
    record('network', [request.method, url], undefined)
    await session.send('Fetch.continueRequest', { requestId })
  }
}
