import type { Dialect, Reader, ServiceEvent } from '../dialects/dialect.ts'
import type { Clock, Transport, TransportHandlers, TransportSocket } from '../ports.ts'
import { ProfileError } from '../profiles/profile-error.ts'
import type { Access } from './access.ts'
import { GrantError } from './credential.ts'
import { CLOSE_NORMAL, EndError, type Place } from './end-reasons.ts'
import {
  accessFailure,
  closeFailure,
  grantFailure,
  lostFailure,
  serviceFailure,
  timeoutFailure,
  transportFailure
} from './reconnect/failure.ts'
import { Liveness } from './reconnect/liveness.ts'
import type { Failure, Life } from './reconnect/policy.ts'

/** Longest wait for the upgrade (deepgram.md section 7.1). */
export const HANDSHAKE_TIMEOUT_MS = 10_000

/** Longest wait for Welcome once the socket is open (rule S2). */
export const WELCOME_TIMEOUT_MS = 5_000

/** Longest wait for SettingsApplied; the service finishes audio it already has first (rule S6). */
export const APPLIED_TIMEOUT_MS = 15_000

/** How far an attempt is. */
export type Step = 'connecting' | 'handshaking' | 'configuring' | 'live'

export interface AttemptPorts {
  clock: Clock
  transport: Transport
  dialect: Dialect
  /** Address and credentials, resolved anew for each attempt. */
  access(): Promise<Access>
  /** `host` as dialled last, for what to say of a failure. */
  place(): Place
  /** Before anything is dialled. */
  onAccess(access: Access): void
  /** A step other than the first was reached. */
  onStep(step: Exclude<Step, 'connecting'>): void
  /** The first message, made in the task that handles Welcome. */
  opening(): string
  /** A text frame; its JSON, or undefined where it is none. */
  readText(text: string): { json: unknown } | undefined
  /** All that a live service tells, and warnings at any time. */
  onEvent(event: ServiceEvent): void
  /** A binary frame of a live service. */
  onBinary(bytes: Uint8Array): void
  onFrame(bytes: number): void
  /** Bytes on the wire of one millisecond of the user's audio. */
  bytesPerMs: number
  owedSinceMs(): number | undefined
  /** Called once, unless the attempt was closed before. */
  onOver(failure: Failure): void
  /** A mistake of ours. */
  onFault(cause: unknown): void
}

type State =
  | { step: 'connecting'; socket?: TransportSocket; cancel?: () => void }
  | { step: 'handshaking' | 'configuring'; socket: TransportSocket; cancel: () => void }
  | { step: 'live'; socket: TransportSocket; liveness: Liveness }
  | { step: 'over' }

/** One socket, from its credentials to its end. What comes from it after that changes nothing. */
export class Attempt {
  readonly startedMs: number
  readonly #ports: AttemptPorts
  readonly #reader: Reader
  #state: State = { step: 'connecting' }
  #openedMs: number | undefined
  #liveMs: number | undefined

  constructor(ports: AttemptPorts) {
    this.#ports = ports
    this.#reader = ports.dialect.newReader()
    this.startedMs = ports.clock.nowMs()
  }

  get step(): Step | 'over' {
    return this.#state.step
  }

  get life(): Life {
    return { openedMs: this.#openedMs, liveMs: this.#liveMs }
  }

  /** The socket holds more than 250 ms of audio that it has not sent. */
  get congested(): boolean {
    return this.#state.step === 'live' && this.#state.liveness.congested
  }

  async dial(): Promise<void> {
    const { clock, transport } = this.#ports
    try {
      const access = await this.#ports.access()
      if (this.#state.step === 'over') return
      this.#ports.onAccess(access)
      const state = this.#state
      // A listener may have ended the session.
      if (state.step !== 'connecting') return
      state.cancel = clock.after(HANDSHAKE_TIMEOUT_MS + 1_000, () =>
        this.#timedOut('The service did not answer the connection in time.')
      )
      const request = { url: access.url, headers: access.headers, handshakeTimeoutMs: HANDSHAKE_TIMEOUT_MS }
      const socket = transport.open(request, this.#handlers())
      if (this.#state === state) state.socket = socket
      else socket.close(CLOSE_NORMAL, '')
    } catch (cause) {
      this.#undialled(cause)
    }
  }

  /** One text frame; only a live service gets any, and for no other it is written. */
  sendText(write: () => string): void {
    if (this.#state.step === 'live') this.#state.socket.sendText(write())
  }

  /** One binary frame; only a live service gets any. */
  sendBinary(bytes: Uint8Array): void {
    if (this.#state.step !== 'live') return
    this.#state.liveness.audio()
    this.#state.socket.sendBinary(bytes)
  }

  /** Finds out whether the connection still works, after a sleep or a change of the network. */
  probe(): void {
    if (this.#state.step === 'live') this.#state.liveness.probe()
  }

  /** Ends it without a word; idempotent. */
  close(): void {
    this.#leave()?.close(CLOSE_NORMAL, '')
  }

  /** The socket that is left, if there was one. */
  #leave(): TransportSocket | undefined {
    const state = this.#state
    if (state.step === 'over') return undefined
    this.#state = { step: 'over' }
    if ('liveness' in state) state.liveness.close()
    else state.cancel?.()
    return state.socket
  }

  #over(failure: Failure): void {
    if (this.#state.step === 'over') return
    this.close()
    this.#ports.onOver(failure)
  }

  /** Nobody answers a close handshake on a dead connection, so there is none. */
  #dead(why: 'silent' | 'stalled'): void {
    if (this.#state.step === 'over') return
    this.#leave()?.terminate()
    this.#ports.onOver(lostFailure(why))
  }

  #timedOut(what: string): void {
    this.#over(timeoutFailure(what, this.#ports.place()))
  }

  #undialled(cause: unknown): void {
    if (this.#state.step === 'over') return
    if (cause instanceof EndError) this.#over(accessFailure(cause.reason))
    else if (cause instanceof ProfileError) {
      this.#over(accessFailure({ code: 'invalid-profile', message: cause.message }))
    } else if (cause instanceof GrantError) this.#over(grantFailure(cause.failure, this.#ports.place()))
    else this.#ports.onFault(cause)
  }

  /** A fault in a handler ends the session instead of the process. */
  #handlers(): TransportHandlers {
    const guard =
      <Args extends unknown[]>(run: (...args: Args) => void) =>
      (...args: Args): void => {
        if (this.#state.step === 'over') return
        try {
          run(...args)
        } catch (cause) {
          this.#ports.onFault(cause)
        }
      }
    return {
      onOpen: guard(() => this.#opened()),
      onText: guard((text) => this.#text(text)),
      onBinary: guard((bytes) => this.#binary(bytes)),
      onPong: guard(() => {
        if (this.#state.step === 'live') this.#state.liveness.pong()
      }),
      onClose: guard((code, text) => this.#over(closeFailure(code, text))),
      onFailure: guard((failure) =>
        this.#over(transportFailure(failure, this.#ports.place(), this.#openedMs !== undefined))
      )
    }
  }

  #opened(): void {
    const { clock } = this.#ports
    const state = this.#state
    if (state.step !== 'connecting' || state.socket === undefined) return
    state.cancel?.()
    this.#openedMs = clock.nowMs()
    const cancel = clock.after(WELCOME_TIMEOUT_MS, () => this.#timedOut('The service did not say Welcome in time.'))
    this.#state = { step: 'handshaking', socket: state.socket, cancel }
    this.#ports.onStep('handshaking')
  }

  #text(text: string): void {
    if (this.#state.step === 'live') this.#state.liveness.heard()
    const read = this.#ports.readText(text)
    // A listener may have ended the session.
    if (read === undefined) return
    for (const event of this.#reader(read.json)) if (this.step !== 'over') this.#event(event)
  }

  #event(event: ServiceEvent): void {
    if (event.kind === 'welcome') this.#welcomed()
    else if (event.kind === 'settings-applied') this.#applied()
    else if (event.kind === 'error') this.#over(serviceFailure(event, this.#state.step === 'configuring'))
    else if (event.kind === 'warning' || this.#state.step === 'live') this.#ports.onEvent(event)
  }

  /** Settings go out in this very task, once per socket. */
  #welcomed(): void {
    const state = this.#state
    if (state.step !== 'handshaking') return
    state.cancel()
    const cancel = this.#ports.clock.after(APPLIED_TIMEOUT_MS, () =>
      this.#timedOut('The service did not accept the settings in time.')
    )
    this.#state = { step: 'configuring', socket: state.socket, cancel }
    this.#ports.onStep('configuring')
    if (this.step === 'configuring') state.socket.sendText(this.#ports.opening())
  }

  #applied(): void {
    const { clock, bytesPerMs } = this.#ports
    const state = this.#state
    if (state.step !== 'configuring') return
    state.cancel()
    this.#liveMs = clock.nowMs()
    const liveness = new Liveness({
      clock,
      bytesPerMs,
      socket: state.socket,
      owedSinceMs: () => this.#ports.owedSinceMs(),
      onDead: (why) => this.#dead(why)
    })
    this.#state = { step: 'live', socket: state.socket, liveness }
    this.#ports.onStep('live')
  }

  #binary(bytes: Uint8Array): void {
    this.#ports.onFrame(bytes.byteLength)
    if (this.#state.step !== 'live') return
    this.#state.liveness.heard()
    this.#state.liveness.audio()
    this.#ports.onBinary(bytes)
  }
}
