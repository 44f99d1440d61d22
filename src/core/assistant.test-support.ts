import type { SessionEvent } from '../shared/events.ts'
import { decodeAudioFrame, type AudioDown, type AudioLink } from '../shared/ipc/audio-link.ts'
import type { Http, HttpRequest } from './ports.ts'
import type { AgentProfile } from '../shared/profile.ts'
import { Assistant } from './assistant.ts'
import type { AssistantDeps } from './assistant-deps.ts'
import {
  ManualClock,
  PROFILE,
  ScriptedTransport,
  memoryStore,
  secretStore,
  settle,
  silentLog
} from './testing.test-support.ts'

/** The renderer's end of an audio link, in memory. */
export class Worker implements AudioLink {
  /** Control messages and audio in the order they came. */
  readonly down: (AudioDown | { kind: 'audio'; reply: number; bytes: number })[] = []
  closed = false

  sendAudio(frame: Uint8Array): void {
    const { header, pcm } = decodeAudioFrame(frame)
    this.down.push({ kind: 'audio', reply: header, bytes: pcm.byteLength })
  }

  sendControl(message: AudioDown): void {
    this.down.push(message)
  }

  close(): void {
    this.closed = true
  }
}

/** An assistant with a scripted service, a manual clock and everything in memory. */
export class Rig {
  readonly clock = new ManualClock()
  readonly transport = new ScriptedTransport(this.clock)
  readonly store = memoryStore()
  readonly events: SessionEvent[] = []
  profileEvents = 0
  readonly assistant: Assistant

  constructor(
    profile: AgentProfile | undefined = PROFILE,
    deps: Partial<Pick<AssistantDeps, 'tools' | 'http' | 'secrets'>> = {}
  ) {
    this.assistant = new Assistant({
      transport: this.transport,
      clock: this.clock,
      dateMs: () => this.clock.nowMs(),
      random: () => 0.5,
      log: silentLog,
      secrets: secretStore({}),
      builtinAgent: { url: () => Promise.resolve('ws://127.0.0.1:1') },
      store: this.store,
      info: { version: '1', host: 'web', platform: 'test', connectAtStart: false },
      ...deps,
      ...(profile === undefined ? {} : { profile })
    })
    this.assistant.onEvent((name, payload) => {
      if (name === 'session:event') this.events.push(payload as SessionEvent)
      else this.profileEvents += 1
    })
  }

  get handlers() {
    return this.assistant.handlers
  }

  get socket() {
    const socket = this.transport.sockets.at(-1)
    if (socket === undefined) throw new Error('nothing was dialled')
    return socket
  }

  async connect(): Promise<void> {
    await this.handlers['session:connect'](undefined)
    await settle()
    this.socket.handlers.onOpen()
    this.socket.say({ type: 'Welcome', request_id: 'r' })
    this.socket.say({ type: 'SettingsApplied' })
  }

  plug(): { worker: Worker; up: ReturnType<Assistant['attachAudio']> } {
    const worker = new Worker()
    const up = this.assistant.attachAudio(worker)
    up.onControl({ kind: 'hello', version: 1 })
    return { worker, up }
  }

  async snapshot() {
    return this.handlers['session:snapshot'](undefined)
  }
}

/** Napster's REST interface as far as one session needs it; every request is written down. */
export function napsterRest(): Http & { requests: HttpRequest[] } {
  const requests: HttpRequest[] = []
  return {
    requests,
    request(request) {
      requests.push(request)
      if (request.method !== 'POST') return Promise.resolve({ kind: 'answered', status: 404, json: undefined })
      const url = 'https://companion-api.napster.com/ws?token=inner-token-1'
      const token = Buffer.from(JSON.stringify({ url, token: 'inner-token-1' })).toString('base64')
      const json = { token, connection: { id: `session-${requests.length}` } }
      return Promise.resolve({ kind: 'answered', status: 200, json })
    }
  }
}
