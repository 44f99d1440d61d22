import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { CONTENT_TYPES, NONCE_PLACEHOLDER, pageHeaders } from '../../../src/main/node/page.ts'

/** Serves a built renderer with the headers that both hosts send. Resolves to its close. */
export async function serveRenderer(root: string, port: number): Promise<() => Promise<void>> {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname
    const file = join(root, normalize(path === '/' ? '/index.html' : path))
    const nonce = randomBytes(16).toString('base64')
    const answer = async (): Promise<void> => {
      try {
        const bytes = await readFile(file)
        const type = CONTENT_TYPES[extname(file)] ?? 'application/octet-stream'
        response.writeHead(200, { ...pageHeaders(nonce), 'content-type': type })
        response.end(file.endsWith('.html') ? bytes.toString().replaceAll(NONCE_PLACEHOLDER, nonce) : bytes)
      } catch {
        response.writeHead(404, pageHeaders(nonce)).end()
      }
    }
    void answer()
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  return () =>
    new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
}
