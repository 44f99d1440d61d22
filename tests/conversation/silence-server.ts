import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'
import { levelDbfs } from '../rig/signal.ts'
import { bytesToInt16 } from '../../src/shared/audio/pcm.ts'

const SPEECH_DBFS = -50
/** Silence, counted in received audio and not by the clock, that ends a turn. */
const END_OF_TURN_MS = 700
const RATE_HZ = 16_000

/** One block as it came. */
export interface ReceivedBlock {
  atMs: number
  ms: number
  /** -120 for digital silence. */
  dbfs: number
}

export interface SilenceServer {
  url: string
  blocks: ReceivedBlock[]
  /** Times at which a turn ended, `Date.now()`. */
  turnEnds: number[]
  close(): Promise<void>
}

/**
 * An independent Voice Agent server that knows one thing: a turn begins with sound and ends after enough silence has been
 * *received*. A client that stops sending at release would wait for ever.
 */
export async function startSilenceServer(): Promise<SilenceServer> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  await once(server, 'listening')
  const blocks: ReceivedBlock[] = []
  const turnEnds: number[] = []
  server.on('connection', (socket) => {
    serve(socket, blocks, turnEnds)
  })
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    blocks,
    turnEnds,
    async close() {
      for (const client of server.clients) client.terminate()
      server.close()
      await once(server, 'close')
    }
  }
}

function serve(socket: WebSocket, blocks: ReceivedBlock[], turnEnds: number[]): void {
  const send = (message: object): void => {
    socket.send(JSON.stringify(message))
  }
  let inTurn = false
  let silentMs = 0
  send({ type: 'Welcome', request_id: '00000000-0000-4000-8000-000000000001' })
  socket.on('message', (data: Buffer, isBinary) => {
    if (!isBinary) {
      if ((JSON.parse(data.toString()) as { type: string }).type === 'Settings') send({ type: 'SettingsApplied' })
      return
    }
    const samples = bytesToInt16(new Uint8Array(data))
    const block = { atMs: Date.now(), ms: (samples.length / RATE_HZ) * 1000, dbfs: levelDbfs(samples) }
    blocks.push(block)
    silentMs = block.dbfs > SPEECH_DBFS ? 0 : silentMs + block.ms
    if (!inTurn && block.dbfs > SPEECH_DBFS) {
      inTurn = true
      send({ type: 'UserStartedSpeaking' })
    }
    if (!inTurn || silentMs < END_OF_TURN_MS) return
    inTurn = false
    turnEnds.push(Date.now())
    send({ type: 'ConversationText', role: 'user', content: 'the turn is over' })
  })
}
