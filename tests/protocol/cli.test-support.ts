import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { WebSocketServer, type WebSocket } from 'ws'
import { run } from '../../src/main/cli/run.ts'
import { scrubberFor } from '../../src/main/cli/scrub.ts'
import { jsonLog, logLevel } from '../../src/main/node/json-log.ts'
import { systemClock } from '../../src/main/node/system-clock.ts'
import { encodeWav } from '../../src/shared/audio/wav.ts'

export const CLI = fileURLToPath(new URL('../../src/main/cli/index.ts', import.meta.url))

/** What a run left behind; `lines` are those of stdout. */
export interface Ran {
  code: number | null
  stdout: string
  stderr: string
  lines: string[]
}

export interface Running {
  child: ChildProcess
  /** Resolves once stdout holds `text`. */
  printed(text: string): Promise<void>
  done: Promise<Ran>
}

/** Starts the real CLI from source with nothing of the tester's own keys in its environment. */
export function startCli(args: readonly string[], env: Record<string, string> = {}, script = CLI): Running {
  return startProgram(process.execPath, [script, ...args], env)
}

/** Starts `file` as {@link startCli} starts the CLI. */
export function startProgram(file: string, args: readonly string[], env: Record<string, string> = {}): Running {
  const child = spawn(file, args, {
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: process.env['HOME'] ?? '',
      // Nor of the keys that the tester keeps.
      XDG_DATA_HOME: join(tmpdir(), 'parley-no-data'),
      PARLEY_TRANSCRIBER: 'none',
      ...env
    },
    stdio: ['ignore', 'pipe', 'pipe']
  })
  let stdout = ''
  let stderr = ''
  const watchers = new Set<() => void>()
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString()
    for (const watcher of watchers) watcher()
  })
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const done = new Promise<Ran>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, stdout, stderr, lines: stdout.trim().split('\n') }))
  })
  const printed = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const check = () => {
        if (stdout.includes(text)) resolve()
      }
      watchers.add(check)
      void done.then(() => reject(new Error(`ended without printing "${text}": ${stdout}${stderr}`)))
      check()
    })
  return { child, printed, done }
}

export function runCli(args: readonly string[], env?: Record<string, string>): Promise<Ran> {
  return startCli(args, env).done
}

/** The CLI's whole command in this process: what a process of its own would print and end with, without its start. */
export async function runInside(args: readonly string[], env: Record<string, string> = {}): Promise<Ran> {
  const scrub = scrubberFor(env)
  let stdout = ''
  let stderr = ''
  const say = {
    print: (line: string) => void (stdout += `${scrub.text(line)}\n`),
    tell: (line: string) => void (stderr += `parley: ${scrub.text(line)}\n`)
  }
  const log = jsonLog({ level: logLevel(env), write: (line) => void (stderr += scrub.text(line)) })
  const host = () => ({
    ...say,
    env: { XDG_DATA_HOME: join(tmpdir(), 'parley-no-data'), PARLEY_TRANSCRIBER: 'none', ...env },
    clock: systemClock,
    log,
    scrub,
    atExit: () => () => undefined,
    stopped: new Promise<number>(() => undefined)
  })
  const code = await run(args, host, say)
  return { code, stdout, stderr, lines: stdout.trim().split('\n') }
}

/** A folder of one test's own. */
export function folder(): { path: (name: string) => string; remove: () => void } {
  const dir = mkdtempSync(join(tmpdir(), 'parley-cli-'))
  return { path: (name) => join(dir, name), remove: () => rmSync(dir, { recursive: true, force: true }) }
}

export interface EventLine {
  t: number
  dir: 'in' | 'out' | 'local'
  message?: { type?: string } & Record<string, unknown>
  event?: { kind: string } & Record<string, unknown>
}

/** Every line of an `--events` file; throws when one is not whole JSON. */
export function eventLines(path: string): EventLine[] {
  const text = readFileSync(path, 'utf8')
  if (!text.endsWith('\n')) throw new Error('the last line was cut')
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as EventLine)
}

/** One message the scripted service got, with the time (ms) it came. */
export interface Got {
  atMs: number
  type: string
  message: Record<string, unknown>
}

/** One connection to the scripted service. */
export interface Peer {
  socket: WebSocket
  headers: IncomingHttpHeaders
  got: Got[]
  audioBytes: number
  say(message: Record<string, unknown>): void
  /** An answer as the service gives one: its text, its audio in one go, AgentAudioDone. */
  answer(text: string, ms: number): void
}

export type Script = (type: string, peer: Peer) => void

export interface Service {
  url: string
  peers: Peer[]
  close(): void
}

/** Samples of a 300 Hz tone, PCM16 at 24 kHz. */
export function tone(ms: number, sampleRateHz = 24_000): Int16Array {
  return Int16Array.from({ length: (ms * sampleRateHz) / 1000 }, (_, i) =>
    Math.round(8000 * Math.sin((2 * Math.PI * 300 * i) / sampleRateHz))
  )
}

export function toneWav(ms: number, sampleRateHz: number): Uint8Array {
  return encodeWav(tone(ms, sampleRateHz), sampleRateHz)
}

/**
 * A voice-agent service that does what `on` says for each message (`open` and `audio` included); by itself it only sends
 * Welcome and, unless `settings` is 'by-test', SettingsApplied.
 */
export async function service(on: Script, settings: 'applied' | 'by-test' = 'applied'): Promise<Service> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  await new Promise((resolve) => server.once('listening', resolve))
  const peers: Peer[] = []
  server.on('connection', (socket, request) => {
    const say = (message: Record<string, unknown>) => socket.send(JSON.stringify(message))
    const peer: Peer = {
      socket,
      headers: request.headers,
      got: [],
      audioBytes: 0,
      say,
      answer(text, ms) {
        say({ type: 'ConversationText', role: 'assistant', content: text })
        const samples = tone(ms)
        socket.send(new Uint8Array(samples.buffer))
        say({ type: 'AgentAudioDone' })
      }
    }
    peers.push(peer)
    socket.on('error', () => undefined)
    socket.on('message', (data, isBinary) => receive(peer, data as Buffer, isBinary, on, settings))
    on('open', peer)
    say({ type: 'Welcome', request_id: '0f4c1d5e-0000-4000-8000-00000000abcd' })
  })
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    peers,
    close() {
      for (const client of server.clients) client.terminate()
      server.close()
    }
  }
}

function receive(peer: Peer, data: Buffer, isBinary: boolean, on: Script, settings: 'applied' | 'by-test'): void {
  if (isBinary) {
    peer.audioBytes += data.byteLength
    on('audio', peer)
    return
  }
  const message = JSON.parse(data.toString()) as Record<string, unknown>
  const type = String(message['type'])
  peer.got.push({ atMs: performance.now(), type, message })
  if (type === 'Settings' && settings === 'applied') peer.say({ type: 'SettingsApplied' })
  on(type, peer)
}

/** A server that refuses every upgrade with `status`. */
export async function refusing(status: number): Promise<Service> {
  const server = createServer()
  server.on('upgrade', (_request, socket) => socket.end(`HTTP/1.1 ${status} No\r\nconnection: close\r\n\r\n`))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    peers: [],
    close: () => server.close()
  }
}
