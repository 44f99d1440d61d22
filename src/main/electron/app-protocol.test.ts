import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { NONCE_PLACEHOLDER, THEME_PLACEHOLDER } from '../node/page.ts'
import { appResponder } from './app-protocol.ts'

let root: string
let respond: (request: Request) => Promise<Response>

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'parley-protocol-'))
  mkdirSync(join(root, 'page/assets'), { recursive: true })
  writeFileSync(
    join(root, 'page/index.html'),
    `<html data-theme="${THEME_PLACEHOLDER}"><style nonce="${NONCE_PLACEHOLDER}"></style>`
  )
  writeFileSync(join(root, 'page/overlay.html'), 'overlay')
  writeFileSync(join(root, 'page/assets/main.js'), 'export {}')
  writeFileSync(join(root, 'page/assets/notes.txt'), 'not of a type that is served')
  writeFileSync(join(root, 'secret.json'), '{}')
  respond = appResponder(join(root, 'page'), () => 'dark')
})

afterAll(() => rmSync(root, { recursive: true }))

const ask = (url: string, method = 'GET') => respond(new Request(url, { method }))
const policyOf = async (url: string) => (await ask(url)).headers.get('content-security-policy')?.split('; ') ?? []

test('the page is served with a nonce that its policy names, a new one each time', async () => {
  const nonces = await Promise.all(
    ['app://parley/', 'app://parley/index.html?x=1#y'].map(async (url) => {
      const response = await ask(url)
      const nonce = /nonce="([^"]+)"/.exec(await response.text())?.[1] ?? ''
      expect(response.headers.get('content-security-policy')).toContain(`'nonce-${nonce}'`)
      return nonce
    })
  )
  expect(new Set(nonces).size).toBe(2)
})

test('the overlay connects to nothing and runs no worker and no WebAssembly; the page may do what it needs', async () => {
  for (const url of ['app://parley/overlay.html', 'app://parley/overlay.html?x#y']) {
    const overlay = await policyOf(url)
    for (const rule of ["script-src 'self'", "worker-src 'none'", "connect-src 'none'"]) expect(overlay).toContain(rule)
  }
  const page = await policyOf('app://parley/index.html')
  for (const rule of ["script-src 'self' 'wasm-unsafe-eval'", "worker-src 'self'", "connect-src 'self'"]) {
    expect(page).toContain(rule)
  }
})

test('the page bears the chosen theme from its first byte on', async () => {
  expect(await (await ask('app://parley/')).text()).toMatch(/^<html data-theme="dark">/)
})

test('scripts carry their type and every header of the page', async () => {
  const response = await ask('app://parley/assets/main.js')
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
  expect(response.headers.get('cross-origin-embedder-policy')).toBe('require-corp')
  expect(await response.text()).toBe('export {}')
})

test('HEAD answers like GET, without the content', async () => {
  const response = await ask('app://parley/', 'HEAD')
  expect([response.status, await response.text()]).toEqual([200, ''])
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
})

test.each([
  ['app://parley/../secret.json', 404],
  ['app://parley/%2e%2e/secret.json', 404],
  ['app://parley/..%2fsecret.json', 404],
  ['app://parley/..%5csecret.json', 404],
  ['app://parley//etc/passwd', 404],
  ['app://parley/assets/main.js%00', 404],
  ['app://parley/assets/notes.txt', 404],
  ['app://parley/assets/', 404],
  ['app://other/index.html', 403],
  ['app://parley.example.org/index.html', 403],
  ['https://parley/index.html', 403]
])('%s is refused with %i and all headers', async (url, status) => {
  const response = await ask(url)
  expect(response.status).toBe(status)
  expect(await response.text()).toBe('')
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
})

test.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('%s is refused', async (method) => {
  expect((await ask('app://parley/index.html', method)).status).toBe(405)
})

test('whatever is asked, nothing but files of the page is answered', async () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '..',
      '.',
      '%2e%2e',
      '%2E.',
      '..%2f',
      '..%5c',
      '\\',
      '%00',
      '\0',
      '//',
      '/',
      'assets',
      'secret.json'
    ),
    fc.constantFrom('index.html', 'main.js', '%252e', '；', 'C:', 'file:', '?', '#', '@other/', 'app://other/'),
    fc.string()
  )
  const start = fc.constantFrom('app://parley/', 'app://parley', 'app://other/', 'file:///', '')
  const url = fc.tuple(start, fc.array(piece, { maxLength: 8 })).map(([first, rest]) => `${first}${rest.join('/')}`)
  const served = new Set<string>()
  await fc.assert(
    fc.asyncProperty(url, async (asked) => {
      // The URL goes in as it was written: Electron hands on what a page asked for.
      const response = await respond({ url: asked, method: 'GET' } as Request)
      expect([200, 403, 404]).toContain(response.status)
      const text = await response.text()
      if (response.status === 200) served.add(text.replace(/nonce="[^"]*"/, 'nonce'))
      else expect(text).toBe('')
      expect(text).not.toMatch(/not of a type|^\{\}$/)
    }),
    { numRuns: 2_000 }
  )
  for (const text of served) expect(text).toMatch(/^(<html data-theme="dark">|export \{\})/)
})
