import { createServer as createHttpServer, type IncomingMessage } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { readFileSync } from 'node:fs'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import { WebSocketServer } from 'ws'

const tls = (name: string) => fileURLToPath(new URL(`../fixtures/tls/${name}`, import.meta.url))

/** The authority that signed the test server's certificate; nobody trusts it unless told to. */
export const TEST_AUTHORITY = tls('ca.pem')

/** A wss server whose certificate is for `voice.test`; it says hello to each client, and grants tokens. */
export async function secureServer() {
  const server = createHttpsServer({ cert: readFileSync(tls('server.pem')), key: readFileSync(tls('server-key.pem')) })
  server.on('request', (request: IncomingMessage, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ access_token: `for-${request.headers.authorization}`.replace(' ', '-') }))
  })
  const sockets = new WebSocketServer({ server })
  sockets.on('connection', (socket) => socket.send('hello'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      for (const client of sockets.clients) client.terminate()
      server.closeAllConnections()
      server.close()
    }
  }
}

/** A CONNECT proxy that takes every name for this machine; with `credentials` it asks for them, with `refuse` it says no. */
export async function connectProxy(options: { credentials?: string; refuse?: number; silent?: boolean } = {}) {
  const asked: string[] = []
  const open = new Set<Socket>()
  const server = createHttpServer()
  server.on('connection', (socket) => {
    open.add(socket)
    socket.on('error', () => undefined).on('close', () => open.delete(socket))
  })
  server.on('connect', (request: IncomingMessage, client: Socket) => {
    asked.push(request.url ?? '')
    // Node's HTTP servers leave their half open.
    client.on('end', () => client.end())
    if (options.silent === true) {
      client.resume()
      return
    }
    const basic = `Basic ${Buffer.from(options.credentials ?? '').toString('base64')}`
    if (options.credentials !== undefined && request.headers['proxy-authorization'] !== basic) {
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic\r\n\r\n')
    } else if (options.refuse !== undefined) {
      client.end(`HTTP/1.1 ${options.refuse} No\r\n\r\n`)
    } else {
      const there = connect(Number(request.url?.split(':')[1]), '127.0.0.1', () => {
        client.write('HTTP/1.1 200 Connection established\r\n\r\n')
        there.pipe(client).pipe(there)
      })
      there.on('error', () => client.destroy())
      client.on('error', () => there.destroy())
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    asked,
    open,
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      for (const socket of open) socket.destroy()
      server.close()
    }
  }
}
