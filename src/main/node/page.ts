/** What both hosts send with every response of the renderer's files, so that the page is the same page on each. */

/** Stands in the built index.html (Vite's `html.cspNonce`) and is replaced on every load. */
export const NONCE_PLACEHOLDER = '__PARLEY_STYLE_NONCE__'

/** The value of `data-theme` in the built index.html: replaced by the chosen theme, so that the first paint has its colours. */
export const THEME_PLACEHOLDER = '__PARLEY_THEME__'

/** The overlay's page, which shows a line and has one button. */
const OVERLAY_PAGE = '/overlay.html'

/** What a page may run and reach. */
const MAIN_PAGE = { scripts: "'self' 'wasm-unsafe-eval'", workers: "'self'", links: "'self'" }
type PageRights = typeof MAIN_PAGE

/**
 * The rights of the file at `path`. The overlay runs no WebAssembly and no worker, and connects to `overlayLink` only (absent: to
 * nothing, as on the desktop, where its preload is its link).
 */
function rightsOf(path: string, overlayLink: string | undefined): PageRights {
  return path === OVERLAY_PAGE ? { scripts: "'self'", workers: "'none'", links: overlayLink ?? "'none'" } : MAIN_PAGE
}

/** design.md section 6; `nonce` is fresh per page load and lets the UI kit's own style elements in. */
function contentSecurityPolicy(nonce: string, { scripts, workers, links }: PageRights): string {
  return [
    "default-src 'none'",
    `script-src ${scripts}`,
    `worker-src ${workers}`,
    `connect-src ${links}`,
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'"
  ].join('; ')
}

/**
 * Headers of every response, page or not: a worker takes its policy from its own response. `path`: of the file that is sent, if one is;
 * `overlayLink`: the WebSocket of the overlay's page.
 */
export function pageHeaders(nonce: string, path = '', overlayLink?: string): Record<string, string> {
  return {
    'content-security-policy': contentSecurityPolicy(nonce, rightsOf(path, overlayLink)),
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-embedder-policy': 'require-corp',
    'cross-origin-resource-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store'
  }
}

/** Content types of every kind of file the renderer's build contains; others are not served. */
export const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.wasm': 'application/wasm',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2'
}
