import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { z } from 'zod'
import type { GrantResult, TokenGrant, TransportFailure } from '../../core/ports.ts'
import { refusal, unreachableReason } from './failure-reason.ts'
import { envProxy, proxyWay, type ProxyRule } from './proxy.ts'

/** An answer longer than this is no token. */
const MAX_ANSWER_BYTES = 64 * 1024

/** What no header can hold is no token. */
const Answer = z.object({ access_token: z.string().regex(/^[\x21-\x7e]{6,16384}$/) })

type GrantRequest = Parameters<TokenGrant['grant']>[0]

const unreachable = (reason: Extract<TransportFailure, { kind: 'unreachable' }>['reason']): TransportFailure => ({
  kind: 'unreachable',
  reason
})

/** Short-lived tokens over HTTP (`POST /v1/auth/grant`), through the same proxies as the sockets. */
export function httpTokenGrant(proxyFor: ProxyRule = envProxy): TokenGrant {
  return {
    async grant(asked): Promise<GrantResult> {
      let proxy: string | undefined
      try {
        proxy = await proxyFor(asked.url)
      } catch {
        return { granted: false, failure: unreachable('proxy-unusable') }
      }
      return post(asked, proxy)
    }
  }
}

function post(asked: GrantRequest, proxy: string | undefined): Promise<GrantResult> {
  const way = proxy === undefined ? undefined : proxyWay(proxy)
  if (proxy !== undefined && way === undefined) {
    return Promise.resolve({ granted: false, failure: unreachable('proxy-unusable') })
  }
  const body = JSON.stringify({ ttl_seconds: asked.ttlSeconds })
  return new Promise((resolve) => {
    const finish = (result: GrantResult) => {
      clearTimeout(timer)
      way?.abandon()
      resolve(result)
      request.destroy()
    }
    const fail = (failure: TransportFailure) => finish({ granted: false, failure })
    const start = asked.url.startsWith('https:') ? httpsRequest : httpRequest
    const request = start(asked.url, {
      method: 'POST',
      headers: {
        Authorization: `Token ${asked.apiKey}`,
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(body)
      },
      ...(way === undefined ? {} : { agent: way.agent })
    })
    const timer = setTimeout(() => fail({ kind: 'timeout', afterMs: asked.timeoutMs }), asked.timeoutMs)
    request.on('error', (error) => fail(way?.failure() ?? unreachable(unreachableReason(error))))
    request.on('response', (response) => {
      const status = response.statusCode ?? 0
      const refused = way?.failure() ?? (status >= 200 && status < 300 ? undefined : refusal(response))
      if (refused !== undefined) return fail(refused)
      void readToken(response).then((token) =>
        token === undefined ? fail(unreachable('no-token')) : finish({ granted: true, token })
      )
    })
    request.end(body)
  })
}

/** Undefined where the answer is cut off, too long or holds no token. */
async function readToken(response: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = []
  let bytes = 0
  try {
    for await (const part of response as AsyncIterable<Buffer>) {
      bytes += part.byteLength
      if (bytes > MAX_ANSWER_BYTES) return undefined
      parts.push(part)
    }
    return Answer.safeParse(JSON.parse(Buffer.concat(parts).toString())).data?.access_token
  } catch {
    // Neither JSON nor whole: what it holds is nobody's business.
    return undefined
  }
}
