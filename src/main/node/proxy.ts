// The package has no types, and each TypeScript program must find ours.
// oxlint-disable-next-line typescript/triple-slash-reference
/// <reference path="./proxy-from-env.d.ts" />
import { HttpsProxyAgent } from 'https-proxy-agent'
import { getProxyForUrl } from 'proxy-from-env'
import type { Agent } from 'node:http'
import { isLoopback } from '../../core/secrets/address-warnings.ts'
import type { TransportFailure } from '../../core/ports.ts'

/** The proxy for a ws, wss, http or https address; undefined: none. Its URL may hold a password and is never logged. */
export type ProxyRule = (url: string) => string | undefined | Promise<string | undefined>

/**
 * `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` in either case; wss counts as https, ws as http. A proxy without a scheme is an
 * http one, as curl has it. This machine itself is never reached through a proxy.
 */
export const envProxy: ProxyRule = (url) => {
  if (isLoopback(new URL(url).hostname)) return undefined
  const asked = url.replace(/^ws/, 'http')
  const proxy = getProxyForUrl(asked)
  if (proxy === '') return undefined
  const names = [`${new URL(asked).protocol.slice(0, -1)}_proxy`, 'all_proxy']
  const written = names.flatMap((name) => [process.env[name], process.env[name.toUpperCase()]])
  return written.includes(proxy) ? proxy : proxy.replace(/^https?:/, 'http:')
}

/** The way through one proxy for one request. */
export interface ProxyWay {
  agent: Agent
  /** Why the proxy did not connect, as far as it is known; undefined once it did. */
  failure(): TransportFailure | undefined
  /** Lets go of the proxy if the request was given up before the proxy answered. */
  abandon(): void
}

/** Where a proxy is, and the header with its name and password: the library prints the URL it is given where `DEBUG` is set. */
interface ProxyAddress {
  url: URL
  headers: Record<string, string>
}

/** Undefined: no http or https URL, or percent signs in its name or password that encode nothing. */
function parseProxy(proxy: string): ProxyAddress | undefined {
  if (!URL.canParse(proxy)) return undefined
  const { protocol, host, username, password } = new URL(proxy)
  if (!/^https?:$/.test(protocol)) return undefined
  const url = new URL(`${protocol}//${host}`)
  if (username === '' && password === '') return { url, headers: {} }
  try {
    const login = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')
    return { url, headers: { 'Proxy-Authorization': `Basic ${login}` } }
  } catch {
    return undefined
  }
}

/** Undefined where `proxy` cannot be used: see {@link parseProxy}. */
export function proxyWay(proxy: string): ProxyWay | undefined {
  const address = parseProxy(proxy)
  if (address === undefined) return undefined
  const abandoned = new AbortController()
  // Passed on to the proxy's own socket, which would otherwise wait for a silent proxy for ever.
  const options = { signal: abandoned.signal, keepAlive: false, headers: address.headers }
  const agent = new HttpsProxyAgent(address.url, options)
  let status: number | undefined
  agent.on('proxyConnect', ({ statusCode }: { statusCode: number }) => (status = statusCode))
  return {
    agent,
    failure() {
      if (status === 200) return undefined
      const reason = status === undefined ? 'proxy-unreachable' : status === 407 ? 'proxy-credentials' : 'proxy-refused'
      return { kind: 'unreachable', reason }
    },
    abandon() {
      if (status === undefined) abandoned.abort()
    }
  }
}
