import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { Readable } from 'node:stream'
import { envProxy, proxyWay, type ProxyRule, type ProxyWay } from './proxy.ts'

const BODYLESS = new Set([204, 205, 304])

/**
 * `fetch` through the same proxies as the sockets; without a proxy for the address it is Node's own. What goes through one is not
 * redirected, decompressed or kept alive. It rejects as Node's does, with the system's code or `PROXY_...` in its cause.
 */
export function proxiedFetch(proxyFor: ProxyRule = envProxy): typeof globalThis.fetch {
  return async (input, init) => {
    const url = input instanceof Request ? input.url : String(input)
    let proxy: string | undefined
    try {
      proxy = await proxyFor(url)
    } catch (cause) {
      throw failed('proxy-unusable', cause)
    }
    if (proxy === undefined) return globalThis.fetch(input, init)
    const way = proxyWay(proxy)
    if (way === undefined) throw failed('proxy-unusable')
    // A request's own signal is forgotten once nobody holds the request: the caller's lasts as long as the answer.
    const signal = init?.signal ?? (input instanceof Request ? input.signal : undefined)
    return await send(new Request(input, init), way, signal ?? undefined)
  }
}

async function send(request: Request, way: ProxyWay, signal: AbortSignal | undefined): Promise<Response> {
  const { method } = request
  const headers = Object.fromEntries(request.headers)
  const body = Buffer.from(await request.arrayBuffer())
  const start = request.url.startsWith('https:') ? httpsRequest : httpRequest
  const giveUp = (): void => way.abandon()
  signal?.addEventListener('abort', giveUp, { once: true })
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const sent = start(request.url, {
        method,
        headers,
        agent: way.agent,
        ...(signal === undefined ? {} : { signal })
      })
      sent.on('error', reject)
      sent.on('response', resolve)
      sent.end(body.byteLength === 0 ? undefined : body)
    })
    // A proxy that refuses answers in the place of the server.
    if (way.failure() !== undefined) {
      response.destroy()
      throw new Error('refused by the proxy')
    }
    try {
      return answer(response)
    } catch (cause) {
      response.destroy()
      throw cause
    }
  } catch (cause) {
    if (signal?.aborted === true) throw signal.reason
    const failure = way.failure()
    if (failure?.kind === 'unreachable') throw failed(failure.reason, cause)
    throw new TypeError('fetch failed', { cause })
  } finally {
    signal?.removeEventListener('abort', giveUp)
    way.abandon()
  }
}

function answer(response: IncomingMessage): Response {
  const status = response.statusCode ?? 502
  const headers = new Headers()
  for (const [name, values] of Object.entries(response.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value)
  }
  if (BODYLESS.has(status)) {
    response.resume()
    return new Response(null, { status, headers })
  }
  return new Response(Readable.toWeb(response) as ReadableStream<Uint8Array>, { status, headers })
}

function failed(reason: string, cause?: unknown): TypeError {
  const why = new Error(reason, { cause })
  return new TypeError('fetch failed', {
    cause: Object.assign(why, { code: reason.toUpperCase().replaceAll('-', '_') })
  })
}
