import type { WebSocket } from 'ws'
import type { Link } from '../link.ts'

/** When a fault begins to act on a connection. */
export type Point =
  | { kind: 'open' }
  /** So long after the socket opened. */
  | { kind: 'after'; ms: number }
  /** The client's Nth text message has come; the agent has not answered it yet. */
  | { kind: 'message'; count: number }
  /** The agent's Nth text or audio message has been sent. */
  | { kind: 'text' | 'audio'; count: number }
  /** The first message of this `type` (or Napster `event`) has come or been sent. */
  | { kind: 'type'; type: string }

/** Messages of the agent: all of them, those with text, those with audio, or the texts of one `type`. */
export type Selection = 'all' | 'text' | 'audio' | { type: string }

/** What a connection suffers, from a point on. Durations in milliseconds. */
export type ConnectionFault = { readonly at: Point } &
  /** A closing handshake; `code` null: without a status, the client sees 1005. */
  (
    | { kind: 'close'; code: number | null }
    /** The TCP connection ends without one; the client sees 1006. */
    | { kind: 'drop' }
    /** Nothing is read, sent or answered any more, the TCP connection stays; Infinity: for good. */
    | { kind: 'stall'; ms: number }
    | { kind: 'no-pong' }
    /** One frame that no client expects. `bytes`: its size, of the text kinds. */
    | { kind: 'garbage'; what: 'text' | 'json' | 'utf8' | 'binary'; bytes: number }
    /** Text messages in WebSocket fragments, audio in several messages, of at most so many bytes. */
    | { kind: 'split'; of: Selection; bytes: number }
    | { kind: 'duplicate'; of: Selection }
    /** Each run of `count` such messages comes in reverse. */
    | { kind: 'reorder'; of: Selection; count: number }
    | { kind: 'delay'; of: Selection; ms: number }
    /** What comes within so long comes at once. */
    | { kind: 'burst'; of: Selection; ms: number }
  )

/** The HTTP status an upgrade is refused with. */
export interface RefuseFault {
  readonly kind: 'refuse'
  readonly status: number
  /** Seconds in `Retry-After`; null: no such header. */
  readonly retryAfterSeconds: number | null
  /** Only a REST request for a connection, or only an upgrade; omitted: either. */
  readonly of?: Refusable
}

/** What can be refused: the request for a connection on the Napster door, or the upgrade to a WebSocket. */
export type Refusable = 'rest' | 'upgrade'

/** One thing the agent does wrong on purpose. */
export interface Fault {
  /** As it was given, for the log. */
  readonly spec: string
  /** Connections (or upgrades) it happens to; Infinity: all. */
  readonly times: number
  readonly effect: RefuseFault | ConnectionFault
}

/** The agent's faults as its server sees them. Without them the server does not know they exist. */
export interface Faults {
  /** Asked first at every upgrade (the default) and every REST request for a connection; null: none of it. */
  refusal(of?: Refusable): RefuseFault | null
  /** At every new socket, before anything is sent or heard on it: the link to send by. The socket must not answer pings itself. */
  attach(socket: WebSocket, link: Link): Link
}
