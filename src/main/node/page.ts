/** What both hosts send with every response of the renderer's files, so that the page is the same page on each. */

/** Stands in the built index.html (Vite's `html.cspNonce`) and is replaced on every load. */
export const NONCE_PLACEHOLDER = '__PARLEY_STYLE_NONCE__'

/** The value of `data-theme` in the built index.html: replaced by the chosen theme, so that the first paint has its colours. */
export const THEME_PLACEHOLDER = '__PARLEY_THEME__'

/** design.md section 6; `nonce` is fresh per page load and lets the UI kit's own style elements in. */
export function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "worker-src 'self'",
    "connect-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'"
  ].join('; ')
}

/** Headers of every response, page or not: a worker takes its policy from its own response. */
export function pageHeaders(nonce: string): Record<string, string> {
  return {
    'content-security-policy': contentSecurityPolicy(nonce),
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
