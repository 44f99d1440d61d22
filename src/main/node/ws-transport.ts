import { WebSocket, type ClientOptions } from 'ws'
import type {
  Transport,
  TransportFailure,
  TransportHandlers,
  TransportRequest,
  TransportSocket
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

/** Transport over `ws`. The texts of its failures are its own: neither headers nor the URL's query can be in them. */
export function wsTransport(): WsTransport {
  return { open: dial }
}

function dial(request: TransportRequest, handlers: TransportHandlers): CountingSocket {
  let socket: WebSocket
  try {
    socket = new WebSocket(request.url, { ...SOCKET_OPTIONS, headers: { ...request.headers } })
  } catch {
    queueMicrotask(() =>
      handlers.onFailure({ kind: 'unreachable', message: 'The address or key cannot be used for a WebSocket.' })
    )
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
    if (!opened && !abandoned) fail({ kind: 'unreachable', message: describeFailure(error, request.url) })
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

const SENTENCES: Readonly<Record<string, (host: string) => string>> = {
  ECONNREFUSED: (host) => `Nothing answers at ${host}.`,
  ECONNRESET: (host) => `${host} broke the connection off.`,
  ENOTFOUND: (host) => `The host name in ${host} does not exist.`,
  EAI_AGAIN: (host) => `The host name in ${host} cannot be looked up now. Is the network up?`,
  EHOSTUNREACH: (host) => `There is no network route to ${host}.`,
  ENETUNREACH: (host) => `There is no network route to ${host}.`,
  ETIMEDOUT: (host) => `${host} does not answer.`,
  CERT_HAS_EXPIRED: (host) => `The certificate of ${host} has expired.`,
  ERR_TLS_CERT_ALTNAME_INVALID: (host) => `The certificate of ${host} is for another name.`
}

/** A sentence from the error's code alone: the library's own text may quote what we sent. */
function describeFailure(error: Error & { code?: unknown }, url: string): string {
  const { host } = new URL(url)
  const code = typeof error.code === 'string' ? error.code : undefined
  const sentence = code === undefined ? undefined : SENTENCES[code]
  if (sentence !== undefined) return sentence(host)
  return `No WebSocket connection to ${host} could be made${code === undefined ? '' : ` (${code})`}.`
}
