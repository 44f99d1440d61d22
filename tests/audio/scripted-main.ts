import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { WebSocketServer, type WebSocket } from 'ws'
import { CONTENT_TYPES, pageHeaders } from '../../src/main/node/page.ts'
import { bytesToInt16, int16ToBytes } from '../../src/shared/audio/pcm.ts'
import { type AudioDown, AudioUp, decodeAudioFrame, encodeAudioFrame } from '../../src/shared/ipc/audio-link.ts'

/** What came up the link, in order, with the `performance.now()` of its arrival. */
export type Arrival = { atMs: number } & (
  { kind: 'block'; sequence: number; samples: Int16Array } | { kind: 'control'; message: AudioUp }
)

/** Plays main's part on the audio link and serves the page with the headers of the hosts. */
export interface ScriptedMain {
  readonly url: string
  readonly arrivals: Arrival[]
  blocks(): Extract<Arrival, { kind: 'block' }>[]
  /** The controls of one kind. */
  controls<K extends AudioUp['kind']>(kind: K): Extract<AudioUp, { kind: K }>[]
  send(message: AudioDown): void
  /** Sends `samples` of `reply`, in frames of 100 ms at 24 kHz. */
  speak(reply: number, samples: Int16Array): void
  /** Drops the worker's connection, as a host that is restarted does. */
  drop(): void
  /** Resolves once `test` holds; rejects after `timeoutMs`. */
  until(what: string, test: () => boolean, timeoutMs?: number): Promise<void>
  close(): Promise<void>
}

const FRAME_SAMPLES = 2400

/** Builds the page once per run into `outDir`. */
export async function buildPage(outDir: string): Promise<void> {
  await build({
    configFile: false,
    root: fileURLToPath(new URL('./page', import.meta.url)),
    logLevel: 'error',
    worker: { format: 'es' },
    build: { outDir, emptyOutDir: true, target: 'chrome150' }
  })
}

export async function startScriptedMain(root: string): Promise<ScriptedMain> {
  const arrivals: Arrival[] = []
  let current: WebSocket | undefined
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname
    const file = join(root, normalize(path === '/' ? '/index.html' : path))
    const headers = pageHeaders('none')
    readFile(file).then(
      (bytes) => response.writeHead(200, { ...headers, 'content-type': CONTENT_TYPES[extname(file)] }).end(bytes),
      () => response.writeHead(404, headers).end()
    )
  })
  const sockets = new WebSocketServer({ server, path: '/audio' })
  sockets.on('connection', (socket) => {
    current = socket
    socket.on('message', (data: Buffer, isBinary) => {
      const atMs = performance.now()
      if (isBinary) {
        const { header, pcm } = decodeAudioFrame(new Uint8Array(data))
        arrivals.push({ atMs, kind: 'block', sequence: header, samples: bytesToInt16(pcm) })
      } else arrivals.push({ atMs, kind: 'control', message: AudioUp.parse(JSON.parse(data.toString())) })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  const main: ScriptedMain = {
    url: `http://127.0.0.1:${address.port}/`,
    arrivals,
    blocks: () => arrivals.filter((arrival) => arrival.kind === 'block'),
    controls: <K extends AudioUp['kind']>(kind: K) =>
      arrivals.flatMap((arrival) =>
        arrival.kind === 'control' && arrival.message.kind === kind
          ? [arrival.message as Extract<AudioUp, { kind: K }>]
          : []
      ),
    send: (message) => current?.send(JSON.stringify(message)),
    speak(reply, samples) {
      for (let at = 0; at < samples.length; at += FRAME_SAMPLES) {
        current?.send(encodeAudioFrame(reply, int16ToBytes(samples.subarray(at, at + FRAME_SAMPLES))))
      }
    },
    drop: () => current?.terminate(),
    async until(what, test, timeoutMs = 15_000) {
      const deadline = performance.now() + timeoutMs
      while (!test()) {
        if (performance.now() > deadline) throw new Error(`${what}: not seen in ${timeoutMs} ms`)
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
    },
    async close() {
      for (const client of sockets.clients) client.terminate()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  }
  return main
}
