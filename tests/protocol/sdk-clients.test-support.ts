import { DeepgramClient } from '@deepgram/sdk'
import { AgentEvents, createClient } from 'deepgram-sdk-v4'
import { keptLog } from '../../src/agent/rig.test-support.ts'
import { startAgent, type Agent } from '../../src/agent/server.ts'
import type { SpeechEngine } from '../../src/agent/speech/contract.ts'
import { systemClock } from '../../src/main/node/system-clock.ts'

const closers: (() => Promise<void> | void)[] = []
/** For `afterEach` of every file that uses them. */
export async function endClients(): Promise<void> {
  for (const close of closers.splice(0).toReversed()) await close()
}

/** An agent whose key is `k1`; it and its engine end with the test. */
export async function start(engine: SpeechEngine): Promise<Agent> {
  const agent = await startAgent({
    port: 0,
    key: 'k1',
    engine,
    transcriber: 'none',
    log: keptLog(),
    clock: systemClock
  })
  closers.push(
    () => engine.close(),
    () => agent.close()
  )
  return agent
}

interface Seen {
  type: string
  [field: string]: unknown
}

/** What a client heard, with a way to wait for it; audio is `{ type: 'audio', bytes }`. */
class Heard {
  readonly seen: Seen[] = []
  private readonly waiting = new Set<() => void>()

  add(message: Seen): void {
    this.seen.push(message)
    for (const check of Array.from(this.waiting)) check()
  }

  until(type: string, count = 1): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no ${type}; seen: ${JSON.stringify(this.seen)}`)), 20_000)
      const check = (): void => {
        if (this.of(type).length < count) return
        clearTimeout(timer)
        this.waiting.delete(check)
        resolve()
      }
      this.waiting.add(check)
      check()
    })
  }

  get types(): string[] {
    return this.seen.map(({ type }) => type)
  }

  of(type: string): Seen[] {
    return this.seen.filter((one) => one.type === type)
  }

  /** `role: content` of every ConversationText. */
  get texts(): string[] {
    return this.of('ConversationText').map((one) => `${String(one['role'])}: ${String(one['content'])}`)
  }
}

/** The client of version 5, with only the address changed. */
export async function dial5(agent: Agent, apiKey = 'k1') {
  const heard = new Heard()
  const errors: Error[] = []
  const client = new DeepgramClient({ apiKey, baseUrl: agent.url })
  const socket = await client.agent.v1.connect({ reconnectAttempts: 0 })
  closers.push(() => socket.close())
  socket.on('message', (message: unknown) =>
    heard.add(message instanceof Blob ? { type: 'audio', bytes: message.size } : (message as Seen))
  )
  socket.on('error', (error: Error) => errors.push(error))
  socket.connect()
  /** Settings as our own rig writes them, which the client's types know in part only. */
  const sendSettings = (settings: object) => socket.sendSettings(settings as Parameters<typeof socket.sendSettings>[0])
  return { socket, heard, errors, sendSettings }
}

/** The client of version 4, with only the address changed: it dials at once. */
export function dial4(agent: Agent) {
  const heard = new Heard()
  const client = createClient({ key: 'k1', agent: { websocket: { options: { url: agent.url } } } })
  const socket = client.agent()
  closers.push(() => socket.disconnect())
  for (const type of Object.values(AgentEvents)) {
    if (type === AgentEvents.Audio) socket.on(type, (data: Buffer) => heard.add({ type: 'audio', bytes: data.length }))
    else socket.on(type, (data?: object) => heard.add({ ...data, type: (data as Seen | undefined)?.type ?? type }))
  }
  /** It adds the type itself. */
  const configure = (settings: object) => {
    const { type: _type, ...options } = settings as Seen
    socket.configure(options as Seen & Parameters<typeof socket.configure>[0])
  }
  return { socket, heard, configure }
}
