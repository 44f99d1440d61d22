import type { Clock, Random } from '../../ports.ts'
import {
  afterLoss,
  decide,
  firstTries,
  renewed,
  restarted,
  SLEEP_LIMIT_MS,
  slept,
  type Failure,
  type Life,
  type Tries
} from './policy.ts'

/** Attempts that a person asks for by talking come no faster than this. */
const ASKED_GAP_MS = 1_000

/** Nobody has to speak twice; an open microphone in a loud room must not become a storm. */
const SPOKEN_GAP_MS = 5_000

export interface RetryingPorts {
  clock: Clock
  random: Random
  /** Makes the next attempt; there is none under way. */
  onDue(): void
  /** The wait that the service asked for is over, and the attempt still waits. */
  onMayHurry(): void
}

/** The wait before an attempt. `notBeforeMs`: the service's own wish, which nothing shortens. */
interface Waiting {
  dueMs: number
  notBeforeMs: number
  cancel: () => void
}

/** Decides when the next connection is tried, over the whole life of a session. One attempt at a time. */
export class Retrying {
  readonly #ports: RetryingPorts
  #tries: Tries
  #everLive = false
  #waiting: Waiting | undefined
  #triedMs = -Infinity

  constructor(ports: RetryingPorts) {
    this.#ports = ports
    this.#tries = firstTries(ports.clock.nowMs())
  }

  /** The session has been live once. */
  get everLive(): boolean {
    return this.#everLive
  }

  /** Number of the attempt that is waited for or under way, from 1. */
  get attempt(): number {
    return Math.max(1, this.#tries.attempts)
  }

  /** Whole milliseconds until the next attempt; null while none is waited for. */
  get inMs(): number | null {
    return this.#waiting === undefined ? null : Math.max(0, Math.ceil(this.#waiting.dueMs - this.#ports.clock.nowMs()))
  }

  /** The service has asked for a wait that is not over. */
  get hasToWait(): boolean {
    return this.#waiting !== undefined && this.#ports.clock.nowMs() < this.#waiting.notBeforeMs
  }

  live(): void {
    this.#everLive = true
  }

  /** A connection failed or was lost; the next attempt is planned unless it is over. */
  lost(failure: Failure, life: Life): 'waiting' | 'final' | 'quick-failures' {
    const nowMs = this.#ports.clock.nowMs()
    const tries = afterLoss(this.#tries, life, nowMs)
    const verdict = decide(failure, tries, this.#everLive, nowMs, this.#ports.random)
    if (verdict.kind === 'stop') return verdict.why
    this.#tries = verdict.tries
    this.#wait(nowMs + verdict.delayMs, verdict.notBeforeMs)
    return 'waiting'
  }

  /** Parley itself gives the connection up for another one, which is made at once. */
  again(life: Life): 'waiting' {
    const nowMs = this.#ports.clock.nowMs()
    this.#tries = renewed(this.#tries, life, nowMs)
    this.#wait(nowMs, nowMs)
    return 'waiting'
  }

  /** The machine goes to sleep. `life`: of the attempt that was closed for it; undefined while none was under way. */
  sleep(life: Life | undefined): void {
    const nowMs = this.#ports.clock.nowMs()
    const notBeforeMs = this.#waiting?.notBeforeMs ?? nowMs
    this.#tries = slept(this.#tries, life, nowMs)
    this.#wait(Math.max(nowMs + SLEEP_LIMIT_MS, notBeforeMs), notBeforeMs)
  }

  /** The network is back, or the person pressed, typed or asked: the back-off begins anew. True if the wait became shorter and still is one. */
  now(): boolean {
    this.#tries = restarted(this.#tries, this.#ports.clock.nowMs())
    return this.#hurry(ASKED_GAP_MS)
  }

  /** The user speaks into an open microphone. */
  spoken(): boolean {
    return this.#hurry(SPOKEN_GAP_MS)
  }

  /** Another attempt takes the place of one that got nowhere. */
  replaced(): void {
    this.#tries = { ...this.#tries, attempts: this.#tries.attempts + 1 }
    this.#triedMs = this.#ports.clock.nowMs()
  }

  close(): void {
    this.#waiting?.cancel()
    this.#waiting = undefined
  }

  /** True if the wait became shorter; an attempt that is due is made before this returns. */
  #hurry(gapMs: number): boolean {
    const waiting = this.#waiting
    if (waiting === undefined) return false
    const dueMs = Math.max(this.#ports.clock.nowMs(), waiting.notBeforeMs, this.#triedMs + gapMs)
    if (dueMs >= waiting.dueMs) return false
    if (dueMs > this.#ports.clock.nowMs()) {
      this.#wait(dueMs, waiting.notBeforeMs)
      return true
    }
    this.close()
    this.#due()
    return false
  }

  #wait(dueMs: number, notBeforeMs: number): void {
    this.close()
    const { clock } = this.#ports
    const nowMs = clock.nowMs()
    const cancelDue = clock.after(Math.max(0, dueMs - nowMs), () => this.#due())
    const asked = notBeforeMs > nowMs && notBeforeMs < dueMs
    const cancelAsked = asked ? clock.after(notBeforeMs - nowMs, () => this.#ports.onMayHurry()) : undefined
    const cancel = (): void => {
      cancelDue()
      cancelAsked?.()
    }
    this.#waiting = { dueMs, notBeforeMs, cancel }
  }

  #due(): void {
    this.#waiting = undefined
    this.#triedMs = this.#ports.clock.nowMs()
    this.#ports.onDue()
  }
}
