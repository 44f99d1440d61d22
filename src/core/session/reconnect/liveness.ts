import type { Clock, TransportSocket } from '../../ports.ts'

/** Pings while audio flows, and while none does (design.md section 5). */
export const PING_FLOWING_MS = 1_000
export const PING_IDLE_MS = 4_000

/** A socket that has answered a pong is dead after so long with neither pong nor data. */
export const DEAD_FLOWING_MS = 2_500
export const DEAD_IDLE_MS = 9_000

/** A socket that never answered a pong is dead when an answer is owed and nothing at all came for so long. */
export const DEAD_OWING_MS = 20_000

/** Unsent audio above the high mark for so long means that the connection does not move. */
export const STALLED_MS = 2_000
export const HIGH_MARK_MS = 250
export const LOW_MARK_MS = 100

/** Audio flows until this long after the last of it, so that a reply that broke off is noticed as fast as speech. */
const FLOW_HOLD_MS = 3_000

/** A timer later than this says that the process was held up, and what was received meanwhile has not been read yet. */
const LATE_MS = 500

/** So long have answers that the kernel holds to be read after that. */
const LATE_GRACE_MS = 1_000

export interface LivenessPorts {
  clock: Clock
  socket: Pick<TransportSocket, 'ping' | 'bufferedBytes'>
  /** Bytes on the wire of one millisecond of the user's audio. */
  bytesPerMs: number
  /** Since when the service owes an answer; undefined while it does not. */
  owedSinceMs(): number | undefined
  /** So long may a service say nothing that owes an answer, although it answers pings; undefined: as long as it takes. */
  silentMs?: number | undefined
  /** Called once. `silent`: nothing comes any more; `stalled`: nothing goes out any more. */
  onDead(why: 'silent' | 'stalled'): void
}

/** Finds a connection that is broken although nobody closed it (reliability-perf.md B3). */
export class Liveness {
  readonly #ports: LivenessPorts
  #heardMs: number
  /** When the last message came; a pong is none. */
  #toldMs: number
  #pingMs: number
  #audioMs = -Infinity
  /** When the present rhythm began; silence before it was judged by another. */
  #rhythmMs: number
  #flowing = false
  #ponged = false
  #aboveMs: number | undefined
  #congested = false
  #dueMs = 0
  #cancel: (() => void) | undefined

  constructor(ports: LivenessPorts) {
    this.#ports = ports
    const nowMs = ports.clock.nowMs()
    this.#heardMs = nowMs
    this.#toldMs = nowMs
    this.#rhythmMs = nowMs
    this.#pingMs = nowMs
    ports.socket.ping()
    this.#cancel = () => {}
    this.#arm(nowMs)
  }

  /** Any frame came. */
  heard(): void {
    this.#heardMs = this.#ports.clock.nowMs()
    this.#toldMs = this.#heardMs
  }

  pong(): void {
    this.#ponged = true
    this.#heardMs = this.#ports.clock.nowMs()
  }

  /** Audio went out or came in. Cheap enough for every block. */
  audio(): void {
    const nowMs = this.#ports.clock.nowMs()
    this.#audioMs = nowMs
    if (this.#flowing || this.#cancel === undefined) return
    this.#flowing = true
    this.#rhythmMs = nowMs
    if (nowMs - this.#pingMs >= PING_FLOWING_MS) this.#ping(nowMs)
    this.#arm(nowMs)
  }

  /** The socket holds more than it should: what is not sent yet is better dropped. Asked before every block. */
  get congested(): boolean {
    this.#measure(this.#ports.clock.nowMs())
    return this.#congested
  }

  /** Asks at once, after a sleep or a change of the network; without an answer the socket is dead as fast as while audio flows. */
  probe(): void {
    if (this.#cancel === undefined) return
    const nowMs = this.#ports.clock.nowMs()
    this.#audioMs = nowMs
    this.#flowing = true
    this.#rhythmMs = nowMs
    this.#ping(nowMs)
    this.#arm(nowMs)
  }

  close(): void {
    this.#cancel?.()
    this.#cancel = undefined
  }

  #measure(nowMs: number): void {
    const { socket, bytesPerMs } = this.#ports
    const { bufferedBytes } = socket
    const above = bufferedBytes > HIGH_MARK_MS * bytesPerMs
    if (above) this.#congested = true
    else if (bufferedBytes <= LOW_MARK_MS * bytesPerMs) this.#congested = false
    if (!above) this.#aboveMs = undefined
    else if (this.#aboveMs === undefined) {
      this.#aboveMs = nowMs
      this.#arm(nowMs)
    }
  }

  #ping(nowMs: number): void {
    this.#pingMs = nowMs
    this.#ports.socket.ping()
  }

  #arm(nowMs: number): void {
    if (this.#cancel === undefined) return
    this.#cancel()
    const pingMs = this.#pingMs + (this.#flowing ? PING_FLOWING_MS : PING_IDLE_MS)
    this.#dueMs = Math.max(nowMs, Math.min(pingMs, this.#deadMs(), this.#stalledMs()))
    this.#cancel = this.#ports.clock.after(this.#dueMs - nowMs, () => this.#check())
  }

  #deadMs(): number {
    const owedMs = this.#ports.owedSinceMs()
    if (!this.#ponged) return owedMs === undefined ? Infinity : Math.max(this.#heardMs, owedMs) + DEAD_OWING_MS
    const { silentMs } = this.#ports
    return Math.min(
      Math.max(this.#heardMs, this.#rhythmMs) + (this.#flowing ? DEAD_FLOWING_MS : DEAD_IDLE_MS),
      owedMs === undefined || silentMs === undefined ? Infinity : Math.max(this.#toldMs, owedMs) + silentMs
    )
  }

  #stalledMs(): number {
    return this.#aboveMs === undefined ? Infinity : this.#aboveMs + STALLED_MS
  }

  #check(): void {
    const nowMs = this.#ports.clock.nowMs()
    if (nowMs - this.#dueMs > LATE_MS) this.#wokeLate(nowMs)
    this.#measure(nowMs)
    if (this.#cancel === undefined) return
    if (nowMs >= this.#stalledMs()) return this.#die('stalled')
    if (nowMs >= this.#deadMs()) return this.#die('silent')
    if (this.#flowing && nowMs - this.#audioMs >= FLOW_HOLD_MS) this.#flowing = false
    if (nowMs - this.#pingMs >= (this.#flowing ? PING_FLOWING_MS : PING_IDLE_MS)) this.#ping(nowMs)
    this.#arm(nowMs)
  }

  #wokeLate(nowMs: number): void {
    const limitMs = this.#ponged ? (this.#flowing ? DEAD_FLOWING_MS : DEAD_IDLE_MS) : DEAD_OWING_MS
    this.#heardMs = Math.max(this.#heardMs, nowMs - limitMs + LATE_GRACE_MS)
    this.#toldMs = Math.max(this.#toldMs, nowMs - (this.#ports.silentMs ?? 0) + LATE_GRACE_MS)
    if (this.#aboveMs !== undefined) this.#aboveMs = Math.max(this.#aboveMs, nowMs - STALLED_MS + LATE_GRACE_MS)
    this.#ping(nowMs)
  }

  #die(why: 'silent' | 'stalled'): void {
    this.close()
    this.#ports.onDead(why)
  }
}
