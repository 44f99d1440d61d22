import { WebSocket, type ClientOptions } from 'ws'
import type {
  Transport,
  TransportFailure,
  TransportHandlers,
  TransportRequest,
  TransportSocket
} from '../../core/ports.ts'
import { refusal, unreachableReason } from './failure-reason.ts'
import { envProxy, proxyWay, type ProxyRule, type ProxyWay } from './proxy.ts'

/** Largest message accepted from a service, bytes; a longer one closes the socket with 1009. */
const MAX_MESSAGE_BYTES = 4 * 1024 * 1024

/** How long a peer may take to answer our close frame before the connection is dropped. */
const CLOSE_TIMEOUT_MS = 2000

/** `closeTimeout` is an option of ws that its types do not have yet. */
const SOCKET_OPTIONS: ClientOptions & { closeTimeout: number } = {
  perMessageDeflate: false,
  maxPayload: MAX_MESSAGE_BYTES,
  closeTimeout: CLOSE_TIMEOUT_MS
}

/** A socket that also tells how many sends were ignored because it was not open. */
export interface CountingSocket extends TransportSocket {
  readonly ignoredSends: number
}

interface WsTransport extends Transport {
  open(request: TransportRequest, handlers: TransportHandlers): CountingSocket
}

/**
 * Transport over `ws`, through the proxy that `proxyFor` names (default: the environment's). Its failures hold reasons of a closed set:
 * neither headers nor the URL nor the proxy's password can be in them.
 */
export function wsTransport(proxyFor: ProxyRule = envProxy): WsTransport {
  return {
    open(request, handlers) {
      if (!URL.canParse(request.url)) return failed(handlers, { kind: 'unreachable', reason: 'bad-address' })
      const proxy = proxyFor(request.url)
      return proxy instanceof Promise ? dialLater(request, handlers, proxy) : dialThrough(request, handlers, proxy)
    }
  }
}

function dialThrough(request: TransportRequest, handlers: TransportHandlers, proxy: string | undefined) {
  if (proxy === undefined) return dial(request, handlers, undefined)
  const way = proxyWay(proxy)
  return way === undefined
    ? failed(handlers, { kind: 'unreachable', reason: 'proxy-unusable' })
    : dial(request, handlers, way)
}

/** A socket whose proxy is still being looked up; given up before that, it is closed as one that was dialling. */
function dialLater(
  request: TransportRequest,
  handlers: TransportHandlers,
  proxy: Promise<string | undefined>
): CountingSocket {
  let socket: CountingSocket | undefined
  let abandoned = false
  let early = 0
  const late = Promise.withResolvers<'late'>()
  const timer = setTimeout(() => late.resolve('late'), request.handshakeTimeoutMs)
  void Promise.race([proxy.then((url) => ({ url })), late.promise])
    .then(
      (found) => {
        if (abandoned) return
        if (found === 'late') handlers.onFailure({ kind: 'timeout', afterMs: request.handshakeTimeoutMs })
        else socket = dialThrough(request, handlers, found.url)
      },
      () => {
        if (!abandoned) handlers.onFailure({ kind: 'unreachable', reason: 'proxy-unusable' })
      }
    )
    .finally(() => clearTimeout(timer))
  const giveUp = () => {
    if (abandoned) return
    abandoned = true
    late.resolve('late')
    queueMicrotask(() => handlers.onClose(1006, ''))
  }
  const ignore = () => {
    early += 1
  }
  return {
    sendText: (text) => (socket === undefined ? ignore() : socket.sendText(text)),
    sendBinary: (bytes) => (socket === undefined ? ignore() : socket.sendBinary(bytes)),
    ping: () => (socket === undefined ? ignore() : socket.ping()),
    close: (code, reason) => (socket === undefined ? giveUp() : socket.close(code, reason)),
    terminate: () => (socket === undefined ? giveUp() : socket.terminate()),
    get bufferedBytes() {
      return socket?.bufferedBytes ?? 0
    },
    get ignoredSends() {
      return early + (socket?.ignoredSends ?? 0)
    }
  }
}

function failed(handlers: TransportHandlers, failure: TransportFailure): CountingSocket {
  queueMicrotask(() => handlers.onFailure(failure))
  return deadSocket()
}

function dial(request: TransportRequest, handlers: TransportHandlers, way: ProxyWay | undefined): CountingSocket {
  let socket: WebSocket
  try {
    const through = way === undefined ? {} : { agent: way.agent }
    socket = new WebSocket(request.url, { ...SOCKET_OPTIONS, ...through, headers: { ...request.headers } })
  } catch {
    return failed(handlers, { kind: 'unreachable', reason: 'bad-address' })
  }

  let over = false
  const finish = (report: () => void) => {
    clearTimeout(handshakeTimer)
    if (over) return
    over = true
    way?.abandon()
    report()
    if (socket.readyState !== WebSocket.CLOSED) socket.terminate()
  }
  const fail = (failure: TransportFailure) => finish(() => handlers.onFailure(failure))
  // An absolute limit: ws's own handshakeTimeout starts again with every byte that comes.
  const handshakeTimer = setTimeout(
    () => fail({ kind: 'timeout', afterMs: request.handshakeTimeoutMs }),
    request.handshakeTimeoutMs
  )

  let opened = false
  let abandoned = false
  socket.on('open', () => {
    opened = true
    clearTimeout(handshakeTimer)
    if (!over) handlers.onOpen()
  })
  socket.on('message', (data, isBinary) => {
    if (over) return
    // Copied: ws hands out views of a pool, and what leaves main must not drag the pool along.
    if (isBinary) handlers.onBinary(new Uint8Array(data as Buffer))
    else handlers.onText((data as Buffer).toString())
  })
  socket.on('pong', () => {
    if (!over) handlers.onPong()
  })
  socket.on('unexpected-response', (_request, response) => {
    fail(way?.failure() ?? refusal(response))
  })
  // After the handshake an error is always followed by `close`, which carries the code.
  socket.on('error', (error) => {
    if (!opened && !abandoned) fail(way?.failure() ?? { kind: 'unreachable', reason: unreachableReason(error) })
  })
  socket.on('close', (code, reason) => finish(() => handlers.onClose(code, reason.toString())))

  let ignoredSends = 0
  const whenOpen = (send: () => void) => {
    if (socket.readyState === WebSocket.OPEN) send()
    else ignoredSends += 1
  }
  return {
    sendText: (text) => whenOpen(() => socket.send(text)),
    sendBinary: (bytes) => whenOpen(() => socket.send(bytes, { binary: true })),
    ping: () => whenOpen(() => socket.ping()),
    close(code, reason) {
      abandoned = true
      socket.close(code, reason)
    },
    terminate() {
      abandoned = true
      socket.terminate()
    },
    get bufferedBytes() {
      return socket.bufferedAmount
    },
    get ignoredSends() {
      return ignoredSends
    }
  }
}

function deadSocket(): CountingSocket {
  let ignoredSends = 0
  const ignore = () => {
    ignoredSends += 1
  }
  return {
    sendText: ignore,
    sendBinary: ignore,
    ping: ignore,
    close: () => undefined,
    terminate: () => undefined,
    bufferedBytes: 0,
    get ignoredSends() {
      return ignoredSends
    }
  }
}
