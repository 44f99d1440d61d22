import type { Session } from 'electron'
import type { Log } from '../../shared/runtime.ts'
import { isLoopback } from '../../core/secrets/address-warnings.ts'
import { envProxy, type ProxyRule } from '../node/proxy.ts'

const SCHEMES: Readonly<Record<string, string>> = { PROXY: 'http', HTTPS: 'https' }

/**
 * The first way of Chromium's answer (`PROXY a:1; HTTPS b:2; DIRECT`) that Parley can take; undefined: directly. `unsupported`: what came
 * before it and cannot be taken (SOCKS).
 */
export function readProxyList(list: string): { proxy: string | undefined; unsupported: string[] } {
  const unsupported: string[] = []
  for (const entry of list.split(';').map((part) => part.trim())) {
    const [kind = '', address] = entry.split(/\s+/)
    if (kind.toUpperCase() === 'DIRECT') break
    const scheme = SCHEMES[kind.toUpperCase()]
    if (scheme !== undefined && address !== undefined) return { proxy: `${scheme}://${address}`, unsupported }
    if (kind !== '') unsupported.push(kind)
  }
  return { proxy: undefined, unsupported }
}

/** The environment's proxy, else the one that the system or its PAC script names, as Chromium resolves it. */
export function systemProxy(session: Pick<Session, 'resolveProxy'>, log: Log): ProxyRule {
  return (url) => {
    const fromEnv = envProxy(url)
    if (fromEnv !== undefined || isLoopback(new URL(url).hostname)) return fromEnv
    // Chromium knows rules for http and https.
    return session.resolveProxy(url.replace(/^ws/, 'http')).then((list) => {
      const { proxy, unsupported } = readProxyList(list)
      if (proxy === undefined && unsupported.length > 0) {
        log.warn('The proxy of the system cannot be used: only http and https proxies', { unsupported })
      }
      return proxy
    })
  }
}
