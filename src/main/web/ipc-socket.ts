import type { RawData, WebSocket } from 'ws'
import { z } from 'zod'
import { answerCall } from '../../shared/ipc/answer.ts'
import type { EventName, Handlers, Reply } from '../../shared/ipc/contract.ts'
import type { Clock, Log } from '../../shared/runtime.ts'
import { rateLimit } from '../node/rate-limit.ts'

/** Largest frame a page may send: the longest profile text (1,000,000 characters) with room for JSON's escapes. */
export const IPC_FRAME_LIMIT_BYTES = 4 * 1024 * 1024
/** A page that takes its events so slowly is dropped; it comes back and asks for a snapshot. */
export const IPC_BACKLOG_LIMIT_BYTES = 8 * 1024 * 1024
export const IPC_RATE = { perSecond: 200, burst: 400 }
/** Bytes of calls: several of the longest profiles at once. */
export const IPC_BYTE_RATE = { perSecond: 4 * 1024 * 1024, burst: 32 * 1024 * 1024 }
/** Close code of a page that sends too fast or too much. */
export const CLOSE_POLICY = 1008
const CALLS_IN_FLIGHT = 100

const CallFrame = z.strictObject({
  id: z.union([z.int(), z.string().min(1).max(64)]),
  call: z.string().max(100),
  input: z.unknown().optional()
})
type CallFrame = z.infer<typeof CallFrame>

interface IpcDeps {
  handlers: Handlers
  clock: Clock
  log: Log
  /** The only calls this page may make; absent: all of them. */
  only?: ReadonlySet<string>
}

/**
 * One page's `/ipc` socket: `{id, call, input}` is answered by `{id, reply}` through the same contract as on the desktop.
 * A frame that is no call gets `{id: null, reply}` with an error and changes nothing else.
 */
export class IpcSocket {
  readonly #socket: WebSocket
  readonly #deps: IpcDeps
  readonly #mayPass: (bytes: number) => boolean
  #inFlight = 0

  constructor(socket: WebSocket, deps: IpcDeps) {
    this.#socket = socket
    this.#deps = deps
    const callFits = rateLimit(deps.clock, IPC_RATE)
    const bytesFit = rateLimit(deps.clock, IPC_BYTE_RATE)
    this.#mayPass = (bytes) => callFits() && bytesFit(bytes)
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary))
  }

  sendEvent(text: string): void {
    if (this.#socket.bufferedAmount > IPC_BACKLOG_LIMIT_BYTES) {
      this.#deps.log.warn('A page does not take its events and is dropped', { bytes: this.#socket.bufferedAmount })
      this.#socket.terminate()
      return
    }
    this.#send(text)
  }

  #receive(data: RawData, isBinary: boolean): void {
    if (!this.#mayPass((data as Buffer).byteLength)) {
      // What it sent after this and before the close is not even read.
      if (this.#socket.readyState !== this.#socket.OPEN) return
      this.#deps.log.warn('A page sends calls too fast and is dropped', { calls: IPC_RATE, bytes: IPC_BYTE_RATE })
      this.#reply(null, refused('Too many calls in a second.'))
      this.#socket.close(CLOSE_POLICY, 'too many calls')
      return
    }
    const frame = isBinary ? 'Calls are JSON text, not binary.' : parseFrame(textOf(data))
    if (typeof frame === 'string') this.#reply(null, invalid(frame))
    else if (this.#inFlight >= CALLS_IN_FLIGHT) this.#reply(frame.id, refused('Too many calls wait for an answer.'))
    else void this.#answer(frame)
  }

  async #answer({ id, call, input }: CallFrame): Promise<void> {
    const { only } = this.#deps
    if (only !== undefined && !only.has(call)) {
      this.#deps.log.warn('A page asked for what it may not', { call })
      this.#reply(id, { ok: false, error: { code: 'untrusted', message: 'This page may not call that.' } })
      return
    }
    this.#inFlight += 1
    const reply = await answerCall(this.#deps.handlers, call, input, (name, cause) =>
      this.#deps.log.error('A call failed inside Parley', { call: name, cause })
    )
    this.#inFlight -= 1
    this.#reply(id, reply)
  }

  #reply(id: CallFrame['id'] | null, reply: Reply<unknown>): void {
    this.#send(JSON.stringify({ id, reply }))
  }

  #send(text: string): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(text)
  }
}

/** An event as every page gets it; made once for all of them. */
export function eventFrame(event: EventName, payload: unknown): string {
  return JSON.stringify({ event, payload })
}

/** The call in a frame, or a sentence that says why it is none. */
function parseFrame(text: string): CallFrame | string {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return 'The frame is not JSON.'
  }
  const parsed = CallFrame.safeParse(json)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  return `The frame is not a call {id, call, input}: ${issue?.path.join('.') || 'frame'}: ${issue?.message ?? 'invalid'}`
}

/** `ws` hands text over as a Buffer (`binaryType` is left at `nodebuffer`). */
export function textOf(data: RawData): string {
  return (data as Buffer).toString('utf8')
}

function invalid(message: string): Reply<never> {
  return { ok: false, error: { code: 'invalid-input', message } }
}

function refused(message: string): Reply<never> {
  return { ok: false, error: { code: 'refused', message } }
}
