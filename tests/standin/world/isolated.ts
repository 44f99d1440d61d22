/// <reference lib="dom" />
/* oxlint-disable unicorn/consistent-function-scoping, typescript/unbound-method -- runs in Chromium through its source text and patches prototypes */
// Runs inside Chromium, through its source text: everything here must stand alone.
import type { Cloned, makeCodec } from '../clone.ts'
import type { FromWorld, ToWorld } from '../renderer-link.ts'
import type { Bridge, Wire } from './bridge.ts'

type Listener = (...args: unknown[]) => void

interface World {
  secret: string
  wire: Wire
  bridge: Bridge
  codec: ReturnType<typeof makeCodec>
  processProperties: object
  /** The preload's text as a function with Electron's parameters. */
  preload: (...injected: unknown[]) => void
}

/** The preload's world: `electron` as a sandboxed preload has it, and the relay of messages and ports to main. */
export function isolatedHalf({ secret, wire, bridge, codec, processProperties, preload }: World): void {
  const toMain = Reflect.get(globalThis, secret) as (text: string) => void
  Reflect.deleteProperty(globalThis, secret)
  const send = (message: FromWorld) => toMain(JSON.stringify(message))
  const missing = (what: string): never => {
    throw new Error(`estand: ${what} exists in Electron but is not modelled`)
  }

  class Emitter {
    #listeners = new Map<string, Listener[]>()
    on(name: string, listener: Listener): this {
      if (typeof listener !== 'function') throw new TypeError('The "listener" argument must be of type Function.')
      this.#listeners.set(name, [...(this.#listeners.get(name) ?? []), listener])
      return this
    }
    addListener(name: string, listener: Listener): this {
      return this.on(name, listener)
    }
    once(name: string, listener: Listener): this {
      const wrapper: Listener = (...args) => {
        this.off(name, wrapper)
        listener(...args)
      }
      return this.on(name, wrapper)
    }
    off(name: string, listener: Listener): this {
      const list = this.#listeners.get(name) ?? []
      const at = list.lastIndexOf(listener)
      if (at >= 0) this.#listeners.set(name, list.toSpliced(at, 1))
      return this
    }
    removeListener(name: string, listener: Listener): this {
      return this.off(name, listener)
    }
    removeAllListeners(name: string): this {
      this.#listeners.delete(name)
      return this
    }
    emit(name: string, ...args: unknown[]): boolean {
      const list = this.#listeners.get(name) ?? []
      for (const listener of list) listener(...args)
      return list.length > 0
    }
    listenerCount(name: string): number {
      return this.#listeners.get(name)?.length ?? 0
    }
  }

  const waits = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>()
  const ports = new Map<string, MessagePort>()
  let next = 1
  const wait = (make: (id: number) => FromWorld) =>
    new Promise<unknown>((resolve, reject) => {
      const id = next++
      waits.set(id, { resolve, reject })
      send(make(id))
    })

  // One real DOM MessagePort per port that crosses the process boundary; the other end of each stays here and relays.
  const lost = (text: string) => send({ t: 'fault', rule: 'port-data-lost', text })
  const relay = (id: string, port: MessagePort) => {
    ports.set(id, port)
    port.addEventListener('message', ({ data, ports: given }: MessageEvent<unknown>) => {
      let cloned: Cloned
      try {
        const marked = data !== null && typeof data === 'object' && '__estandTransferred' in data
        if (marked) throw new Error('transferred')
        cloned = codec.encode(data)
      } catch {
        cloned = codec.encode(null)
        lost(
          'a message to main held something only a renderer can clone, or gave an ArrayBuffer away: Electron delivers null'
        )
      }
      send({ t: 'port', id, data: cloned, ports: given.map((inner) => adopt(inner)) })
    })
    port.addEventListener('messageerror', () => lost('messageerror on a port to main'))
    port.addEventListener('close', () => {
      if (ports.delete(id)) send({ t: 'portclosed', id })
    })
    port.start()
  }
  const adopt = (port: MessagePort) => {
    const id = `r${next++}`
    relay(id, port)
    return id
  }
  const give = (id: string) => {
    const channel = new MessageChannel()
    relay(id, channel.port2)
    return channel.port1
  }
  const checkChannel = (channel: unknown) => {
    if (typeof channel !== 'string') {
      throw new TypeError(`Error processing argument at index 0, conversion failure from ${String(channel)}`)
    }
  }

  class IpcRenderer extends Emitter {
    send(channel: string, ...args: unknown[]): void {
      checkChannel(channel)
      send({ t: 'send', channel, args: codec.encode(args) })
    }
    async invoke(channel: string, ...args: unknown[]): Promise<unknown> {
      checkChannel(channel)
      const cloned = codec.encode(args)
      return codec.decode((await wait((id) => ({ t: 'invoke', id, channel, args: cloned }))) as Cloned)
    }
    postMessage(channel: string, message: unknown, transfer: unknown[] = []): void {
      checkChannel(channel)
      const given = transfer.map((port) => {
        if (!(port instanceof MessagePort)) throw new TypeError('Invalid value for transfer')
        return port
      })
      send({ t: 'post', channel, message: codec.encode(message), ports: given.map((port) => adopt(port)) })
    }
    sendSync(): void {
      missing('ipcRenderer.sendSync')
    }
    sendToHost(): void {
      missing('ipcRenderer.sendToHost')
    }
  }
  const ipcRenderer = new IpcRenderer()

  const receive = (message: ToWorld): void => {
    if (message.t === 'message') {
      const event = { sender: ipcRenderer, ports: message.ports.map((id) => give(id)) }
      ipcRenderer.emit(message.channel, event, ...(codec.decode(message.args) as unknown[]))
    } else if (message.t === 'reply') {
      const waiting = waits.get(message.id)
      waits.delete(message.id)
      if (message.error === undefined) waiting?.resolve(message.result)
      else waiting?.reject(new Error(message.error))
    } else if (message.t === 'port') {
      ports.get(message.id)?.postMessage(
        codec.decode(message.data),
        message.ports.map((id) => give(id))
      )
    } else {
      const port = ports.get(message.id)
      ports.delete(message.id)
      port?.close()
    }
  }
  Object.defineProperty(globalThis, `${secret}in`, { value: receive })

  wire.serve((question) => bridge.serve(question))
  const ask = (kind: 'request' | 'check' | 'display', permission: string, details: object) =>
    wait((id) => ({ t: 'ask', id, kind, permission, details }))
  wire.call({ op: 'permissions', ask: bridge.encode(ask, globalThis) })

  const contextBridge = {
    exposeInMainWorld(key: string, api: unknown) {
      const answer = wire.call({ op: 'expose', key, api: bridge.encode(api, globalThis) })
      if (answer.error !== undefined) throw new Error(answer.error)
    },
    exposeInIsolatedWorld: () => missing('contextBridge.exposeInIsolatedWorld'),
    executeInMainWorld: () => missing('contextBridge.executeInMainWorld')
  }
  const electron = {
    contextBridge,
    ipcRenderer,
    get webUtils() {
      return missing('webUtils')
    },
    get webFrame() {
      return missing('webFrame')
    },
    get crashReporter() {
      return missing('crashReporter')
    },
    get nativeImage() {
      return missing('nativeImage')
    }
  }
  const later = (run: Listener, ...args: unknown[]) => setTimeout(run, 0, ...args)
  const modules: Record<string, unknown> = {
    electron,
    'electron/common': electron,
    'electron/renderer': electron,
    events: Object.assign(Emitter, { EventEmitter: Emitter }),
    timers: { setTimeout, setInterval, clearTimeout, clearInterval, setImmediate: later, clearImmediate: clearTimeout },
    url: { URL, URLSearchParams }
  }
  const require = (name: string) => {
    const found = name.startsWith('node:electron') ? undefined : modules[name.replace(/^node:/, '')]
    if (found === undefined) throw new Error(`module not found: ${name}`)
    return found
  }
  const module = { exports: {} }
  const proc = Object.assign(new Emitter(), processProperties)
  // Electron gives a Buffer polyfill here; whatever is done with this one fails by its name.
  const useOfBuffer = () => missing('Buffer in a preload')
  const traps = { get: useOfBuffer, has: useOfBuffer, apply: useOfBuffer, construct: useOfBuffer }
  const buffer = new Proxy(Emitter, traps)
  try {
    preload(require, proc, module.exports, module, buffer, globalThis, later, clearTimeout)
  } catch (cause) {
    send({ t: 'preloadError', message: cause instanceof Error ? (cause.stack ?? cause.message) : String(cause) })
  }
}
