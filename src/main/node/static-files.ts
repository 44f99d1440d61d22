import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Handlers, Preferences } from '../../shared/ipc/contract.ts'
import { CONTENT_TYPES, NONCE_PLACEHOLDER, THEME_PLACEHOLDER } from './page.ts'

/** Tells the theme that a person chose, when a page is about to be sent. */
export type ReadTheme = () => Preferences['theme'] | Promise<Preferences['theme']>

/** The theme among the preferences that `handlers` read. A read that fails is not told here: the page makes it too, and shows it. */
export function themeOf(handlers: Pick<Handlers, 'preferences:read'>): ReadTheme {
  return async () => {
    try {
      return (await handlers['preferences:read'](undefined)).theme
    } catch {
      return 'system'
    }
  }
}

/** A file of the renderer's build, ready to be sent. */
export interface StaticFile {
  contentType: string
  bytes: Uint8Array
}

/** One name in a path: no dot file, no drive, no separator, no control character, no second encoding. */
const SAFE_SEGMENT = /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/

/**
 * Turns the raw path of a request (no query) into a path below the renderer's folder, or undefined where it names nothing
 * that may be served: `..` in any spelling, backslashes, NUL, other hosts, dot files, file types the build does not make.
 */
export function resolveStaticPath(rawPath: string): string | undefined {
  if (rawPath === '/') return 'index.html'
  if (!rawPath.startsWith('/')) return undefined
  const segments = rawPath.slice(1).split('/')
  if (!segments.every((segment) => SAFE_SEGMENT.test(segment))) return undefined
  return Object.hasOwn(CONTENT_TYPES, path.posix.extname(rawPath)) ? segments.join('/') : undefined
}

/**
 * Reads one file of the renderer; undefined where there is none. A page's nonce placeholder becomes `nonce`, its theme's the
 * word of `readTheme`.
 */
export async function readStaticFile(
  rendererDir: string,
  rawPath: string,
  nonce: string,
  readTheme: ReadTheme
): Promise<StaticFile | undefined> {
  const relative = resolveStaticPath(rawPath)
  if (relative === undefined) return undefined
  const contentType = CONTENT_TYPES[path.posix.extname(relative)]
  if (contentType === undefined) return undefined
  const bytes = await readIfPresent(path.join(rendererDir, relative))
  if (bytes === undefined) return undefined
  if (!contentType.startsWith('text/html')) return { contentType, bytes }
  const page = bytes.toString('utf8').replaceAll(NONCE_PLACEHOLDER, nonce)
  return { contentType, bytes: Buffer.from(page.replaceAll(THEME_PLACEHOLDER, await readTheme())) }
}

async function readIfPresent(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file)
  } catch (cause) {
    if (isMissing(cause)) return undefined
    throw cause
  }
}

function isMissing(cause: unknown): boolean {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  return code === 'ENOENT' || code === 'EISDIR' || code === 'ENOTDIR' || code === 'ENAMETOOLONG'
}
