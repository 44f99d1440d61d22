import type { ClientMessage, ErrorCode, Settings } from '../shared/protocol/deepgram.ts'
import type { Clock } from '../shared/runtime.ts'
import { Barriers } from './barriers.ts'
import { parseClientMessage } from './client-message.ts'
import type { ConnectionDeps } from './connection-deps.ts'
import { Flow } from './flow.ts'
import { IdleWatch } from './idle-watch.ts'
import { guardedFunctions, guardedThinker } from './outside.ts'
import { Session } from './session.ts'
import { startSessionClock } from './session-clock.ts'
import { readSettings, type AgentConfig } from './settings.ts'
import type { SpeechEvent, TranscriberInfo } from './speech/contract.ts'
import type { OutgoingMessage } from './wire.ts'

/** Reply audio waits while the client has not read this much. */
const MAX_BUFFERED_AUDIO_BYTES = 256 * 1024
/** A client that leaves more than this unread is dropped. */
export const MAX_BUFFERED_BYTES = 16 * 1024 * 1024
const CLOSE_GRACE_MS = 2000
const ENGINE_OPEN_TIMEOUT_MS = 20_000

type Phase =
  | { kind: 'awaiting-settings' }
  /** Settings are good, the engine is being opened; text messages wait in order. */
  | { kind: 'opening'; session: Session; held: ClientMessage[]; cancelTimeout: () => void }
  | { kind: 'live'; session: Session }
  | { kind: 'closed' }

/** One client from Welcome to close: parsing, the order of messages, errors, idle time and back-pressure. */
export class Connection {
  private phase: Phase = { kind: 'awaiting-settings' }
  /** How far the detector has come, for the flow of audio; a transcriber that is slow does not hold these up. */
  private readonly heard: Barriers
  /** What may only happen once all audio before it is dealt with: acknowledgements, and what is in order behind them. */
  private readonly settled: Barriers
  private readonly idle: IdleWatch
  private readonly cancelSessionClock: () => void
  private readonly flow: Flow
  private cancelGrace: () => void = () => undefined
  private readonly unsubscribe: () => void
  private readonly deps: ConnectionDeps
  private readonly clock: Clock

  constructor(deps: ConnectionDeps) {
    this.deps = deps
    this.clock = {
      nowMs: () => deps.clock.nowMs(),
      after: (ms, run) => deps.clock.after(ms, () => this.guarded(run)),
      every: (ms, run) => deps.clock.every(ms, () => this.guarded(run))
    }
    this.heard = new Barriers((id) => deps.engine.post({ kind: 'barrier', stream: deps.stream, id }))
    this.settled = new Barriers((id) => deps.engine.post({ kind: 'settle', stream: deps.stream, id }))
    this.unsubscribe = deps.engine.subscribe(deps.stream, (event) => this.guarded(() => this.onSpeech(event)))
    this.send({ type: 'Welcome', request_id: deps.requestId })
    this.idle = new IdleWatch(this.clock, deps.idleTimeoutMs, () => this.onIdle())
    this.flow = new Flow(deps.link, (paused) => this.idle.pause(paused))
    this.cancelSessionClock = startSessionClock(this.clock, deps.sessionLimitMs, {
      approaching: () => this.warnOfLimit(),
      reached: () =>
        this.fail('MAXIMUM_SESSION_LENGTH_REACHED', 'The session has lasted as long as one may; open another.')
    })
  }

  /** A text frame of the client. */
  onText(text: string): void {
    this.guarded(() => {
      if (this.phase.kind === 'closed') return
      this.idle.touch()
      const parsed = parseClientMessage(text)
      if (parsed.ok) this.onMessage(parsed.message)
      else this.fail('UNPARSABLE_CLIENT_MESSAGE', parsed.description)
    })
  }

  /** A binary frame of the client: audio in the input format. The bytes are copied. */
  onBinary(frame: Uint8Array): void {
    this.guarded(() => {
      if (this.phase.kind === 'closed') return
      this.idle.touch()
      if (this.phase.kind === 'awaiting-settings') this.failBeforeSettings('Audio')
      else this.phase.session.hear(frame)
    })
  }

  /** The socket is closed, whoever closed it. */
  onClosed(): void {
    this.cancelGrace()
    this.end()
  }

  /** The server shuts down. */
  goAway(): void {
    this.fail('SERVER_GOING_AWAY', 'The built-in agent is shutting down.')
  }

  private onMessage(message: ClientMessage): void {
    switch (this.phase.kind) {
      case 'awaiting-settings':
        if (message.type === 'Settings') this.open(message)
        else this.failBeforeSettings(message.type)
        return
      case 'opening':
        if (message.type === 'Settings') this.failSecondSettings()
        else this.phase.held.push(message)
        this.regulate()
        return
      case 'live':
        this.onLiveMessage(this.phase.session, message)
        return
      case 'closed':
    }
  }

  private onLiveMessage(session: Session, message: ClientMessage): void {
    if (message.type === 'Settings') this.failSecondSettings()
    else session.onMessage(message)
  }

  private open(settings: Settings): void {
    const result = readSettings(settings)
    if (!result.ok) {
      this.fail(result.refusal.code, result.refusal.description)
      return
    }
    const cancelTimeout = this.clock.after(ENGINE_OPEN_TIMEOUT_MS, () =>
      this.fail('INTERNAL_SERVER_ERROR', 'The speech engine did not start in time.')
    )
    const session = this.session(result.value)
    this.phase = { kind: 'opening', session, held: [], cancelTimeout }
    session.open()
  }

  private session(config: AgentConfig): Session {
    const { engine, stream, transcriber, switches, thinker, callFunction } = this.deps
    const guard = (run: () => void): void => this.guarded(run)
    return new Session(config, {
      engine,
      stream,
      transcriber,
      switches,
      thinker: guardedThinker(thinker, guard),
      callEndpoint: guardedFunctions(callFunction, guard),
      clock: this.clock,
      now: () => this.deps.now(),
      send: (message) => this.send(message),
      sendAudio: (pcm) => this.sendAudio(pcm),
      mayAudioGo: () => this.deps.link.bufferedBytes < MAX_BUFFERED_AUDIO_BYTES,
      afterAudio: (then, length) => this.afterAudio(then, length),
      isWaiting: () => this.settled.size > 0,
      heardSoFar: (then) => this.heard.add(then),
      flowChanged: () => this.regulate(),
      refuse: ({ code, description }) => this.fail(code, description),
      wrongAudio: (description) => this.fail('USER_AUDIO_FORMAT', description),
      failed: ({ code, description }) => this.fail(code, description)
    })
  }

  private onSpeech(event: SpeechEvent): void {
    if (this.phase.kind === 'closed' || this.phase.kind === 'awaiting-settings') {
      if (event.kind === 'failed') this.fail('INTERNAL_SERVER_ERROR', `The speech engine failed: ${event.message}`)
      return
    }
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
        this.fail('INTERNAL_SERVER_ERROR', `The speech engine failed: ${event.message}`)
        return
      default:
        this.phase.session.onSpeech(event)
    }
  }

  /** Audio that came since Settings is processed first, then the settings count as applied (rule S6). */
  private onEngineOpen(transcriber: TranscriberInfo): void {
    if (this.phase.kind !== 'opening') return
    this.phase.cancelTimeout()
    this.phase.session.opened(transcriber)
    this.settled.add(() => this.goLive())
  }

  /** Does it when all audio of the client so far is dealt with. `length`: of the text that waits. */
  private afterAudio(then: () => void, length: number): void {
    this.settled.add(then, length)
    this.regulate()
  }

  private goLive(): void {
    if (this.phase.kind !== 'opening') return
    const { session, held } = this.phase
    this.phase = { kind: 'live', session }
    session.start()
    for (const message of held) this.onMessage(message)
    this.regulate()
  }

  /** Reads the socket only while there is room for what it brings. */
  private regulate(): void {
    if (this.phase.kind === 'closed' || this.phase.kind === 'awaiting-settings') return
    const held = this.phase.kind === 'opening' ? this.phase.held.length : 0
    const waiting = this.settled.size + held
    this.flow.regulate({ messages: waiting, length: this.settled.length, audioFull: this.phase.session.full })
  }

  private onIdle(): void {
    const wanted = this.phase.kind === 'awaiting-settings' ? 'a Settings message' : 'audio or a KeepAlive message'
    this.fail('CLIENT_MESSAGE_TIMEOUT', `No message came for ${this.deps.idleTimeoutMs / 1000} s; send ${wanted}.`)
  }

  private warnOfLimit(): void {
    this.send({
      type: 'Warning',
      code: 'MAXIMUM_SESSION_LENGTH_APPROACHING',
      description: 'The session will end soon because of its length; open another when it suits.'
    })
  }

  private failBeforeSettings(what: string): void {
    this.fail('NON_SETTINGS_MESSAGE_BEFORE_SETTINGS', `${what} came before Settings; send a Settings message first.`)
  }

  private failSecondSettings(): void {
    this.fail('SETTINGS_ALREADY_APPLIED', 'Settings can be sent once per session; open a new one to change them.')
  }

  /** `Error` is the last text frame; the close carries no status. */
  private fail(code: ErrorCode, description: string): void {
    if (this.phase.kind === 'closed') return
    this.send({ type: 'Error', code, description })
    this.deps.log.info('agent session failed', { stream: this.deps.stream, code })
    this.end()
    this.deps.link.close()
    this.cancelGrace = this.deps.clock.after(CLOSE_GRACE_MS, () => this.deps.link.terminate())
  }

  private end(): void {
    const { phase } = this
    if (phase.kind === 'closed') return
    this.phase = { kind: 'closed' }
    if (phase.kind === 'opening') phase.cancelTimeout()
    if (phase.kind !== 'awaiting-settings') phase.session.stop()
    this.unsubscribe()
    this.idle.stop()
    this.cancelSessionClock()
    this.heard.clear()
    this.settled.clear()
    this.flow.release()
  }

  private send(message: OutgoingMessage): void {
    if (this.phase.kind === 'closed') return
    this.deps.link.sendText(JSON.stringify(message))
    this.dropIfNotReading()
  }

  private sendAudio(pcm: Uint8Array): void {
    if (this.phase.kind === 'closed') return
    this.deps.link.sendBinary(pcm)
  }

  private dropIfNotReading(): void {
    if (this.deps.link.bufferedBytes <= MAX_BUFFERED_BYTES) return
    this.deps.log.warn('agent client does not read', { stream: this.deps.stream })
    this.end()
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
      this.fail('INTERNAL_SERVER_ERROR', 'The built-in agent failed; its log says where.')
    }
  }
}
