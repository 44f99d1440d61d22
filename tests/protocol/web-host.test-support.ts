import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { WebSocket, type ClientOptions } from 'ws'
import type { AudioLink, AudioUp } from '../../src/shared/ipc/audio-link.ts'
import { calls, CallError, type EventName, type Handlers } from '../../src/shared/ipc/contract.ts'
import { systemClock } from '../../src/main/node/system-clock.ts'
import { startWebHost, type WebHost } from '../../src/main/web/web-host.ts'

const SECRET = 'S'.repeat(43)

export interface Answer {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: string
}

/** What the scripted assistant was handed by pages. */
export interface Seen {
  calls: { name: string; input: unknown }[]
  audio: Uint8Array[]
  controls: AudioUp[]
  closed: number
  links: AudioLink[]
}

/** The real web host on a socket, with a scripted assistant behind it. */
export class HostRig {
  readonly seen: Seen = { calls: [], audio: [], controls: [], closed: 0, links: [] }
  readonly logged: string[] = []
  readonly pages: number[] = []
  readonly host: WebHost
  readonly #dir: string
  readonly #sockets: WebSocket[] = []
  readonly #emit: (name: EventName, payload: unknown) => void

  /** `files`: more of the renderer's build, by path. */
  static async start(port = 0, files: Readonly<Record<string, string>> = {}): Promise<HostRig> {
    const dir = mkdtempSync(path.join(tmpdir(), 'parley-web-host-'))
    mkdirSync(path.join(dir, 'renderer/assets'), { recursive: true })
    writeFileSync(path.join(dir, 'renderer/index.html'), '<style nonce="__PARLEY_STYLE_NONCE__"></style>page')
    writeFileSync(path.join(dir, 'renderer/assets/a.js'), 'script')
    for (const [file, text] of Object.entries(files)) writeFileSync(path.join(dir, 'renderer', file), text)
    writeFileSync(path.join(dir, 'secret.json'), 'outside')
    const rig: { current?: HostRig } = {}
    const listeners = new Set<(name: EventName, payload: unknown) => void>()
    // One for every call of the contract; `#handle` gives what the test scripted for that call.
    const handlers = Object.fromEntries(
      Object.keys(calls).map((name) => [name, (input: unknown) => rig.current!.#handle(name, input)])
    ) as unknown as Handlers
    const host = await startWebHost({
      port,
      rendererDir: path.join(dir, 'renderer'),
      sessionSecret: SECRET,
      clock: systemClock,
      log: {
        debug: () => undefined,
        info: (message) => rig.current!.logged.push(message),
        warn: (message) => rig.current!.logged.push(message),
        error: (message) => rig.current!.logged.push(message)
      },
      onPages: (count) => rig.current!.pages.push(count),
      assistant: {
        handlers,
        onEvent: (listener) => {
          listeners.add(listener)
          return () => listeners.delete(listener)
        },
        attachAudio: (link) => {
          const { seen } = rig.current!
          seen.links.push(link)
          return {
            onAudio: (frame) => void seen.audio.push(frame),
            onControl: (message) => void seen.controls.push(message),
            onClose: () => void (seen.closed += 1)
          }
        }
      }
    })
    rig.current = new HostRig(dir, host, (name, payload) => {
      for (const listener of listeners) listener(name, payload)
    })
    return rig.current
  }

  private constructor(dir: string, host: WebHost, emit: (name: EventName, payload: unknown) => void) {
    this.#dir = dir
    this.host = host
    this.#emit = emit
  }

  get origin(): string {
    return `http://127.0.0.1:${this.host.port}`
  }

  get cookie(): string {
    return `parley-${this.host.port}=${SECRET}`
  }

  emit(name: EventName, payload: unknown): void {
    this.#emit(name, payload)
  }

  #handle(name: string, input: unknown): unknown {
    this.seen.calls.push({ name, input })
    if (name === 'profiles:choose') throw new CallError('not-found', 'There is no such agent.')
    if (name === 'profiles:remove') throw new Error('sk-secret inside')
    if (name === 'session:connect') return new Promise(() => undefined)
    return name === 'profiles:import' ? { id: 'x', warnings: [] } : undefined
  }

  /** One HTTP request exactly as given; the path is sent raw. */
  ask(target: string, options: { method?: string; headers?: Record<string, string> } = {}): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const { method = 'GET', headers = {} } = options
      const asked = request({ host: '127.0.0.1', port: this.host.port, path: target, method, headers }, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString('utf8')
          })
        )
      })
      asked.on('error', reject)
      asked.end()
    })
  }

  /** Bytes straight onto the socket; resolves to all that came back when the host has closed it. */
  raw(bytes: string | Uint8Array): Promise<string> {
    return new Promise((resolve, reject) => {
      let text = ''
      const socket = connect(this.host.port, '127.0.0.1', () => socket.write(bytes))
      socket.on('data', (chunk) => (text += chunk.toString('latin1')))
      socket.on('close', () => resolve(text))
      socket.on('error', reject)
    })
  }

  /** A page's socket that is let in; resolves when it is open. */
  async page(link: 'ipc' | 'audio' | 'overlay'): Promise<Page> {
    const socket = this.dial(`/${link}`, { origin: this.origin, headers: { cookie: this.cookie } })
    const page = new Page(socket)
    await new Promise((resolve, reject) => {
      socket.once('open', resolve)
      socket.once('error', reject)
    })
    return page
  }

  dial(target: string, options: ClientOptions): WebSocket {
    const socket = new WebSocket(`ws://127.0.0.1:${this.host.port}${target}`, options)
    this.#sockets.push(socket)
    return socket
  }

  /** HTTP status with which an upgrade is refused. */
  refusal(target: string, options: ClientOptions): Promise<number> {
    return new Promise((resolve, reject) => {
      const socket = this.dial(target, options)
      socket.on('unexpected-response', (_request, response) => {
        resolve(response.statusCode ?? 0)
        response.destroy()
      })
      socket.on('open', () => reject(new Error('was let in')))
      socket.on('error', (cause) => reject(cause))
    })
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) {
      socket.on('error', () => undefined)
      socket.terminate()
    }
    await this.host.close()
    rmSync(this.#dir, { recursive: true })
  }
}

/** The page's end of a socket. */
export class Page {
  readonly socket: WebSocket
  readonly closed: Promise<{ code: number; reason: string }>
  readonly received: unknown[] = []
  readonly binary: Buffer[] = []

  constructor(socket: WebSocket) {
    this.socket = socket
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) this.binary.push(data)
      else this.received.push(JSON.parse(data.toString('utf8')))
    })
    socket.on('error', () => undefined)
    this.closed = new Promise((resolve) =>
      socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() }))
    )
  }

  send(frame: unknown): void {
    this.socket.send(typeof frame === 'string' || frame instanceof Uint8Array ? frame : JSON.stringify(frame))
  }
}
