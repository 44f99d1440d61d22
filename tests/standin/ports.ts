// MessagePortMain and MessageChannelMain with Electron's rules: only ports may be transferred, nothing is delivered before
// start(), a transferred port is dead where it was, "close" reaches the other end.
import { EventEmitter } from 'node:events'
import { fault } from './state.ts'
import { modelled, type Like } from './surface.ts'

interface Owner {
  message(data: unknown, ends: Endpoint[]): void
  close(): void
}

/** One end of a pair. Its owner is a MessagePortMain here, or a relay to another process; without one, messages wait. */
export class Endpoint {
  #peer: Endpoint = this
  #owner: Owner | null = null
  #closed = false
  #queue: [unknown, Endpoint[]][] = []

  static pair(): [Endpoint, Endpoint] {
    const a = new Endpoint()
    const b = new Endpoint()
    a.#peer = b
    b.#peer = a
    return [a, b]
  }

  get closed(): boolean {
    return this.#closed
  }

  send(data: unknown, ends: Endpoint[]): void {
    if (!this.#closed) setImmediate(() => this.#peer.#deliver(data, ends))
  }

  own(owner: Owner | null): void {
    this.#owner = owner
    if (this.#closed) owner?.close()
    else while (this.#owner !== null && this.#queue.length > 0) this.#owner.message(...this.#queue.shift()!)
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    setImmediate(() => {
      const peer = this.#peer
      if (peer.#closed) return
      peer.#closed = true
      peer.#owner?.close()
    })
  }

  #deliver(data: unknown, ends: Endpoint[]): void {
    if (this.#closed) return
    if (this.#owner === null) this.#queue.push([data, ends])
    else this.#owner.message(data, ends)
  }
}

let making = false

export class MessagePortMain extends EventEmitter implements Like<Electron.MessagePortMain> {
  #end: Endpoint | null = null
  #started = false

  constructor() {
    super()
    if (!making) throw new TypeError('Illegal constructor')
  }

  static wrap(end: Endpoint): MessagePortMain {
    making = true
    try {
      const port = new MessagePortMain()
      port.#end = end
      setTimeout(() => port.#checkStarted(), 2000).unref()
      return port
    } finally {
      making = false
    }
  }

  static take(port: MessagePortMain): Endpoint {
    const end = port.#end
    if (end === null) throw new Error('Port is already neutered.')
    port.#end = null
    end.own(null)
    return end
  }

  get neutered(): boolean {
    return this.#end === null || this.#end.closed
  }

  /** On a dead port: nothing, and no error, as in Electron. */
  postMessage(message: unknown, transfer?: unknown): void {
    if (this.#end === null || this.#end.closed) return
    const data = cloneForMain(message)
    this.#end.send(data, takePorts(transfer, this))
  }

  start(): void {
    const end = this.#end
    if (end === null || end.closed || this.#started) return
    this.#started = true
    setImmediate(() => {
      if (this.#end !== end) return
      end.own({
        message: (data, ends) => this.emit('message', { data, ports: ends.map((x) => MessagePortMain.wrap(x)) }),
        close: () => this.emit('close')
      })
    })
  }

  close(): void {
    if (this.#end === null || this.#end.closed) return
    this.#end.close()
    this.emit('close')
  }

  #checkStarted(): void {
    if (this.#started || this.neutered || this.listenerCount('message') === 0) return
    fault('port-not-started', 'a MessagePortMain has a message listener but start() was not called within 2 s')
  }
}
modelled('MessagePortMain', MessagePortMain.prototype)

export class MessageChannelMain {
  readonly port1: MessagePortMain
  readonly port2: MessagePortMain

  constructor() {
    const [a, b] = Endpoint.pair()
    this.port1 = MessagePortMain.wrap(a)
    this.port2 = MessagePortMain.wrap(b)
  }
}

/** Takes the ports out of a transfer list, with Electron's errors for everything else in it. */
export function takePorts(transfer: unknown, self?: MessagePortMain): Endpoint[] {
  if (transfer === undefined) return []
  if (!Array.isArray(transfer)) throw new TypeError('transferables must be an array of MessagePorts')
  const ports = transfer.map((port: unknown, i) => {
    if (!(port instanceof MessagePortMain)) throw new TypeError(`Port at index ${i} is not a valid port`)
    if (port === self) throw new Error(`Port at index ${i} contains the source port.`)
    if (port.neutered) throw new Error(`Port at index ${i} is already neutered.`)
    if (transfer.indexOf(port) !== i) throw new Error(`Port at index ${i} is a duplicate.`)
    return port
  })
  return ports.map((port) => MessagePortMain.take(port))
}

/** Electron's clone on the way out of main; a view on a larger buffer takes the whole buffer along. */
export function cloneForMain(message: unknown): unknown {
  const holder = message !== null && typeof message === 'object' && !ArrayBuffer.isView(message)
  for (const view of holder ? (Object.values(message) as unknown[]) : [message]) {
    if (!ArrayBuffer.isView(view) || view.buffer.byteLength === view.byteLength) continue
    const sizes = `a ${view.byteLength} byte view travels with its whole ${view.buffer.byteLength} byte buffer`
    fault('view-on-larger-buffer', `${sizes} (a pooled Buffer carries along whatever else is in the pool)`)
  }
  try {
    return structuredClone(message)
  } catch {
    throw new Error('An object could not be cloned.')
  }
}
