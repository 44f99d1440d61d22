export type { Clock, Log, Random } from '../shared/runtime.ts'

/** Everything the assistant needs from the outside; hosts hand implementations in (design.md section 3). */

/** Why no WebSocket could be had at an address; closed set, no text of a library. */
export type UnreachableReason =
  | 'bad-address'
  | 'unknown-host'
  | 'lookup-failed'
  | 'no-route'
  | 'nothing-answers'
  | 'no-answer'
  | 'broken-off'
  | 'certificate-expired'
  | 'certificate-name'
  | 'certificate-untrusted'
  | 'not-tls'
  | 'not-websocket'
  /** The proxy setting is no `http://HOST:PORT` or `https://HOST:PORT`. */
  | 'proxy-unusable'
  /** No connection to the proxy itself. */
  | 'proxy-unreachable'
  /** The proxy wants a name and a password, or others (HTTP 407). */
  | 'proxy-credentials'
  /** The proxy does not connect to this host. */
  | 'proxy-refused'
  /** What was asked for a short-lived token answered without one. */
  | 'no-token'
  | 'other'

/**
 * Why a connection could not be made or broke; the status is HTTP's where the upgrade, or the request for a token, was refused.
 * `retryAfterMs` is from a `Retry-After` header, counted from now.
 */
export type TransportFailure =
  | { kind: 'refused'; httpStatus: number; retryAfterMs?: number }
  | { kind: 'unreachable'; reason: UnreachableReason }
  | { kind: 'timeout'; afterMs: number }

/** Called in order on the owner's thread; after `onClose` or `onFailure` none is called again. */
export interface TransportHandlers {
  onOpen(): void
  onText(text: string): void
  /** The bytes belong to the receiver (no pooled buffer behind them). */
  onBinary(bytes: Uint8Array): void
  onPong(): void
  onClose(code: number, reason: string): void
  onFailure(failure: TransportFailure): void
}

export interface TransportRequest {
  url: string
  /** Holds the key; never logged. */
  headers: Readonly<Record<string, string>>
  handshakeTimeoutMs: number
}

/** One socket. Sends after close are ignored and counted by the implementation, never thrown. */
export interface TransportSocket {
  sendText(text: string): void
  sendBinary(bytes: Uint8Array): void
  ping(): void
  close(code: number, reason: string): void
  /** Drops the connection without a close handshake. */
  terminate(): void
  readonly bufferedBytes: number
}

export interface Transport {
  /** Handlers are attached before dialling, so no message is lost. */
  open(request: TransportRequest, handlers: TransportHandlers): TransportSocket
}

/**
 * What opens a service, by its scheme in the `Authorization` header: an API key is a `Token`, a short-lived token a `Bearer`,
 * never the other way round (deepgram.md section 1.1).
 */
export interface ServiceCredential {
  scheme: 'Token' | 'Bearer'
  value: string
}

/**
 * Named secrets (`{{secret:NAME}}`) and service keys. Absent is `undefined`; a value never leaves main. What is there and cannot be read
 * rejects with an `EndError` that says what to do.
 */
export interface SecretStore {
  secret(name: string): Promise<string | undefined>
  /** The API key. */
  serviceKey(service: 'deepgram' | 'napster'): Promise<string | undefined>
  /** A short-lived token that somebody else minted; used as it is. */
  accessToken?(service: 'deepgram' | 'napster'): Promise<string | undefined>
  /** Everything else that can be read now, with the placeholder that stands for it, so that it can be left out of a file for others. */
  known?(): Promise<readonly (readonly [value: string, placeholder: string])[]>
  /** What sentences about a key that is missing or wrong lead to; absent: `settings`. */
  readonly keyEntry?: KeyEntry | undefined
}

/** Where people enter keys: in the window (Settings, Keys), or in the environment and with `parley keys`. */
export type KeyEntry = 'settings' | 'command-line'

/** Mints one short-lived token from an API key, for one connection. Never rejects. */
export interface TokenGrant {
  /** `url` is the service's grant address; `apiKey` goes to it as a `Token` and is never logged. */
  grant(request: { url: string; apiKey: string; ttlSeconds: number; timeoutMs: number }): Promise<GrantResult>
}

export type GrantResult = { granted: true; token: string } | { granted: false; failure: TransportFailure }

/** One HTTP request of a service's REST interface; the body is JSON. Headers may hold the key and are never logged. */
export interface HttpRequest {
  method: 'GET' | 'POST' | 'DELETE'
  url: string
  headers: Readonly<Record<string, string>>
  body?: unknown
  timeoutMs: number
}

/** `json` is undefined where the body is none, or too long. A status of any kind is an answer. */
export type HttpAnswer =
  | { kind: 'answered'; status: number; retryAfterMs?: number; json: unknown }
  | { kind: 'failed'; failure: TransportFailure }

/** HTTP through the same proxies as the sockets. Never rejects. */
export interface Http {
  request(request: HttpRequest): Promise<HttpAnswer>
}

/** Small JSON documents by key, written atomically (electron-store on the desktop, conf elsewhere). */
export interface FileStore {
  read(key: string): unknown
  write(key: string, value: unknown): void
}

/** The built-in agent as a service: started on first use, one per process. Resolves to its base URL (`ws://127.0.0.1:PORT`). */
export interface BuiltinAgent {
  url(): Promise<string>
}

/** Where the agent's audio goes: the renderer through the audio link, or the CLI's paced sink. All PCM16 mono at the output rate. */
export interface AudioSink {
  /** `reply` grows from 1; audio of one reply arrives in order. */
  write(reply: number, pcm: Uint8Array): void
  /** No more audio will come for `reply`. */
  end(reply: number): void
  /** Fade out and forget `reply` and all before it (10 ms). */
  flush(reply: number): void
}

/** What the sink reports back by its audio clock. */
export interface PlaybackReport {
  reply: number
  playedSamples: number
  /** True once: `reply` ended (or was flushed) and nothing of it is left to play. */
  drained: boolean
}

/** One call of the agent that a host's tool answers. */
export interface ToolRequest {
  id: string
  name: string
  /** The arguments, parsed; an object, empty if the agent gave none. */
  input: Readonly<Record<string, unknown>>
}

/**
 * Answers calls of one function. The text goes to the agent as it is (JSON by convention). A rejection is answered with its message as an
 * error, so it must hold no secret. `signal` aborts when the answer is not wanted any more; what comes after that is dropped.
 */
export interface ToolRunner {
  run(call: ToolRequest, signal: AbortSignal): Promise<string>
}

/** The host's tools by function name. */
export type ToolSet = ReadonlyMap<string, ToolRunner>
