import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'
import { bytesToInt16, int16ToBytes } from '../../src/shared/audio/pcm.ts'
import type { BenchContext } from './bench.ts'
import { ArrivedAudio, type Piece } from './signal.ts'

export const INPUT_RATE_HZ = 16_000
export const OUTPUT_RATE_HZ = 24_000
const CONNECT_TIMEOUT_MS = 15_000

export interface SpeakOptions {
  /** What one message holds. Default: all of it in one. */
  frameMs?: number
  /** Time between two messages; default none. */
  everyMs?: number
}

/** A Voice Agent server of Deepgram's protocol that does what it is told. PCM16 mono at 16 kHz in and 24 kHz out. */
export interface Service {
  readonly url: string
  /** All input audio of the newest connection, with its times. */
  readonly arrived: ArrivedAudio
  /** Resolves to the next connection, once its settings were applied; rejects after 15 s. */
  nextLive(): Promise<WebSocket>
  /** The connection that is live, or the next one. */
  live(): Promise<WebSocket>
  /** Resolves to the first piece of input audio of the next connection. */
  first(): Promise<Piece>
  /** Sends a message of the protocol; returns the time at which it left (`performance.now()`). */
  send(message: { type: string; [key: string]: unknown }): number
  /** Begins a reply and sends `samples` of it; resolves to the time at which the first of it left. It has no end. */
  speak(samples: Int16Array, options?: SpeakOptions): Promise<number>
  /** More audio of the reply, in one message. */
  sendAudio(samples: Int16Array): void
  /** `UserStartedSpeaking`; returns the time at which it left. */
  userStarts(): number
  /** What opens the way for the next reply: the user's words. */
  userEnds(): void
}

/** Goes with `context.defer`. */
export async function startService(context: Pick<BenchContext, 'defer'>): Promise<Service> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false })
  await once(server, 'listening')
  context.defer(async () => {
    for (const client of server.clients) client.terminate()
    server.close()
    await once(server, 'close')
  })
  let current: WebSocket | undefined
  let arrived = new ArrivedAudio(INPUT_RATE_HZ)
  let live: WebSocket | undefined
  const waiting = new Set<(socket: WebSocket) => void>()
  const connecting = new Set<(arrived: ArrivedAudio) => void>()
  server.on('connection', (socket) => {
    current = socket
    arrived = new ArrivedAudio(INPUT_RATE_HZ)
    for (const resolve of connecting) resolve(arrived)
    connecting.clear()
    socket.send(JSON.stringify({ type: 'Welcome', request_id: '00000000-0000-4000-8000-000000000001' }))
    socket.on('close', () => {
      if (live === socket) live = undefined
    })
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) arrived.push(bytesToInt16(new Uint8Array(data)), performance.now())
      else if ((JSON.parse(data.toString()) as { type: string }).type === 'Settings') {
        socket.send(JSON.stringify({ type: 'SettingsApplied' }))
        live = socket
        for (const resolve of waiting) resolve(socket)
        waiting.clear()
      }
    })
  })
  const nextLive = (): Promise<WebSocket> =>
    new Promise((resolve, reject) => {
      const late = (): void => reject(new Error('Parley did not connect to the scripted service'))
      const timer = setTimeout(late, CONNECT_TIMEOUT_MS)
      waiting.add((socket) => {
        clearTimeout(timer)
        resolve(socket)
      })
    })
  const send: Service['send'] = (message) => {
    const sentMs = performance.now()
    current?.send(JSON.stringify(message))
    return sentMs
  }
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get arrived() {
      return arrived
    },
    nextLive,
    live: () => (live === undefined ? nextLive() : Promise.resolve(live)),
    async first() {
      const next = await new Promise<ArrivedAudio>((resolve) => connecting.add(resolve))
      return next.next('input audio', () => true)
    },
    send,
    async speak(samples, { frameMs = (samples.length / OUTPUT_RATE_HZ) * 1000, everyMs = 0 } = {}) {
      send({ type: 'AgentStartedSpeaking', total_latency: 0, tts_latency: 0, ttt_latency: 0 })
      const frame = Math.round((frameMs * OUTPUT_RATE_HZ) / 1000)
      const startMs = performance.now()
      for (let at = 0, sent = 0; at < samples.length; at += frame, sent += 1) {
        // By the clock, so that late timers do not add up.
        const waitMs = startMs + sent * everyMs - performance.now()
        if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs))
        current?.send(int16ToBytes(samples.subarray(at, at + frame)))
      }
      return startMs
    },
    sendAudio(samples) {
      current?.send(int16ToBytes(samples))
    },
    userStarts: () => send({ type: 'UserStartedSpeaking' }),
    userEnds() {
      send({ type: 'ConversationText', role: 'user', content: 'go on' })
    }
  }
}
