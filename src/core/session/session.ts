import type { Command, CommandResult } from '../../shared/commands.ts'
import type { EndReason, SessionEvent, SessionState } from '../../shared/events.ts'
import type { Dialect, ServiceEvent, WireMessage } from '../dialects/dialect.ts'
import type { PlaybackReport } from '../ports.ts'
import { checkUrl } from './access.ts'
import type { Attempt } from './attempt.ts'
import { closeReason, closeText } from './end-reasons.ts'
import { isLoud } from './loudness.ts'
import type { TalkMode } from './microphone.ts'
import { makeDialect } from './make-dialect.ts'
import { makeAttempt } from './open-attempt.ts'
import { Outside } from './outside.ts'
import { stateOf, type Phase, type Reconnecting, type Running } from './phase.ts'
import { ASLEEP, changeFailure, quickFailureReason, RENEWAL } from './reconnect/failure.ts'
import { GreetingGate } from './reconnect/greeting-gate.ts'
import type { Failure } from './reconnect/policy.ts'
import { Renewal } from './reconnect/renewal.ts'
import { Retrying } from './reconnect/retrying.ts'
import { redactEvent, redactReason, redactResult } from './redact.ts'
import type { QueueLengths, SessionDeps, SessionFormats, SessionOptions } from './session-types.ts'
import { Thread } from './thread.ts'

export { makeDialect } from './make-dialect.ts'
export type { SessionDeps, SessionFormats, SessionOptions, WireEntry } from './session-types.ts'

/** An attempt that has not reached the service after so long gives way to a new one when the network is back. */
const STALE_ATTEMPT_MS = 1_000

/** One live conversation, from connect to end, across reconnects (design.md section 5). */
export class Session {
  readonly formats: SessionFormats
  readonly #deps: SessionDeps
  readonly #options: SessionOptions
  readonly #dialect: Dialect
  readonly #outside: Outside
  readonly #reconnects: boolean
  readonly #captionPrefix: string
  #captions = 0
  #gate: { open: boolean; mode: TalkMode } = { open: false, mode: 'push-to-talk' }
  #current: Phase = { phase: 'idle' }

  /** Throws `ProfileError` when the profile cannot work. */
  constructor(deps: SessionDeps, options: SessionOptions) {
    this.#deps = deps
    this.#options = options
    this.#dialect = makeDialect(options.profile)
    checkUrl(options.profile, options.url)
    const { inputSampleRateHz, outputSampleRateHz } = this.#dialect
    this.formats = { inputSampleRateHz, outputSampleRateHz }
    this.#captionPrefix = Math.floor(deps.random() * 0xffff_ffff).toString(36)
    this.#outside = new Outside(deps, options)
    this.#reconnects = options.reconnect ?? true
  }

  get state(): SessionState {
    return stateOf(this.#current)
  }

  /** What waits right now; undefined while there is no session. */
  get queueLengths(): QueueLengths | undefined {
    return this.#running()?.thread.conversation.queueLengths
  }

  /** Opens the session; does nothing unless it is idle or ended. */
  connect(): void {
    if (this.#running() !== undefined) return
    const thread = this.#newThread()
    const attempt = this.#newAttempt(thread)
    this.#become({ phase: 'first', thread, attempt })
    thread.conversation.talk(this.#gate.open, this.#gate.mode)
    void attempt.dial()
  }

  /** Ends the session at once; safe to call at any time and more than once. */
  hangUp(): void {
    this.#end({ code: 'hung-up', message: 'You ended the session.' })
  }

  /**
   * The network is back, the machine woke up or somebody asks for it: while `reconnecting` the next attempt comes at once, unless the
   * service itself asked to wait longer; while live the connection is checked. Does nothing in any other state.
   */
  retryNow(): void {
    const current = this.#current
    if (current.phase === 'live') current.attempt.probe()
    if (current.phase !== 'reconnecting') return
    const { attempt, thread } = current
    this.#wake(current)
    if (this.#current !== current) return
    if (attempt === undefined) {
      if (thread.retrying.now()) this.#tellState()
    } else if (attempt.step === 'connecting' && this.#deps.clock.nowMs() - attempt.startedMs >= STALE_ATTEMPT_MS) {
      attempt.close()
      thread.retrying.replaced()
      this.#tryAgain(current)
    }
  }

  /**
   * The machine is about to sleep: the connection is closed, microphone and voice are off and nothing is dialled until {@link retryNow}, a
   * person, or 10 s in which the machine runs say that it is awake. A held key is let go: its release would not be heard. Does nothing
   * before the first connection is there.
   */
  suspend(): void {
    const current = this.#current
    if ((current.phase !== 'live' && current.phase !== 'reconnecting') || !this.#reconnects) return
    if (this.#gate.mode === 'push-to-talk') this.#gate = { open: false, mode: 'push-to-talk' }
    const { attempt, thread } = current
    thread.conversation.sleep()
    // A listener may have ended the session.
    if (this.#current !== current) return
    attempt?.close()
    thread.retrying.sleep(attempt?.life)
    this.#becomeReconnecting(current, ASLEEP, true)
  }

  /** Never rejects. Commands given while connecting or reconnecting are held and sent once the service is ready. */
  execute(command: Command): Promise<CommandResult> {
    const running = this.#running()
    if (running === undefined) {
      const reason = 'There is no session. Connect first.'
      this.#report({ kind: 'command', command: command.kind, outcome: 'failed', reason })
      return Promise.resolve({ outcome: 'failed', reason })
    }
    if (running.phase === 'reconnecting') this.retryNow()
    return running.thread.conversation.execute(command).then((result) => redactResult(result, this.#outside.redact))
  }

  /** Opens or closes the microphone gate; blocks pushed while it is closed are ignored. */
  talk(open: boolean, mode: TalkMode): void {
    const pressed = open && !this.#gate.open
    this.#gate = { open, mode }
    const running = this.#running()
    running?.thread.conversation.talk(open, mode)
    if (pressed && running?.phase === 'reconnecting') this.retryNow()
  }

  /** One 20 ms PCM16 mono block at `formats.inputSampleRateHz`; the caller must not change it afterwards. */
  pushAudio(pcm: Uint8Array): void {
    const running = this.#running()
    if (running === undefined || (running.phase === 'reconnecting' && running.asleep)) return
    running.thread.conversation.pushAudio(pcm)
    if (!this.#gate.open) return
    if (running.phase === 'live' && running.renewal.due && isLoud(pcm)) running.renewal.noise()
    if (running.phase === 'reconnecting' && running.attempt === undefined && isLoud(pcm)) {
      if (running.thread.retrying.spoken()) this.#tellState()
    }
  }

  /** What the sink has played, by its own audio clock. */
  playback(report: PlaybackReport): void {
    this.#running()?.thread.playback(report)
  }

  #running(): Running | undefined {
    const current = this.#current
    return current.phase === 'idle' || current.phase === 'ended' ? undefined : current
  }

  #newThread(): Thread {
    const { clock, random, sink, tools } = this.#deps
    return new Thread({
      clock,
      sink,
      tools,
      profile: this.#options.profile,
      dialect: this.#dialect,
      secrets: this.#outside.deskSecrets,
      retrying: new Retrying({
        clock,
        random,
        onDue: () => {
          if (this.#current.phase === 'reconnecting') this.#tryAgain(this.#current)
        },
        onMayHurry: () => {
          if (this.#current.phase === 'reconnecting') this.#tellState()
        }
      }),
      emit: (event) => this.#report(event),
      send: (compose) => this.#running()?.attempt?.sendText(() => this.#outside.tap.writeOut(compose)),
      sending: ({ ack }) => {
        // After either of them the agent speaks because somebody wants it to.
        if (this.#current.phase === 'live' && (ack === 'spoken' || ack === 'user-echo')) this.#current.greeting.open()
      },
      sendAudio: (pcm) => this.#sendAudio(pcm),
      congested: () => this.#running()?.attempt?.congested ?? false,
      onActivity: () => {
        if (this.#current.phase === 'live') this.#tellState()
      },
      newCaptionId: () => `${this.#captionPrefix}-${(this.#captions += 1)}`
    })
  }

  #newAttempt(thread: Thread): Attempt {
    return makeAttempt(this.#deps, this.#dialect, this.#outside, thread, {
      onWarning: (message) => this.#notice('warning', 'secrets-exposed', message),
      onStep: () => {
        if (this.#current.phase === 'first') this.#become(this.#current)
      },
      onLive: (attempt, told) => this.#live(thread, attempt, told),
      onEvent: (event) => this.#event(event),
      onBinary: (bytes) => this.#audio(bytes),
      onOver: (attempt, failure) => this.#lost(attempt, failure),
      onFault: (cause) => this.#fault(cause)
    })
  }

  #live(thread: Thread, attempt: Attempt, told: readonly WireMessage[] | undefined): void {
    const { clock } = this.#deps
    const { conversation, retrying } = thread
    const before = this.#current
    const again = before.phase === 'reconnecting' && retrying.everLive
    const renewal = new Renewal(
      {
        clock,
        quiet: () => this.#reconnects && conversation.quiet,
        onRenew: () => {
          attempt.close()
          this.#lost(attempt, RENEWAL)
        }
      },
      attempt.life.openedMs ?? clock.nowMs()
    )
    const greeting = new GreetingGate(clock, again && conversation.agent.savedId !== undefined)
    retrying.live()
    this.#become({ phase: 'live', thread, attempt, renewal, greeting })
    if (again && this.#current.phase === 'live') {
      const tookMs = clock.nowMs() - before.lostMs
      this.#report({ kind: 'reconnected', attempt: retrying.attempt, tookMs, answerLost: before.answerLost })
      this.#tellShortened(thread)
    }
    if (this.#current.phase === 'live') conversation.ready(told)
  }

  #tellShortened({ history }: Thread): void {
    const dropped = history.newlyDropped()
    if (dropped === 0) return
    this.#notice(
      'info',
      'history-shortened',
      `The agent no longer knows the ${dropped} oldest entries of this conversation.`
    )
  }

  /** The connection could not be made, or is gone. */
  #lost(attempt: Attempt, cause: Failure): void {
    const current = this.#running()
    if (current === undefined || current.attempt !== attempt) return
    const { thread } = current
    const refused = cause.error === undefined ? undefined : thread.conversation.changeRefused(cause.error)
    // A listener may have ended the session.
    if (this.#running() !== current) return
    const failure = refused === undefined ? this.#closed(cause) : changeFailure(cause, refused)
    const next = this.#reconnects ? thread.retrying.lost(failure, attempt.life) : 'final'
    if (next !== 'waiting') {
      return this.#end(next === 'quick-failures' ? quickFailureReason(failure.reason) : failure.reason)
    }
    this.#becomeReconnecting(current, redactReason(failure.reason, this.#outside.redact), false)
    if (refused === undefined || this.#current.phase !== 'reconnecting') return
    const message = `The service did not take the change of ${refused}. What worked before is used again.`
    this.#notice('warning', 'change-undone', message)
  }

  /** What the service said when it closed the socket is logged, and told. */
  #closed(failure: Failure): Failure {
    if (failure.closed === undefined) return failure
    const { code } = failure.closed
    const text = closeText(this.#outside.redact.text(failure.closed.text))
    this.#deps.log.info('service closed the connection', { code, text })
    return { ...failure, reason: closeReason(code, text) }
  }

  /** No socket is left of `current`, and when the next one is tried is decided. */
  #becomeReconnecting(current: Running, reason: EndReason, asleep: boolean): void {
    const { thread } = current
    const lostMs = current.phase === 'reconnecting' ? current.lostMs : this.#deps.clock.nowMs()
    const answerLost = current.phase === 'reconnecting' ? current.answerLost : thread.history.unanswered
    const reconnecting: Reconnecting = {
      phase: 'reconnecting',
      thread,
      attempt: undefined,
      reason,
      lostMs,
      asleep,
      answerLost
    }
    this.#current = reconnecting
    if (current.phase === 'live') {
      current.renewal.close()
      thread.history.socketLost(() => thread.conversation.dropped())
    }
    // A listener may have ended the session.
    if (this.#current === reconnecting) this.#become(reconnecting)
  }

  /** The machine is awake; an open microphone is heard again. */
  #wake(current: Reconnecting): void {
    if (!current.asleep) return
    current.asleep = false
    if (this.#gate.open) current.thread.conversation.talk(true, this.#gate.mode)
  }

  #tryAgain(current: Reconnecting): void {
    this.#wake(current)
    // A listener may have ended the session.
    if (this.#current !== current) return
    const attempt = this.#newAttempt(current.thread)
    current.attempt = attempt
    this.#tellState()
    if (this.#current === current) void attempt.dial()
  }

  #event(event: ServiceEvent): void {
    const current = this.#current
    if (event.kind === 'warning') {
      this.#notice('warning', event.code, event.message)
      if (event.endsSoon === true && this.#current === current && current.phase === 'live') current.renewal.soon()
    }
    if (current.phase !== 'live' || this.#current !== current || !current.greeting.passes(event)) return
    current.thread.history.service(event)
    current.thread.conversation.event(event)
  }

  #audio(bytes: Uint8Array): void {
    const current = this.#current
    if (current.phase !== 'live' || !current.greeting.passesAudio()) return
    current.thread.conversation.audio(this.#dialect.outputCodec.decode(bytes))
  }

  #sendAudio(pcm: Uint8Array): void {
    const current = this.#current
    if (current.phase !== 'live') return
    const bytes = this.#dialect.inputCodec.encode(pcm)
    this.#outside.tap.binary('out', bytes.byteLength)
    current.attempt.sendBinary(bytes)
  }

  /** A mistake of ours: its text stays in the log, without what it was about. */
  #fault(cause: unknown): void {
    this.#deps.log.error('session fault', { name: cause instanceof Error ? cause.name : typeof cause })
    this.#end({ code: 'internal', message: 'Something went wrong inside Parley. Connect again.' })
  }

  #end(cause: EndReason): void {
    const running = this.#running()
    if (running === undefined) return
    const reason = redactReason(cause, this.#outside.redact)
    this.#current = { phase: 'ended', reason }
    if (running.phase === 'live') running.renewal.close()
    running.thread.close(reason.code === 'hung-up')
    running.attempt?.close()
    this.#deps.log.info('session ended', { code: reason.code, serviceCode: reason.serviceCode })
    this.#tellState()
  }

  #become(next: Running): void {
    this.#current = next
    this.#deps.log.info('session', { phase: this.state.phase })
    this.#tellState()
  }

  #tellState(): void {
    this.#report({ kind: 'state', state: this.state })
  }

  #notice(level: 'info' | 'warning', code: string, message: string): void {
    this.#report({ kind: 'notice', notice: { level, code, message } })
  }

  #report(event: SessionEvent): void {
    this.#deps.onEvent(redactEvent(event, this.#outside.redact))
  }
}
