import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { DEFAULT_PREFERENCES } from '../../shared/defaults.ts'
import { NONCE_PLACEHOLDER, THEME_PLACEHOLDER } from './page.ts'
import { readStaticFile, resolveStaticPath, themeOf } from './static-files.ts'

const outside = mkdtempSync(path.join(tmpdir(), 'parley-static-'))
const root = path.join(outside, 'renderer')
mkdirSync(path.join(root, 'assets/folder.js'), { recursive: true })
const dark = themeOf({ 'preferences:read': () => ({ ...DEFAULT_PREFERENCES, theme: 'dark' }) })
const html = `<html data-theme="${THEME_PLACEHOLDER}"><style nonce="${NONCE_PLACEHOLDER}"></style>${NONCE_PLACEHOLDER}`
writeFileSync(path.join(root, 'index.html'), html)
writeFileSync(path.join(root, 'assets/a.js'), `"${NONCE_PLACEHOLDER}${THEME_PLACEHOLDER}"`)
writeFileSync(path.join(root, '.env.json'), 'hidden')
writeFileSync(path.join(root, 'notes.txt'), 'no type')
writeFileSync(path.join(outside, 'secret.json'), 'secret')
afterAll(() => rmSync(outside, { recursive: true }))

describe('static files', () => {
  it.each([
    ['/', 'index.html'],
    ['/index.html', 'index.html'],
    ['/assets/index-B4_x.js', 'assets/index-B4_x.js'],
    ['/a/b/c.woff2', 'a/b/c.woff2']
  ])('resolves %s', (raw, file) => expect(resolveStaticPath(raw)).toBe(file))

  it.each([
    '',
    'index.html',
    '//index.html',
    '/../secret.json',
    '/assets/../../secret.json',
    '/%2e%2e/secret.json',
    '/..%2fsecret.json',
    '/assets\\..\\..\\secret.json',
    '/./index.html',
    '/.env.json',
    '/assets/.hidden.js',
    '/C:/secret.json',
    '/index.html\0.js',
    '/index.html/',
    '/notes.txt',
    '/index',
    '/index.constructor',
    'http://elsewhere/index.html'
  ])('refuses %j', (raw) => expect(resolveStaticPath(raw)).toBeUndefined())

  it('never leaves the folder, whatever the path', () => {
    const parts = fc.oneof(
      fc.constantFrom('..', '.', '%2e%2e', '%2f', '\\', '/', '//', '\0', 'secret.json', 'index.html', 'a', '.js', ':'),
      fc.string({ unit: 'binary' })
    )
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 8 }), (pieces) => {
        const found = resolveStaticPath(`/${pieces.join('')}`)
        if (found === undefined) return
        const absolute = path.resolve(root, found)
        expect(absolute.startsWith(root + path.sep)).toBe(true)
        expect(path.relative(root, absolute).split(path.sep).join('/')).toBe(found)
        expect(found).not.toMatch(/(^|\/)\./)
      }),
      { numRuns: 1000 }
    )
  })

  it('reads a file with its type, and puts the nonce and the chosen theme into pages only', async () => {
    const page = await readStaticFile(root, '/', 'N0nce', dark)
    expect(page?.contentType).toBe('text/html; charset=utf-8')
    expect(Buffer.from(page!.bytes).toString()).toBe('<html data-theme="dark"><style nonce="N0nce"></style>N0nce')
    const script = await readStaticFile(root, '/assets/a.js', 'N0nce', dark)
    expect(script?.contentType).toBe('text/javascript; charset=utf-8')
    expect(Buffer.from(script!.bytes).toString()).toBe(`"${NONCE_PLACEHOLDER}${THEME_PLACEHOLDER}"`)
  })

  it.each(['/absent.js', '/assets/folder.js', '/assets/a.js/b.js', `/${'a'.repeat(5000)}.js`])(
    'has nothing at %s',
    async (raw) => expect(await readStaticFile(root, raw, 'n', dark)).toBeUndefined()
  )

  it('fails aloud when the disk does', async () => {
    symlinkSync('loop.js', path.join(root, 'loop.js'))
    await expect(readStaticFile(root, '/loop.js', 'n', dark)).rejects.toThrow('ELOOP')
  })
})
