import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { type WebSocket, WebSocketServer } from 'ws'
import { CONTENT_TYPES } from '../../src/main/node/page.ts'

/** A folder over HTTP and one WebSocket beside it, on loopback. `close` is idempotent. */
export async function serveFolder(
  folder: string,
  onSocket: (socket: WebSocket) => void
): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname
    const file = join(folder, normalize(path === '/' ? '/index.html' : path))
    readFile(file).then(
      (bytes) => response.writeHead(200, { 'content-type': CONTENT_TYPES[extname(file)] }).end(bytes),
      () => response.writeHead(404).end()
    )
  })
  const sockets = new WebSocketServer({ server })
  sockets.on('connection', onSocket)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  let closed: Promise<void> | undefined
  const close = async (): Promise<void> => {
    for (const client of sockets.clients) client.terminate()
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close() {
      closed ??= close()
      return closed
    }
  }
}
