import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { Http, HttpAnswer, HttpRequest, UnreachableReason } from '../../core/ports.ts'
import { unreachableReason } from './failure-reason.ts'
import { envProxy, proxyWay, type ProxyRule, type ProxyWay } from './proxy.ts'
import { retryAfterMs } from './retry-after.ts'

/** A longer body is not read; every answer that Parley asks for is far shorter. */
const MAX_BODY_BYTES = 1024 * 1024

const unreachable = (reason: UnreachableReason): HttpAnswer => ({
  kind: 'failed',
  failure: { kind: 'unreachable', reason }
})

/** JSON over HTTP, through the same proxies as the sockets. Redirects are not followed: a key would go along. */
export function nodeHttp(proxyFor: ProxyRule = envProxy): Http {
  return {
    async request(asked): Promise<HttpAnswer> {
      if (!URL.canParse(asked.url)) return unreachable('bad-address')
      let proxy: string | undefined
      try {
        proxy = await proxyFor(asked.url)
      } catch {
        return unreachable('proxy-unusable')
      }
      const way = proxy === undefined ? undefined : proxyWay(proxy)
      if (proxy !== undefined && way === undefined) return unreachable('proxy-unusable')
      return send(asked, way)
    }
  }
}

function send(asked: HttpRequest, way: ProxyWay | undefined): Promise<HttpAnswer> {
  const text = asked.body === undefined ? undefined : JSON.stringify(asked.body)
  return new Promise((resolve) => {
    let request: ClientRequest
    try {
      request = start(asked, text, way)
    } catch {
      // A scheme that is not HTTP's, or a key that no header can hold; the error quotes it.
      return resolve(unreachable('bad-address'))
    }
    const finish = (answer: HttpAnswer): void => {
      clearTimeout(timer)
      way?.abandon()
      resolve(answer)
      request.destroy()
    }
    const timer = setTimeout(() => {
      finish({ kind: 'failed', failure: { kind: 'timeout', afterMs: asked.timeoutMs } })
    }, asked.timeoutMs)
    request.on('error', (error) => {
      const failure = way?.failure()
      finish(failure === undefined ? unreachable(unreachableReason(error)) : { kind: 'failed', failure })
    })
    request.on('response', (response) => {
      // A proxy that refuses answers in the place of the server.
      const failure = way?.failure()
      if (failure !== undefined) finish({ kind: 'failed', failure })
      else void read(response).then(finish)
    })
    request.end(text)
  })
}

function start(
  { method, url, headers }: HttpRequest,
  text: string | undefined,
  way: ProxyWay | undefined
): ClientRequest {
  const open = url.startsWith('https:') ? httpsRequest : httpRequest
  return open(url, {
    method,
    headers: {
      Accept: 'application/json',
      ...(text === undefined ? {} : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) }),
      ...headers
    },
    agent: way === undefined ? false : way.agent
  })
}

async function read(response: IncomingMessage): Promise<HttpAnswer> {
  const waitMs = retryAfterMs(response.headers['retry-after'], Date.now())
  const told = {
    kind: 'answered',
    status: response.statusCode ?? 0,
    ...(waitMs === undefined ? {} : { retryAfterMs: waitMs })
  } as const
  const parts: Buffer[] = []
  let bytes = 0
  try {
    for await (const part of response as AsyncIterable<Buffer>) {
      bytes += part.byteLength
      if (bytes > MAX_BODY_BYTES) return { ...told, json: undefined }
      parts.push(part)
    }
  } catch {
    return unreachable('broken-off')
  }
  try {
    return { ...told, json: JSON.parse(Buffer.concat(parts).toString()) as unknown }
  } catch {
    // No JSON: the status says what there is to say.
    return { ...told, json: undefined }
  }
}
