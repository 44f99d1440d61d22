import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { WebSocket, WebSocketServer } from 'ws'
import type { Link } from '../link.ts'
import { ManualClock } from '../manual-clock.test-support.ts'
import { FaultPlan } from './fault-plan.ts'
import { parseFault } from './spec.ts'

/** A link to a socket as the agent's server makes it. */
function plainLink(socket: WebSocket): Link {
  return {
    sendText: (text) => {
      if (socket.readyState === socket.OPEN) socket.send(text)
    },
    sendBinary: (bytes) => {
      if (socket.readyState === socket.OPEN) socket.send(bytes)
    },
    close: () => socket.close(),
    terminate: () => socket.terminate(),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    get bufferedBytes() {
      return socket.bufferedAmount
    }
  }
}

/** The server's end of one connection. */
export interface ServerEnd {
  readonly link: Link
  /** Text messages that came. */
  readonly came: string[]
  /** The code it was closed with. */
  readonly closes: number[]
}

/** A server on a free port whose links have the given faults, with time that stands still, and raw clients of it. */
export async function faultyServer(...specs: string[]) {
  const clock = new ManualClock()
  const lines: string[] = []
  const line = (message: string, fields?: object) => void lines.push(`${message} ${JSON.stringify(fields)}`)
  const plan = new FaultPlan(specs.map(parseFault), {
    clock,
    log: { debug: line, info: line, warn: line, error: line }
  })
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', autoPong: false })
  const ends: ServerEnd[] = []
  const sockets: { terminate(): void }[] = []
  server.on('connection', (socket) => {
    const came: string[] = []
    const closes: number[] = []
    ends.push({ link: plan.attach(socket, plainLink(socket)), came, closes })
    socket.on('close', (code) => void closes.push(code))
    socket.on('message', (data: Buffer) => void came.push(data.toString('utf8')))
    socket.on('error', () => undefined)
    sockets.push(socket)
  })
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  return {
    clock,
    plan,
    lines,
    /** A client and the server's end of it. */
    async open() {
      const socket = new WebSocket(`ws://127.0.0.1:${port}`, { maxPayload: 100 * 1024 * 1024 })
      sockets.push(socket)
      const client = new Client(socket)
      await once(socket, 'open')
      const end = ends.at(-1)
      if (end === undefined) throw new Error('the server has no end of it')
      return { client, ...end }
    },
    /** The frames that a client without a WebSocket library gets. */
    async openRaw() {
      const socket = connect(port, '127.0.0.1')
      sockets.push({ terminate: () => socket.destroy() })
      socket.write(
        `GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n` +
          `Sec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}\r\n\r\n`
      )
      const frames = await rawFrames(socket)
      const end = ends.at(-1)
      if (end === undefined) throw new Error('the server has no end of it')
      return { frames, ...end }
    },
    async close() {
      for (const socket of sockets) socket.terminate()
      await new Promise((resolve) => server.close(resolve))
    }
  }
}

/** What a client got, in order: texts as they are, binary as its bytes, `pong`, `closed CODE`, `error MESSAGE`. */
export class Client {
  readonly got: (string | Uint8Array)[] = []
  readonly socket: WebSocket
  private wake: () => void = () => undefined

  constructor(socket: WebSocket) {
    this.socket = socket
    socket.on('message', (data: Buffer, isBinary) => {
      this.add(isBinary ? new Uint8Array(data) : data.toString('utf8'))
    })
    socket.on('pong', () => this.add('pong'))
    socket.on('error', (error) => this.add(`error ${error.message}`))
    socket.on('close', (code) => this.add(`closed ${code}`))
  }

  /** Resolves when so many things have come. */
  async until(count: number): Promise<(string | Uint8Array)[]> {
    while (this.got.length < count) {
      await new Promise<void>((resolve) => {
        this.wake = resolve
      })
    }
    return this.got
  }

  private add(what: string | Uint8Array): void {
    this.got.push(what)
    this.wake()
  }
}

export interface Frame {
  fin: boolean
  opcode: number
  payload: Buffer
}

/** Frames of less than 64 KiB, as they come; the array grows. */
async function rawFrames(socket: Socket): Promise<Frame[]> {
  const frames: Frame[] = []
  let buffer = Buffer.alloc(0)
  let upgraded: (() => void) | null
  const upgrade = new Promise<void>((resolve) => {
    upgraded = resolve
  })
  socket.on('data', (data: Buffer) => {
    buffer = Buffer.concat([buffer, data])
    const head = upgraded === null ? -4 : buffer.indexOf('\r\n\r\n')
    if (upgraded !== null) {
      if (head < 0) return
      buffer = buffer.subarray(head + 4)
      upgraded()
      upgraded = null
    }
    for (;;) {
      if (buffer.length < 2) return
      const short = (buffer[1] as number) & 127
      const start = short === 126 ? 4 : 2
      if (buffer.length < start) return
      const length = short === 126 ? buffer.readUInt16BE(2) : short
      if (buffer.length < start + length) return
      const first = buffer[0] as number
      frames.push({ fin: first >= 128, opcode: first & 15, payload: buffer.subarray(start, start + length) })
      buffer = buffer.subarray(start + length)
    }
  })
  await upgrade
  return frames
}
