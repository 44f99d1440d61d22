import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** What of an HTTP request decides whether it is let in. Header names are lower case. */
export interface Asked {
  method: string
  /** The request target as it came, path and query. */
  target: string
  headers: Readonly<Record<string, string | string[] | undefined>>
}

/** Why somebody is not let in; each has a page of its own (denied.ts). */
export type Denial = 'bad-request' | 'foreign-host' | 'foreign-origin' | 'no-session' | 'wrong-token' | 'used-token'

export type Admission =
  /** A link used for the first time: set the session cookie and send the browser to `/`. */
  | { kind: 'welcome' }
  /** A link opened again by a browser that has the session already. */
  | { kind: 'to-page' }
  | { kind: 'serve'; path: string }
  | { kind: 'deny'; reason: Denial }

/** The printed link and the one for the app window. */
const TOKENS_AT_ONCE = 2
const USED_TOKENS_KEPT = 20

/**
 * Who may talk to the web host: whoever opens the one-time link gets a session cookie, and only that cookie opens
 * anything else. Tokens and cookies are compared in constant time.
 */
export class Access {
  readonly #port: number
  readonly #sessionSecret: string
  readonly #used: string[] = []
  readonly #unused: string[] = []

  /** `sessionSecret` is the cookie's value: at least 32 random bytes in base64url. */
  constructor(options: { port: number; sessionSecret: string }) {
    this.#port = options.port
    this.#sessionSecret = options.sessionSecret
  }

  /** Cookies do not know ports, so that the name must: two hosts on one machine would overwrite each other's. */
  get cookieName(): string {
    return `parley-${this.#port}`
  }

  /** `Set-Cookie` for a browser that is let in. Without `Max-Age` it ends with the browser. */
  get setCookie(): string {
    return `${this.cookieName}=${this.#sessionSecret}; HttpOnly; SameSite=Strict; Path=/`
  }

  /** A fresh one-time token. Two may wait for their use; an older one is void. */
  newToken(): string {
    const token = randomBytes(32).toString('base64url')
    this.#unused.unshift(token)
    this.#unused.splice(TOKENS_AT_ONCE)
    return token
  }

  admit(asked: Asked): Admission {
    const refused = this.#refuseForeign(asked) ?? refuseFetched(asked)
    if (refused !== undefined) return { kind: 'deny', reason: refused }
    const split = asked.target.indexOf('?')
    const path = split < 0 ? asked.target : asked.target.slice(0, split)
    if (!path.startsWith('/')) return { kind: 'deny', reason: 'bad-request' }
    const token = path === '/' && split >= 0 ? new URLSearchParams(asked.target.slice(split)).get('token') : null
    // A browser that only looks ahead must not use the link up.
    if (token !== null && asked.method === 'GET' && asked.headers['sec-purpose'] === undefined) {
      if (this.#redeem(token)) return { kind: 'welcome' }
    }
    if (this.#hasSession(asked)) return token === null ? { kind: 'serve', path } : { kind: 'to-page' }
    if (token === null) return { kind: 'deny', reason: 'no-session' }
    return { kind: 'deny', reason: this.#wasUsed(token) ? 'used-token' : 'wrong-token' }
  }

  /** A WebSocket upgrade needs the cookie and, unlike a page, always an Origin: a browser sends one, and it must be ours. */
  admitUpgrade(asked: Asked): Admission {
    if (asked.headers['origin'] === undefined) return { kind: 'deny', reason: 'foreign-origin' }
    return this.admit({ ...asked, method: 'UPGRADE' })
  }

  #refuseForeign({ headers }: Asked): Denial | undefined {
    const host = headers['host']
    if (typeof host !== 'string' || !this.#ownHosts.includes(host.toLowerCase())) return 'foreign-host'
    const origin = headers['origin']
    if (origin !== undefined && origin !== `http://${host.toLowerCase()}`) return 'foreign-origin'
    return undefined
  }

  get #ownHosts(): string[] {
    const names = ['127.0.0.1', 'localhost']
    const withPort = names.map((name) => `${name}:${this.#port}`)
    return this.#port === 80 ? [...withPort, ...names] : withPort
  }

  #redeem(token: string): boolean {
    const at = this.#unused.findIndex((unused) => sameText(token, unused))
    if (at < 0) return false
    this.#used.unshift(...this.#unused.splice(at, 1))
    this.#used.splice(USED_TOKENS_KEPT)
    return true
  }

  #wasUsed(token: string): boolean {
    return this.#used.some((used) => sameText(token, used))
  }

  #hasSession({ headers }: Asked): boolean {
    const cookie = headers['cookie']
    if (typeof cookie !== 'string') return false
    const prefix = `${this.cookieName}=`
    return cookie
      .split(';')
      .map((part) => part.trim())
      .some((part) => part.startsWith(prefix) && sameText(part.slice(prefix.length), this.#sessionSecret))
  }
}

/**
 * What another site's page fetches or embeds. Browsers count every port of this machine as one site and send our cookie
 * along, and a picture, script or frame carries no Origin: only fetch metadata tells. A link may be followed.
 */
function refuseFetched({ headers }: Asked): Denial | undefined {
  const site = headers['sec-fetch-site']
  if (site === undefined || site === 'same-origin' || site === 'none') return undefined
  const isLink = headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document'
  return isLink ? undefined : 'foreign-origin'
}

/** Constant time, whatever the lengths: both are hashed first. */
function sameText(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
