import type { Dialect, Reader, ServiceEvent } from '../dialects/dialect.ts'
import type { Clock, Transport, TransportHandlers, TransportSocket } from '../ports.ts'
import { ProfileError } from '../profiles/profile-error.ts'
import type { Access } from './access.ts'
import { AttemptError } from './attempt-error.ts'
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
  /** Before anything is sent, and again where the socket had to be asked for. */
  onAccess(access: Access): void
  /** A step other than the first was reached. */
  onStep(step: Exclude<Step, 'connecting'>): void
  /** The first message, made in the task that handles Welcome; undefined where there is none. */
  opening(): string | undefined
  /** A text frame, told to whoever looks on; what it means, nothing where it is no JSON. */
  readText(text: string, reader: Reader): readonly ServiceEvent[]
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
  readonly #ports: AttemptPorts
  readonly #reader: Reader
  #state: State = { step: 'connecting' }
  #dialledMs: number | undefined
  #openedMs: number | undefined
  #liveMs: number | undefined

  constructor(ports: AttemptPorts) {
    this.#ports = ports
    this.#reader = ports.dialect.newReader()
  }

  get step(): Step | 'over' {
    return this.#state.step
  }

  /** When the socket was dialled; undefined while its address is asked for, which has limits of its own. */
  get dialledMs(): number | undefined {
    return this.#dialledMs
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
      // A listener may have ended the session.
      const target = this.step === 'over' ? undefined : await this.#target(access)
      const state = this.#state
      if (target === undefined || state.step !== 'connecting') return
      this.#dialledMs = clock.nowMs()
      state.cancel = clock.after(HANDSHAKE_TIMEOUT_MS + 1_000, () =>
        this.#timedOut('The service did not answer the connection in time.')
      )
      const request = { url: target.url, headers: target.headers, handshakeTimeoutMs: HANDSHAKE_TIMEOUT_MS }
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

  /** One text frame that holds audio; only a live service gets any. */
  sendAudioText(text: string): void {
    if (this.#state.step !== 'live') return
    this.#state.liveness.audio()
    this.#state.socket.sendText(text)
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

  /** Where the socket is; undefined once nobody wants it. */
  async #target(access: Access): Promise<Access | undefined> {
    if (access.create === undefined) return access
    const created = await access.create(() => this.#state.step !== 'over')
    if (created !== undefined && this.#state.step !== 'over') this.#ports.onAccess(created)
    return created
  }

  #timedOut(what: string): void {
    this.#over(timeoutFailure(what, this.#ports.place()))
  }

  #undialled(cause: unknown): void {
    if (this.#state.step === 'over') return
    if (cause instanceof AttemptError) this.#over(cause.failure)
    else if (cause instanceof EndError) this.#over(accessFailure(cause.reason))
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
      onClose: guard((code, text) => this.#over(closeFailure(code, text, this.#ports.place().service))),
      onFailure: guard((failure) =>
        this.#over(transportFailure(failure, this.#ports.place(), this.#openedMs !== undefined))
      )
    }
  }

  #opened(): void {
    const { clock, dialect } = this.#ports
    const state = this.#state
    if (state.step !== 'connecting' || state.socket === undefined) return
    state.cancel?.()
    this.#openedMs = clock.nowMs()
    const cancel = clock.after(dialect.handshake.welcomeMs, () =>
      this.#late(() => this.#welcomed(), 'The service did not say Welcome in time.')
    )
    this.#state = { step: 'handshaking', socket: state.socket, cancel }
    this.#ports.onStep('handshaking')
  }

  #text(text: string): void {
    if (this.#state.step === 'live') this.#state.liveness.heard()
    for (const event of this.#ports.readText(text, this.#reader)) {
      // A listener may have ended the session.
      if (this.step === 'over') return
      this.#event(event)
    }
  }

  #event(event: ServiceEvent): void {
    switch (event.kind) {
      case 'welcome':
        return this.#welcomed()
      case 'settings-applied':
        return this.#applied()
      case 'error': {
        const { service } = this.#ports.place()
        return this.#over(serviceFailure(event, this.#state.step === 'configuring', service))
      }
      case 'agent-audio':
        if (this.#state.step === 'live') this.#state.liveness.audio()
        return this.#told(event)
      case 'warning':
        return this.#ports.onEvent(event)
      case 'unknown':
        return
      default:
        return this.#told(event)
    }
  }

  /** Part of a conversation; what comes before the service is ready belongs to none. */
  #told(event: ServiceEvent): void {
    if (this.step === 'live') this.#ports.onEvent(event)
  }

  /** A sign of the handshake has not come. */
  #late(goOn: () => void, what: string): void {
    if (this.#ports.dialect.handshake.late === 'fail') return this.#timedOut(what)
    try {
      goOn()
    } catch (cause) {
      this.#ports.onFault(cause)
    }
  }

  /** Settings go out in this very task, once per socket. */
  #welcomed(): void {
    const { clock, dialect } = this.#ports
    const state = this.#state
    if (state.step !== 'handshaking') return
    state.cancel()
    const cancel = clock.after(dialect.handshake.appliedMs, () =>
      this.#late(() => this.#applied(), 'The service did not accept the settings in time.')
    )
    this.#state = { step: 'configuring', socket: state.socket, cancel }
    this.#ports.onStep('configuring')
    if (this.step !== 'configuring') return
    const opening = this.#ports.opening()
    if (opening !== undefined) state.socket.sendText(opening)
  }

  #applied(): void {
    const { clock, bytesPerMs, dialect } = this.#ports
    const state = this.#state
    if (state.step !== 'configuring') return
    state.cancel()
    this.#liveMs = clock.nowMs()
    const liveness = new Liveness({
      clock,
      bytesPerMs,
      socket: state.socket,
      owedSinceMs: () => this.#ports.owedSinceMs(),
      silentMs: dialect.silentMs,
      onDead: (why) => this.#dead(why)
    })
    this.#state = { step: 'live', socket: state.socket, liveness }
    this.#ports.onStep('live')
  }

  #binary(bytes: Uint8Array): void {
    this.#ports.onFrame(bytes.byteLength)
    if (this.#state.step !== 'live') return
    this.#state.liveness.heard()
    // Where audio comes as text, nobody knows what this is.
    if (this.#ports.dialect.audioText !== undefined) return
    this.#state.liveness.audio()
    this.#ports.onBinary(bytes)
  }
}
