import { WebSocket, type ClientOptions } from 'ws'
import type {
  Transport,
  TransportFailure,
  TransportHandlers,
  TransportRequest,
  TransportSocket,
  UnreachableReason
} from '../../core/ports.ts'

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

/** Transport over `ws`. Its failures hold reasons of a closed set: neither headers nor the URL can be in them. */
export function wsTransport(): WsTransport {
  return { open: dial }
}

function dial(request: TransportRequest, handlers: TransportHandlers): CountingSocket {
  let socket: WebSocket
  try {
    socket = new WebSocket(request.url, { ...SOCKET_OPTIONS, headers: { ...request.headers } })
  } catch {
    queueMicrotask(() => handlers.onFailure({ kind: 'unreachable', reason: 'bad-address' }))
    return deadSocket()
  }

  let over = false
  const finish = (report: () => void) => {
    clearTimeout(handshakeTimer)
    if (over) return
    over = true
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
    fail({ kind: 'refused', httpStatus: response.statusCode ?? 0 })
  })
  // After the handshake an error is always followed by `close`, which carries the code.
  socket.on('error', (error) => {
    if (!opened && !abandoned) fail({ kind: 'unreachable', reason: reasonOf(error) })
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

const REASONS: Readonly<Record<string, UnreachableReason>> = {
  ECONNREFUSED: 'nothing-answers',
  ECONNRESET: 'broken-off',
  EPIPE: 'broken-off',
  ENOTFOUND: 'unknown-host',
  EAI_AGAIN: 'lookup-failed',
  EHOSTUNREACH: 'no-route',
  ENETUNREACH: 'no-route',
  EADDRNOTAVAIL: 'no-route',
  ETIMEDOUT: 'no-answer',
  CERT_HAS_EXPIRED: 'certificate-expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'certificate-name',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'certificate-untrusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'certificate-untrusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'certificate-untrusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'certificate-untrusted',
  ERR_SSL_WRONG_VERSION_NUMBER: 'not-tls',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'not-tls',
  EPROTO: 'not-tls'
}

/** From the error's code alone: the library's own text may quote what we sent. */
function reasonOf(error: Error & { code?: unknown }): UnreachableReason {
  // ws itself gives no code where the answer is no WebSocket's.
  if (typeof error.code !== 'string' || error.code.startsWith('HPE_')) return 'not-websocket'
  return REASONS[error.code] ?? 'other'
}
