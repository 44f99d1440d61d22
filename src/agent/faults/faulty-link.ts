import type { RawData, WebSocket } from 'ws'
import type { Clock } from '../../shared/runtime.ts'
import type { Link } from '../link.ts'
import type { ConnectionFault, Point } from './fault.ts'
import { garbageFrame } from './garbage.ts'
import { bytesOf, isStageFault, type Outgoing, Stage } from './stages.ts'

/** Napster's audio is text, by these names. */
const NAPSTER_AUDIO = { in: 'send_audio', out: 'audio_received' }

/** A fault that waits for its point. `claim`: may it happen to this connection; asked once, when it would. */
export interface Armed {
  readonly effect: ConnectionFault
  claim(): boolean
}

/** What came to pass on a connection, against which points are held. */
type Passed = { readonly kind: 'message' | 'text' | 'audio'; readonly count: number; readonly type: string }

type Flow =
  | { kind: 'flowing' }
  /** Nothing goes in or out; `held` is what the agent sent meanwhile, `closing` that it wants to close then. */
  | { kind: 'stalled'; held: Outgoing[]; closing: boolean; cancelEnd: () => void }

/** One socket on which faults happen. What is held back counts as unread by the client, so the agent's bounds hold. */
export class FaultyLink implements Link {
  private readonly socket: WebSocket
  private readonly link: Link
  private readonly clock: Clock
  private waiting: Armed[]
  private readonly stages: Stage[] = []
  private readonly stageOf = new Map<ConnectionFault, Stage>()
  private readonly cancels: (() => void)[] = []
  private readonly counts = { message: 0, text: 0, audio: 0 }
  private flow: Flow = { kind: 'flowing' }
  private pongs = true
  private paused = false
  private ended = false

  constructor(socket: WebSocket, link: Link, faults: readonly Armed[], clock: Clock) {
    this.socket = socket
    this.link = link
    this.clock = clock
    this.waiting = [...faults]
    for (const { effect } of faults.toReversed()) this.addStage(effect)
    socket.on('message', (data, isBinary) => {
      if (isBinary) return
      const type = typeOf(textOf(data))
      // Audio counts as audio here too: a message is what a client has to say.
      if (type !== NAPSTER_AUDIO.in) this.pass({ kind: 'message', count: ++this.counts.message, type })
    })
    socket.on('ping', (data) => {
      if (this.pongs) socket.pong(data)
    })
    socket.on('close', () => {
      this.stop()
    })
    this.reach(({ kind }) => kind === 'open')
    for (const armed of this.waiting) this.schedule(armed)
  }

  sendText(text: string): void {
    const type = typeOf(text)
    this.enter({ kind: type === NAPSTER_AUDIO.out ? 'audio-text' : 'text', text, type, fragmentBytes: null })
  }

  sendBinary(bytes: Uint8Array): void {
    this.enter({ kind: 'audio', bytes })
  }

  /** What is held back goes first. */
  close(): void {
    for (const stage of this.stages) stage.flush()
    if (this.flow.kind === 'stalled') this.flow.closing = true
    else this.link.close()
  }

  terminate(): void {
    this.stop()
    this.link.terminate()
  }

  pause(): void {
    this.paused = true
    this.link.pause()
  }

  resume(): void {
    this.paused = false
    if (this.flow.kind === 'flowing') this.link.resume()
  }

  get bufferedBytes(): number {
    const stalled = this.flow.kind === 'stalled' ? this.flow.held : []
    return (
      this.link.bufferedBytes +
      this.stages.reduce((sum, stage) => sum + stage.heldBytes, 0) +
      stalled.reduce((sum, message) => sum + bytesOf(message), 0)
    )
  }

  /** Stages are added from the last to the first: each sends on to the one behind it. */
  private addStage(effect: ConnectionFault): void {
    if (!isStageFault(effect)) return
    const [behind] = this.stages
    const stage = new Stage(effect, this.clock, (message) => {
      if (behind === undefined) this.leave(message)
      else behind.push(message)
    })
    this.stages.unshift(stage)
    this.stageOf.set(effect, stage)
  }

  private schedule(armed: Armed): void {
    const { at } = armed.effect
    if (at.kind !== 'after') return
    this.cancels.push(this.clock.after(at.ms, () => this.reach((point) => point === at)))
  }

  private enter(message: Outgoing): void {
    if (this.ended) return
    const [first] = this.stages
    if (first === undefined) this.leave(message)
    else first.push(message)
  }

  private leave(message: Outgoing): void {
    if (this.flow.kind === 'stalled') this.flow.held.push(message)
    else this.send(message)
  }

  private send(message: Outgoing): void {
    if (message.kind === 'audio') {
      this.link.sendBinary(message.bytes)
      this.pass({ kind: 'audio', count: ++this.counts.audio, type: '' })
      return
    }
    if (message.fragmentBytes === null) this.link.sendText(message.text)
    else this.sendFragments(Buffer.from(message.text), message.fragmentBytes)
    if (message.kind === 'audio-text') this.pass({ kind: 'audio', count: ++this.counts.audio, type: message.type })
    else this.pass({ kind: 'text', count: ++this.counts.text, type: message.type })
  }

  private sendFragments(bytes: Buffer, fragmentBytes: number): void {
    for (let at = 0; at < bytes.length && this.isOpen; at += fragmentBytes) {
      const fin = at + fragmentBytes >= bytes.length
      this.socket.send(bytes.subarray(at, at + fragmentBytes), { binary: false, fin })
    }
  }

  private get isOpen(): boolean {
    return this.socket.readyState === this.socket.OPEN
  }

  private pass(passed: Passed): void {
    if (this.waiting.length > 0) this.reach((point) => isAt(point, passed))
  }

  private reach(isReached: (point: Point) => boolean): void {
    const reached = this.waiting.filter(({ effect }) => isReached(effect.at))
    if (reached.length === 0) return
    this.waiting = this.waiting.filter((armed) => !reached.includes(armed))
    for (const armed of reached) if (armed.claim()) this.act(armed.effect)
  }

  private act(effect: ConnectionFault): void {
    switch (effect.kind) {
      case 'close':
        this.stop()
        if (this.socket.isPaused) this.socket.resume()
        this.socket.close(...(effect.code === null ? [] : [effect.code]))
        return
      case 'drop':
        this.terminate()
        return
      case 'stall':
        this.stall(effect.ms)
        return
      case 'no-pong':
        this.pongs = false
        return
      case 'garbage':
        if (this.isOpen) this.socket.send(...garbageFrame(effect))
        return
      default: {
        const stage = this.stageOf.get(effect)
        if (stage !== undefined) stage.active = true
      }
    }
  }

  private stall(ms: number): void {
    if (this.flow.kind === 'stalled') this.flow.cancelEnd()
    const held = this.flow.kind === 'stalled' ? this.flow.held : []
    const closing = this.flow.kind === 'stalled' && this.flow.closing
    const cancelEnd = ms === Infinity ? () => undefined : this.clock.after(ms, () => this.flowOn())
    this.flow = { kind: 'stalled', held, closing, cancelEnd }
    if (this.isOpen) this.socket.pause()
  }

  private flowOn(): void {
    if (this.flow.kind === 'flowing') return
    const { held, closing } = this.flow
    this.flow = { kind: 'flowing' }
    if (!this.paused) this.link.resume()
    for (const message of held) this.leave(message)
    if (closing) this.close()
  }

  /** No timer is left, nothing more happens, and nothing more is sent. */
  private stop(): void {
    this.ended = true
    for (const cancel of this.cancels.splice(0)) cancel()
    for (const stage of this.stages) stage.stop()
    if (this.flow.kind === 'stalled') this.flow.cancelEnd()
    this.waiting = []
  }
}

function isAt(point: Point, passed: Passed): boolean {
  if (point.kind === 'type') return passed.type === point.type
  return point.kind === passed.kind && 'count' in point && point.count === passed.count
}

/** `ws` gives a message in one Buffer unless it is told otherwise. */
function textOf(data: RawData): string {
  return Buffer.isBuffer(data) ? data.toString('utf8') : ''
}

/** The `type`, or Napster `event`, of a message; '' of what has none. */
function typeOf(text: string): string {
  try {
    const message: unknown = JSON.parse(text)
    if (typeof message !== 'object' || message === null) return ''
    const type = 'type' in message ? message.type : 'event' in message ? message.event : ''
    return typeof type === 'string' ? type : ''
  } catch {
    // What is not JSON has no type.
    return ''
  }
}
