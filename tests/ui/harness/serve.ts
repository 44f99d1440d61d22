import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import { Preferences } from '../../../src/shared/ipc/contract.ts'
import { pageHeaders } from '../../../src/main/node/page.ts'
import { readStaticFile } from '../../../src/main/node/static-files.ts'

/** Unlike the hosts': files with their hash in their name stay in the browser with their compiled code, which makes a load a third shorter. */
const kept = (pathname: string) => (pathname.startsWith('/assets/') ? { 'cache-control': 'max-age=3600' } : {})

/**
 * Serves a built renderer as both hosts do. What a host knows of the theme comes with the page's address (`/?theme=dark`).
 * Resolves to its close.
 */
export async function serveRenderer(root: string, port: number): Promise<() => Promise<void>> {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
    const nonce = randomBytes(16).toString('base64')
    const readTheme = () => Preferences.shape.theme.catch('system').parse(searchParams.get('theme'))
    const answer = async (): Promise<void> => {
      const file = await readStaticFile(root, pathname, nonce, readTheme)
      if (file === undefined) response.writeHead(404, pageHeaders(nonce)).end()
      else
        response
          .writeHead(200, { ...pageHeaders(nonce, pathname), ...kept(pathname), 'content-type': file.contentType })
          .end(file.bytes)
    }
    answer().catch((cause: unknown) => response.destroy(cause instanceof Error ? cause : undefined))
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
