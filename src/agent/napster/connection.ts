import type { Clock } from '../../shared/runtime.ts'
import type { NapsterCommand } from '../../shared/protocol/napster.ts'
import { Barriers } from '../barriers.ts'
import { Flow } from '../flow.ts'
import { guardedFunctions, guardedThinker } from '../outside.ts'
import type { Entry } from '../dialogue.ts'
import type { SpeechEvent, TranscriberInfo } from '../speech/contract.ts'
import { bytesOfBase64, parseCommand, type CommandRefusal } from './command.ts'
import type { ConnectionDeps, ConnectionStart } from './connection-deps.ts'
import type { AbortCode, CloseReason, NapsterEvent } from './events.ts'
import { IdleClose } from './idle-close.ts'
import { Outlet } from './outlet.ts'
import { NapsterSession, type SessionCommand } from './session.ts'

/** Reply audio waits while the client has not read this much. */
const MAX_BUFFERED_AUDIO_BYTES = 256 * 1024
/** A client that leaves more than this unread is dropped. */
const MAX_BUFFERED_BYTES = 16 * 1024 * 1024
const CLOSE_GRACE_MS = 2000
const ENGINE_OPEN_TIMEOUT_MS = 20_000

type Phase =
  /** The engine is being opened; commands wait in order. */
  { kind: 'opening'; held: SessionCommand[]; cancelTimeout: () => void } | { kind: 'live' } | { kind: 'closed' }

/** One Napster client from its socket's opening to close: parsing, order, refusals, idle close and back-pressure. */
export class NapsterConnection {
  private phase: Phase
  private readonly heard: Barriers
  private readonly settled: Barriers
  private readonly session: NapsterSession
  private readonly outlet: Outlet
  private readonly flow: Flow
  private readonly clock: Clock
  private idle: IdleClose | undefined
  private cancelTimers: (() => void)[] = []
  private cancelGrace: () => void = () => undefined
  private unsubscribe: () => void = () => undefined
  private readonly deps: ConnectionDeps
  private readonly begun: ConnectionStart

  constructor(start: ConnectionStart, deps: ConnectionDeps) {
    const { clock, engine, stream } = deps
    this.deps = deps
    this.begun = start
    this.clock = {
      nowMs: () => clock.nowMs(),
      after: (ms, run) => clock.after(ms, () => this.guarded(run)),
      every: (ms, run) => clock.every(ms, () => this.guarded(run))
    }
    this.heard = new Barriers((id) => engine.post({ kind: 'barrier', stream, id }))
    this.settled = new Barriers((id) => engine.post({ kind: 'settle', stream, id }))
    this.outlet = new Outlet({ now: () => deps.now(), send: (event) => this.sendOfAgent(event) })
    this.flow = new Flow(deps.link, () => this.idle?.touch())
    this.phase = { kind: 'opening', held: [], cancelTimeout: () => undefined }
    this.session = this.newSession()
    this.guarded(() => this.open())
  }

  /** A text frame of the client: one command. */
  onText(text: string): void {
    this.guarded(() => {
      if (this.phase.kind === 'closed') return
      const parsed = parseCommand(text)
      if (!parsed.ok) this.refuse(parsed)
      else if (parsed.command.type !== 'ping') this.onCommand(parsed.command)
    })
  }

  /** Binary frames are not part of the protocol. */
  onBinary(): void {
    this.guarded(() =>
      this.refuse({ code: 'invalid_json', message: 'Frames are JSON text; audio goes into send_audio as base64.' })
    )
  }

  /** The socket is closed, whoever closed it. */
  onClosed(): void {
    this.cancelGrace()
    this.end('connection_closed')
  }

  /** The server shuts down. */
  goAway(): void {
    this.close('application_shutdown')
  }

  /** Ends the session from outside, as `DELETE` does. */
  close(reason: CloseReason): void {
    if (this.phase.kind === 'closed') return
    this.end(reason)
    this.deps.link.close()
    this.cancelGrace = this.deps.clock.after(CLOSE_GRACE_MS, () => this.deps.link.terminate())
  }

  /** What was said and called so far. */
  get entries(): readonly Entry[] {
    return this.session.entries
  }

  private open(): void {
    const { clock, deps } = this
    this.outlet.open(this.begun.sessionId)
    const { refusal } = this.begun
    if (refusal !== undefined) {
      this.abort(refusal.code, refusal.message)
      return
    }
    this.startTimers()
    if (this.begun.modality === 'text') {
      this.goLive()
      return
    }
    const cancelTimeout = clock.after(ENGINE_OPEN_TIMEOUT_MS, () =>
      this.abort('connection_failed', 'The speech engine did not start in time.')
    )
    this.phase = { kind: 'opening', held: [], cancelTimeout }
    this.unsubscribe = deps.engine.subscribe(deps.stream, (event) => this.guarded(() => this.onSpeech(event)))
    this.session.open()
  }

  private startTimers(): void {
    const { clock, deps } = this
    if (deps.idleCloseMs !== Infinity) {
      this.idle = new IdleClose(clock, deps.idleCloseMs, {
        warn: (leftMs) => this.send({ event: 'avatar_connection_warning', data: { disconnect_after: leftMs / 1000 } }),
        idle: () => this.expire('session_expired', 'idle_timeout')
      })
    }
    if (deps.sessionLimitMs !== Infinity) {
      const expire = (): void => this.expire('session_expired', 'session_expired')
      this.cancelTimers.push(clock.after(deps.sessionLimitMs, expire))
    }
    if (deps.creditMs !== Infinity) {
      this.cancelTimers.push(clock.after(deps.creditMs, () => this.expire('no_credits_left', 'no_credits_left')))
    }
  }

  private newSession(): NapsterSession {
    const { engine, stream, transcriber, thinker, callFunction, link } = this.deps
    const guard = (run: () => void): void => this.guarded(run)
    return new NapsterSession(this.begun, {
      engine,
      stream,
      transcriber,
      outlet: this.outlet,
      thinker: guardedThinker(thinker, guard),
      callEndpoint: guardedFunctions(callFunction, guard),
      clock: this.clock,
      now: () => this.deps.now(),
      mayAudioGo: () => link.bufferedBytes < MAX_BUFFERED_AUDIO_BYTES,
      afterAudio: (then, length) => this.afterAudio(then, length),
      isWaiting: () => this.settled.size > 0,
      heardSoFar: (then) => this.heard.add(then),
      flowChanged: () => this.regulate(),
      toolDeadlineMs: this.deps.toolDeadlineMs,
      toolTimedOut: (callId) => this.send({ event: 'function_call_timeout', data: { call_id: callId } }),
      refuse: (refusal) => this.refuse(refusal),
      failed: ({ description }) => this.abort('connection_failed', description)
    })
  }

  private onCommand(command: Exclude<NapsterCommand, { type: 'ping' }>): void {
    this.idle?.touch()
    if (command.type === 'send_audio') this.onAudio('data' in command.data ? command.data.data : command.data.audio)
    else if (this.phase.kind === 'opening') this.phase.held.push(command)
    else this.session.onCommand(command)
    this.regulate()
  }

  private onAudio(base64: string): void {
    if (this.begun.modality === 'text') {
      this.refuse({ code: 'not_supported', message: 'This session has text only; it takes no audio.' })
      return
    }
    const pcm = bytesOfBase64(base64)
    if (pcm === undefined) this.refuse({ code: 'invalid_command', message: 'The audio is not base64.' })
    else this.session.hear(pcm)
  }

  private onSpeech(event: SpeechEvent): void {
    if (this.phase.kind === 'closed') return
    switch (event.kind) {
      case 'opened':
        this.onEngineOpen(event.transcriber)
        return
      case 'barrier':
        this.heard.pass(event.id)
        this.regulate()
        return
      case 'settled':
        this.settled.pass(event.id)
        this.regulate()
        return
      case 'failed':
        this.abort('connection_failed', `The speech engine failed: ${event.message}`)
        return
      default:
        this.session.onSpeech(event)
    }
  }

  private onEngineOpen(transcriber: TranscriberInfo): void {
    if (this.phase.kind !== 'opening') return
    this.phase.cancelTimeout()
    this.session.opened(transcriber)
    this.settled.add(() => this.goLive())
  }

  private goLive(): void {
    if (this.phase.kind !== 'opening') return
    const { held } = this.phase
    this.phase = { kind: 'live' }
    this.session.start()
    for (const command of held) this.onCommand(command)
    this.regulate()
  }

  /** Does it when all audio of the client so far is dealt with; in text modality there is none. */
  private afterAudio(then: () => void, length: number): void {
    if (this.begun.modality === 'text') then()
    else this.settled.add(then, length)
    this.regulate()
  }

  /** Reads the socket only while there is room for what it brings. */
  private regulate(): void {
    if (this.phase.kind === 'closed') return
    const held = this.phase.kind === 'opening' ? this.phase.held.length : 0
    this.flow.regulate({
      messages: this.settled.size + held,
      length: this.settled.length,
      audioFull: this.session.full
    })
  }

  private refuse({ code, message }: CommandRefusal): void {
    this.send({ event: 'error', data: { code, message } })
  }

  private expire(event: 'session_expired' | 'no_credits_left', reason: CloseReason): void {
    this.send({ event, data: {} })
    this.close(reason)
  }

  private abort(code: AbortCode, message: string): void {
    this.send({ event: 'provider_connection_aborted', data: { error: { code, message } } })
    this.close('provider_connection_aborted')
  }

  private end(reason: CloseReason): void {
    const { phase } = this
    if (phase.kind === 'closed') return
    this.phase = { kind: 'closed' }
    if (phase.kind === 'opening') phase.cancelTimeout()
    this.session.stop()
    this.unsubscribe()
    this.idle?.stop()
    for (const cancel of this.cancelTimers.splice(0)) cancel()
    this.heard.clear()
    this.settled.clear()
    this.flow.release()
    this.deps.ended(reason)
  }

  private sendOfAgent(event: NapsterEvent): void {
    this.idle?.touch()
    this.send(event)
  }

  private send(event: NapsterEvent): void {
    if (this.phase.kind === 'closed') return
    this.deps.link.sendText(JSON.stringify(event))
    if (this.deps.link.bufferedBytes <= MAX_BUFFERED_BYTES) return
    this.deps.log.warn('agent client does not read', { stream: this.deps.stream })
    this.end('failed')
    this.deps.link.terminate()
  }

  /** A defect in one session must not end the others: it is reported to its client and logged. */
  private guarded(run: () => void): void {
    try {
      run()
    } catch (error) {
      this.deps.log.error('agent session broke', {
        stream: this.deps.stream,
        error: error instanceof Error ? (error.stack ?? error.message) : String(error)
      })
      this.send({
        event: 'provider_connection_aborted',
        data: { error: { code: 'connection_failed', message: 'The built-in agent failed; its log says where.' } }
      })
      this.close('failed')
    }
  }
}
