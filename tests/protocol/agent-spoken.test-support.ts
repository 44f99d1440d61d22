import { setTimeout as sleep } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { keptLog } from '../../src/agent/rig.test-support.ts'
import { startAgent, type Agent } from '../../src/agent/server.ts'
import type { SpeechEngine, SpeechEvent, SpeechRequest } from '../../src/agent/speech/contract.ts'
import { workerEngine } from '../../src/agent/speech/engine.ts'
import { systemClock } from '../../src/main/node/system-clock.ts'

/** An agent with its real speech engine, what was asked of that engine, and what it answered. */
export interface Spoken {
  agent: Agent
  requests: SpeechRequest[]
  events: SpeechEvent[]
  /** `performance.now()` of each of `events`. */
  eventTimesMs: number[]
  log: ReturnType<typeof keptLog>
  /** `text` spoken by a voice of the engine, the agent's own by default, at a rate; the agent's sessions do not notice. */
  say(text: string, sampleRateHz: number, voice?: string): Promise<Uint8Array>
  close(): Promise<void>
}

/** Far from the numbers the server gives to its clients. */
const FIRST_OWN_STREAM = 9000

export async function startSpoken(transcriber: string): Promise<Spoken> {
  const engine = workerEngine(new URL('../../src/agent/speech/worker.ts', import.meta.url))
  const requests: SpeechRequest[] = []
  const events: SpeechEvent[] = []
  const eventTimesMs: number[] = []
  const watched: SpeechEngine = {
    post: (request) => {
      requests.push(request)
      engine.post(request)
    },
    subscribe: (stream, listener) =>
      engine.subscribe(stream, (event) => {
        events.push(event)
        eventTimesMs.push(performance.now())
        listener(event)
      }),
    close: () => engine.close()
  }
  const log = keptLog()
  const agent = await startAgent({ port: 0, engine: watched, transcriber, log, clock: systemClock })
  let lastStream = FIRST_OWN_STREAM
  const say = (text: string, sampleRateHz: number, voice = 'flite-slt'): Promise<Uint8Array> => {
    lastStream += 1
    return spokenBy(engine, lastStream, { text, voice }, sampleRateHz)
  }
  const close = async (): Promise<void> => {
    await agent.close()
    await engine.close()
  }
  return { agent, requests, events, eventTimesMs, log, say, close }
}

function spokenBy(
  engine: SpeechEngine,
  stream: number,
  words: { text: string; voice: string },
  sampleRateHz: number
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = []
    const off = engine.subscribe(stream, (event) => {
      if (event.kind === 'speech') chunks.push(event.pcm)
      if (event.kind === 'failed' || event.kind === 'speech-failed') reject(new Error(event.message))
      if (event.kind !== 'speech' || !event.last) return
      engine.post({ kind: 'close', stream })
      off()
      resolve(Buffer.concat(chunks))
    })
    const rates = { inputSampleRateHz: sampleRateHz, outputSampleRateHz: sampleRateHz }
    engine.post({ kind: 'open', stream, ...rates, transcriber: 'none' })
    engine.post({ kind: 'speak', stream, utterance: 1, ...words })
  })
}

/** One frame from the agent, with the time it came. */
export type Got = { atMs: number } & ({ message: Record<string, unknown> & { type: string } } | { pcm: Buffer })

const KEEP_ALIVE_MS = 4000

/** A plain WebSocket client that sends what it is told and KeepAlive, and keeps what it gets. The agent's end closes it. */
export class Client {
  readonly got: Got[] = []
  readonly socket: WebSocket
  private readonly waiting = new Set<() => void>()

  private constructor(socket: WebSocket) {
    this.socket = socket
    socket.on('message', (data: Buffer, isBinary: boolean) => {
      const atMs = performance.now()
      this.got.push(isBinary ? { atMs, pcm: data } : { atMs, message: JSON.parse(data.toString('utf8')) as never })
      for (const check of Array.from(this.waiting)) check()
    })
    const keepAlive = setInterval(() => {
      if (socket.readyState === socket.OPEN) this.send({ type: 'KeepAlive' })
    }, KEEP_ALIVE_MS)
    socket.on('close', () => clearInterval(keepAlive))
    socket.on('error', () => undefined)
  }

  /** Connects and, unless `settings` is null, sends them and waits until they are applied. */
  static async dial(agent: Agent, settings: object | null): Promise<Client> {
    const client = new Client(new WebSocket(`${agent.url}/v1/agent/converse`))
    await client.until(() => client.count('Welcome') === 1, 'Welcome')
    if (settings === null) return client
    client.send(settings)
    await client.until(() => client.count('SettingsApplied') === 1, 'SettingsApplied')
    return client
  }

  send(message: object): void {
    this.socket.send(JSON.stringify(message))
  }

  /** 20 ms frames; `paced` at the speed of a microphone, else at once. */
  async hear(pcm: Uint8Array, sampleRateHz: number, { paced = false } = {}): Promise<void> {
    const blockBytes = (sampleRateHz / 50) * 2
    const startedAt = performance.now()
    for (let at = 0; at < pcm.length; at += blockBytes) {
      if (paced) await sleep(Math.max(0, startedAt + (at / blockBytes) * 20 - performance.now()))
      this.socket.send(pcm.subarray(at, at + blockBytes))
    }
  }

  until(wanted: () => boolean, what: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const done = (): void => {
        clearTimeout(timer)
        this.waiting.delete(check)
      }
      const timer = setTimeout(() => {
        done()
        reject(new Error(`${what} did not come; got ${JSON.stringify(this.trace)}`))
      }, 30_000)
      const check = (): void => {
        if (!wanted()) return
        done()
        resolve()
      }
      this.waiting.add(check)
      check()
    })
  }

  count(type: string): number {
    return this.got.filter((one) => 'message' in one && one.message.type === type).length
  }

  /** Index in `got` of the first message of a type from `from` on, -1 for none. */
  indexOf(type: string, from = 0): number {
    return this.got.findIndex((one, i) => i >= from && 'message' in one && one.message.type === type)
  }

  texts(role: 'user' | 'assistant'): string[] {
    return this.got.flatMap((one) =>
      'message' in one && one.message.type === 'ConversationText' && one.message['role'] === role
        ? [String(one.message['content'])]
        : []
    )
  }

  /** Types in order but for latency reports; runs of audio as one `audio`. */
  get trace(): string[] {
    const trace: string[] = []
    for (const one of this.got) {
      if ('message' in one && one.message.type === 'LatencyReport') continue
      const label = 'pcm' in one ? 'audio' : labelOf(one.message)
      if (label !== 'audio' || trace.at(-1) !== 'audio') trace.push(label)
    }
    return trace
  }

  /** All audio among `got` from one index up to another. */
  audio(from = 0, to = Infinity): Buffer {
    return Buffer.concat(this.got.flatMap((one, i) => ('pcm' in one && i >= from && i < to ? [one.pcm] : [])))
  }
}

function labelOf(message: { type: string; role?: unknown }): string {
  return message.type === 'ConversationText' ? `text of ${String(message.role)}` : message.type
}

export function silence(sampleRateHz: number, seconds: number): Uint8Array {
  return new Uint8Array(Math.round(sampleRateHz * seconds) * 2)
}

const COMPARED_RATE_HZ = 8000

/** More than the prefix before a turn's onset. */
const LARGEST_SHIFT = 0.4 * COMPARED_RATE_HZ

/** Highest normalised correlation of two recordings at any shift up to 400 ms, both brought to 8 kHz. */
export function correlation(
  one: { pcm: Uint8Array; sampleRateHz: number },
  other: { pcm: Uint8Array; sampleRateHz: number }
): number {
  const a = averaged(one.pcm, one.sampleRateHz)
  const b = averaged(other.pcm, other.sampleRateHz)
  const scale = Math.sqrt(energy(a) * energy(b))
  let best = 0
  for (let shift = -LARGEST_SHIFT; shift <= LARGEST_SHIFT; shift += 1) {
    let sum = 0
    const end = Math.min(a.length, b.length - shift)
    for (let i = Math.max(0, -shift); i < end; i += 1) sum += (a[i] as number) * (b[i + shift] as number)
    best = Math.max(best, sum / scale)
  }
  return best
}

function energy(samples: Float64Array): number {
  return samples.reduce((sum, value) => sum + value * value, 0)
}

function averaged(pcm: Uint8Array, sampleRateHz: number): Float64Array {
  const view = new DataView(pcm.buffer, pcm.byteOffset, pcm.byteLength)
  const step = sampleRateHz / COMPARED_RATE_HZ
  return Float64Array.from({ length: Math.floor(pcm.byteLength / 2 / step) }, (_, i) => {
    const from = Math.floor(i * step)
    const to = Math.max(from + 1, Math.floor((i + 1) * step))
    let sum = 0
    for (let at = from; at < to; at += 1) sum += view.getInt16(at * 2, true)
    return sum / (to - from)
  })
}
