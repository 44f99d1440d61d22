import { createServer } from 'node:http'
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { WebSocketServer, type WebSocket } from 'ws'
import type { TransportFailure, TransportHandlers } from '../../core/ports.ts'
import { wsTransport } from './ws-transport.ts'

type Seen =
  | { kind: 'open' }
  | { kind: 'text'; text: string }
  | { kind: 'binary'; bytes: Uint8Array }
  | { kind: 'pong' }
  | { kind: 'close'; code: number; reason: string }
  | { kind: 'failure'; failure: TransportFailure }

const releases: (() => void)[] = []
afterEach(() => {
  for (const release of releases.splice(0)) release()
})

function recorder() {
  const seen: Seen[] = []
  let next = Promise.withResolvers<void>()
  const add = (entry: Seen) => {
    seen.push(entry)
    next.resolve()
    next = Promise.withResolvers()
  }
  const handlers: TransportHandlers = {
    onOpen: () => add({ kind: 'open' }),
    onText: (text) => add({ kind: 'text', text }),
    onBinary: (bytes) => add({ kind: 'binary', bytes }),
    onPong: () => add({ kind: 'pong' }),
    onClose: (code, reason) => add({ kind: 'close', code, reason }),
    onFailure: (failure) => add({ kind: 'failure', failure })
  }
  const until = async <K extends Seen['kind']>(kind: K): Promise<Extract<Seen, { kind: K }>> => {
    for (;;) {
      const found = seen.find((entry): entry is Extract<Seen, { kind: K }> => entry.kind === kind)
      if (found !== undefined) return found
      await next.promise
    }
  }
  return { seen, handlers, until }
}

/** A peer that does what the test says with each connection. */
async function peer(script: (socket: WebSocket, headers: Record<string, unknown>) => void, options = {}) {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, ...options })
  await new Promise((resolve) => server.once('listening', resolve))
  server.on('connection', (socket, request) => script(socket, request.headers))
  releases.push(() => {
    for (const client of server.clients) client.terminate()
    server.close()
  })
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/v1/agent/converse`
}

async function httpPeer(server: Server) {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => sockets.add(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  releases.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

const request = (url: string, handshakeTimeoutMs = 5000) => ({
  url,
  headers: { authorization: 'Token k3y-that-must-stay' },
  handshakeTimeoutMs
})

describe('wsTransport', () => {
  test('hears what the peer says in the very task of the upgrade, in order', async () => {
    const url = await peer((socket) => {
      socket.send('first')
      socket.send(new Uint8Array([1, 2, 3]))
      socket.send('last')
    })
    const { handlers, seen, until } = recorder()
    const socket = wsTransport().open(request(url), handlers)
    releases.push(() => socket.terminate())
    await until('binary')
    while (seen.length < 4) await new Promise((resolve) => setImmediate(resolve))
    expect(seen).toEqual([
      { kind: 'open' },
      { kind: 'text', text: 'first' },
      { kind: 'binary', bytes: new Uint8Array([1, 2, 3]) },
      { kind: 'text', text: 'last' }
    ])
  })

  test('hands out bytes that have no pooled buffer behind them', async () => {
    const url = await peer((socket) => socket.send(new Uint8Array(640)))
    const { handlers, until } = recorder()
    const socket = wsTransport().open(request(url), handlers)
    releases.push(() => socket.terminate())
    const { bytes } = await until('binary')
    expect(Object.getPrototypeOf(bytes)).toBe(Uint8Array.prototype)
    expect(bytes.buffer.byteLength).toBe(640)
  })

  test('sends headers, text, binary and ping; what was handed in may be reused at once', async () => {
    const got: { headers?: Record<string, unknown>; messages: (string | number[])[]; pings: number } = {
      messages: [],
      pings: 0
    }
    const url = await peer((socket, headers) => {
      got.headers = headers
      socket.on('ping', () => (got.pings += 1))
      socket.on('message', (data, isBinary) => {
        got.messages.push(isBinary ? [...(data as Buffer)] : (data as Buffer).toString())
        if (got.messages.length === 2) socket.send('enough')
      })
    })
    const { handlers, until } = recorder()
    const socket = wsTransport().open(request(url), handlers)
    releases.push(() => socket.terminate())
    await until('open')
    const block = new Uint8Array([7, 8, 9])
    socket.ping()
    socket.sendText('{"type":"KeepAlive"}')
    socket.sendBinary(block)
    block.fill(0)
    await until('text')
    await until('pong')
    expect(got.headers).toMatchObject({ authorization: 'Token k3y-that-must-stay' })
    expect(got.headers).not.toHaveProperty('sec-websocket-extensions')
    expect(got.messages).toEqual(['{"type":"KeepAlive"}', [7, 8, 9]])
    expect(got.pings).toBe(1)
  })

  test.each([401, 403, 404, 429, 503, 301])('reports the HTTP status %i of a refused upgrade, once', async (status) => {
    const server = createServer()
    server.on('upgrade', (_request, socket) => {
      socket.end(`HTTP/1.1 ${status} No\r\nlocation: http://127.0.0.1:1/\r\nconnection: close\r\n\r\n`)
    })
    const { handlers, seen, until } = recorder()
    wsTransport().open(request(await httpPeer(server)), handlers)
    expect((await until('failure')).failure).toEqual({ kind: 'refused', httpStatus: status })
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(seen).toHaveLength(1)
  })

  test('C5 reports how long a service that has too many sessions asks to wait', async () => {
    const server = createServer()
    server.on('upgrade', (_request, socket) => {
      socket.end('HTTP/1.1 429 Too many\r\nretry-after: 7\r\nconnection: close\r\n\r\n')
    })
    const { handlers, until } = recorder()
    wsTransport().open(request(await httpPeer(server)), handlers)
    expect((await until('failure')).failure).toEqual({ kind: 'refused', httpStatus: 429, retryAfterMs: 7000 })
  })

  test('says that nothing answers, without key or query', async () => {
    const server = createServer()
    const url = await httpPeer(server)
    await new Promise((resolve) => server.close(resolve))
    const { handlers, until } = recorder()
    wsTransport().open(request(`${url}?token=k3y-that-must-stay`), handlers)
    const { failure } = await until('failure')
    expect(failure).toEqual({ kind: 'unreachable', reason: 'nothing-answers' })
  })

  test.each(['not a url', 'ws://127.0.0.1:1/#part', 'ftp://127.0.0.1/'])('fails on the address %s', async (url) => {
    const { handlers, seen, until } = recorder()
    const socket = wsTransport().open(request(url), handlers)
    expect(seen).toEqual([])
    socket.sendText('x')
    expect((await until('failure')).failure).toEqual({ kind: 'unreachable', reason: 'bad-address' })
    expect(socket.ignoredSends).toBe(1)
  })

  test('fails on a key that no header can hold, without showing it', async () => {
    const url = await peer(() => undefined)
    const { handlers, until } = recorder()
    wsTransport().open({ url, headers: { authorization: 'Token k3y\nx' }, handshakeTimeoutMs: 1000 }, handlers)
    expect(JSON.stringify((await until('failure')).failure)).not.toContain('k3y')
  })

  test('tells a name that does not exist from a server that speaks something else', async () => {
    const unknown = recorder()
    wsTransport().open(request('ws://no-such-host.invalid/'), unknown.handlers)
    const { failure } = await unknown.until('failure')
    expect(['unknown-host', 'lookup-failed']).toContain(failure.kind === 'unreachable' ? failure.reason : failure.kind)

    const chatty = createTcpServer((socket) => void socket.on('error', () => undefined).end('SSH-2.0-hello\r\n'))
    const url = await httpPeer(chatty)
    const plain = recorder()
    wsTransport().open(request(url), plain.handlers)
    expect((await plain.until('failure')).failure).toEqual({ kind: 'unreachable', reason: 'not-websocket' })
    const secure = recorder()
    wsTransport().open(request(url.replace('ws:', 'wss:')), secure.handlers)
    expect((await secure.until('failure')).failure).toEqual({ kind: 'unreachable', reason: 'not-tls' })
  })

  test('gives up on a peer that accepts the connection but drips its answer for ever', async () => {
    const server = createTcpServer((socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\n')
      const drip = setInterval(() => socket.write('x'), 20)
      socket.on('close', () => clearInterval(drip)).on('error', () => clearInterval(drip))
    })
    const { handlers, seen, until } = recorder()
    wsTransport().open(request(await httpPeer(server), 200), handlers)
    expect((await until('failure')).failure).toEqual({ kind: 'timeout', afterMs: 200 })
    expect(seen).toHaveLength(1)
  })

  test('reports a dropped connection as 1006 and a clean close with its code and reason', async () => {
    const dropped = recorder()
    wsTransport().open(request(await peer((socket) => socket.terminate())), dropped.handlers)
    expect(await dropped.until('close')).toEqual({ kind: 'close', code: 1006, reason: '' })

    const closed = recorder()
    wsTransport().open(request(await peer((socket) => socket.close(1011, 'going away'))), closed.handlers)
    expect(await closed.until('close')).toEqual({ kind: 'close', code: 1011, reason: 'going away' })
  })

  test('closes on a message over the limit instead of holding it', async () => {
    const url = await peer((socket) => socket.send(new Uint8Array(5 * 1024 * 1024)))
    const { handlers, seen, until } = recorder()
    wsTransport().open(request(url), handlers)
    await until('close')
    expect(seen.map((entry) => entry.kind)).toEqual(['open', 'close'])
  })

  test('ignores and counts sends before open and after close, and closes twice without harm', async () => {
    const url = await peer((socket) => socket.on('message', () => socket.send('heard')))
    const { handlers, seen, until } = recorder()
    const socket = wsTransport().open(request(url), handlers)
    socket.sendText('early')
    await until('open')
    socket.close(1000, 'done')
    socket.close(1000, 'done')
    socket.sendText('late')
    socket.sendBinary(new Uint8Array(2))
    socket.ping()
    expect(await until('close')).toEqual({ kind: 'close', code: 1000, reason: 'done' })
    socket.terminate()
    expect(socket.ignoredSends).toBe(4)
    expect(seen.map((entry) => entry.kind)).toEqual(['open', 'close'])
  })

  test('terminated while dialling reports one close and nothing after it', async () => {
    const url = await peer((socket) => socket.send('hello'))
    const { handlers, seen, until } = recorder()
    wsTransport().open(request(url), handlers).terminate()
    await until('close')
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect(seen.map((entry) => entry.kind)).toEqual(['close'])
  })
})
