import { randomBytes } from 'node:crypto'
import type { CustomScheme } from 'electron'
import { pageHeaders } from '../node/page.ts'
import { readStaticFile, type ReadTheme } from '../node/static-files.ts'

export const APP_SCHEME = 'app'
const APP_HOST = 'parley'

/** Every URL of ours starts with this. Compare prefixes: in Node `new URL('app://parley/').origin` is the text "null". */
export const APP_PREFIX = `${APP_SCHEME}://${APP_HOST}/`

/** Must be registered once, before Electron is ready. */
export const APP_PRIVILEGES: CustomScheme = {
  scheme: APP_SCHEME,
  privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true }
}

/**
 * Answers requests of the `app:` scheme from the built renderer in `rendererDir`: GET and HEAD of files the build makes,
 * with every header on every response (a worker takes its policy from its own response), a fresh style nonce in each and the
 * chosen theme in the page.
 */
export function appResponder(rendererDir: string, readTheme: ReadTheme): (request: Request) => Promise<Response> {
  return async (request) => {
    const nonce = randomBytes(16).toString('base64')
    const headers = pageHeaders(nonce)
    const refuse = (status: number) => new Response(null, { status, headers })
    if (!request.url.startsWith(APP_PREFIX)) return refuse(403)
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405)
    const path = request.url.slice(APP_PREFIX.length - 1).split(/[?#]/, 1)[0] ?? ''
    const file = await readStaticFile(rendererDir, path, nonce, readTheme)
    if (file === undefined) return refuse(404)
    const body = request.method === 'HEAD' ? null : new Uint8Array(file.bytes)
    return new Response(body, { headers: { ...pageHeaders(nonce, path), 'content-type': file.contentType } })
  }
}
