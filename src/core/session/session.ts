import type { Command, CommandResult } from '../../shared/commands.ts'
import type { EndReason, SessionEvent, SessionState } from '../../shared/events.ts'
import type { Dialect, EffectiveAgent, ServiceEvent, WireMessage } from '../dialects/dialect.ts'
import type { PlaybackReport } from '../ports.ts'
import { checkUrl } from './access.ts'
import type { Attempt } from './attempt.ts'
import { earlierOf, type EarlierConversation } from './earlier.ts'
import { isLoud } from './loudness.ts'
import type { TalkMode } from './microphone.ts'
import { makeDialect } from './make-dialect.ts'
import { makeThread } from './make-thread.ts'
import { makeAttempt } from './open-attempt.ts'
import { Outside } from './outside.ts'
import { disconnected, stateOf, type Phase, type Reconnecting, type Running } from './phase.ts'
import { ASLEEP, changeFailure, quickFailureReason, RENEWAL, REVERT } from './reconnect/failure.ts'
import { GreetingGate } from './reconnect/greeting-gate.ts'
import type { Failure, Life } from './reconnect/policy.ts'
import { Renewal } from './reconnect/renewal.ts'
import { redactResult } from './redact.ts'
import { Reporter } from './reporter.ts'
import { Reverting } from './reverting.ts'
import type { QueueLengths, SessionDeps, SessionFormats, SessionOptions } from './session-types.ts'
import type { Thread } from './thread.ts'

export { makeDialect } from './make-dialect.ts'
export type { SessionDeps, SessionFormats, SessionOptions, WireEntry } from './session-types.ts'

/** A socket that was dialled and has not reached the service after so long gives way to a new attempt when the network is back. */
const STALE_ATTEMPT_MS = 1_000

/** One live conversation, from connect to end, across reconnects (design.md section 5). */
export class Session {
  readonly formats: SessionFormats
  readonly #deps: SessionDeps
  readonly #options: SessionOptions
  readonly #dialect: Dialect
  readonly #outside: Outside
  readonly #reconnects: boolean
  readonly #reporter: Reporter
  readonly #reverting: Reverting
  #onEnded: (() => void)[] = []
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
    this.#outside = new Outside(deps, options)
    this.#reporter = new Reporter(deps, this.#outside)
    this.#reconnects = options.reconnect ?? true
    this.#reverting = new Reverting({
      reconnects: this.#reconnects,
      running: () => this.#running(),
      renew: (current) => this.#renew(current, REVERT),
      report: (event) => this.#report(event)
    })
  }

  /** `text`: no audio either way; what the microphone is told and what it hears is ignored. */
  get modality(): Dialect['modality'] {
    return this.#dialect.modality
  }

  get state(): SessionState {
    return stateOf(this.#current)
  }

  /** What waits right now; undefined while there is no session. */
  get queueLengths(): QueueLengths | undefined {
    return this.#running()?.thread.conversation.queueLengths
  }

  /** The agent with every change of this conversation, also after its end; undefined where it is as the profile has it. */
  get changedAgent(): EffectiveAgent | undefined {
    return 'thread' in this.#current ? this.#current.thread.conversation.changedAgent : undefined
  }

  /** What was said so far, with what it began from, for another session (`SessionOptions.earlier`); also after its end. */
  get said(): EarlierConversation {
    return 'thread' in this.#current ? earlierOf(this.#current.thread.history.items()) : []
  }

  /** The changes so far are in the profile now: they are what `revert-changes` goes back to. */
  changesSaved(): void {
    if ('thread' in this.#current) this.#current.thread.conversation.changesSaved()
  }

  /** Resolves when the session is over and nothing of it runs any more, what it leaves behind at the service included. Never rejects. */
  async settled(): Promise<void> {
    if (this.#running() !== undefined) await new Promise<void>((resolve) => this.#onEnded.push(resolve))
    await this.#outside.settled()
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

  /** Ends the session at once; safe to call at any time and more than once. `reason`: where it was not the person. */
  hangUp(reason: EndReason = { code: 'hung-up', message: 'You hung up.' }): void {
    this.#end(reason)
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
    } else if (attempt.step === 'connecting' && this.#hangs(attempt)) {
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
    if (command.kind === 'revert-changes') return this.#reverting.execute(running)
    if (running.phase === 'reconnecting') this.retryNow()
    return running.thread.conversation.execute(command).then((result) => redactResult(result, this.#outside.redact))
  }

  /** Opens or closes the microphone gate; blocks pushed while it is closed are ignored. */
  talk(open: boolean, mode: TalkMode): void {
    if (this.modality === 'text') return
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
    return makeThread(this.#deps, this.#options, this.#dialect, this.#outside, {
      attempt: () => this.#running()?.attempt,
      emit: (event) => this.#report(event),
      sending: ({ ack }) => {
        // After either of them the agent speaks because somebody wants it to.
        if (this.#current.phase === 'live' && (ack === 'spoken' || ack === 'user-echo')) this.#current.greeting.open()
      },
      onActivity: () => {
        if (this.#current.phase === 'live') this.#tellState()
      },
      onDue: () => {
        if (this.#current.phase === 'reconnecting') this.#tryAgain(this.#current)
      },
      onMayHurry: () => {
        if (this.#current.phase === 'reconnecting') this.#tellState()
      }
    })
  }

  #newAttempt(thread: Thread): Attempt {
    return makeAttempt(this.#deps, this.#dialect, this.#outside, thread, {
      onWarning: (message) => this.#reporter.notice('warning', 'secrets-exposed', message),
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
    const { renewAfterMs } = this.#dialect
    const moments = {
      quiet: () => this.#reconnects && conversation.quiet,
      betweenReplies: () => this.#reconnects && conversation.betweenReplies
    }
    const onRenew = (): void => {
      if (this.#current.phase === 'live') this.#renew(this.#current, RENEWAL)
    }
    const renewal = new Renewal({ clock, renewAfterMs, ...moments, onRenew }, attempt.life.openedMs ?? clock.nowMs())
    const greeting = new GreetingGate(clock, (again || thread.continues) && this.#dialect.greetsAgain)
    retrying.live()
    this.#become({ phase: 'live', thread, attempt, renewal, greeting })
    if (again && this.#current.phase === 'live') {
      const tookMs = clock.nowMs() - before.lostMs
      this.#report({ kind: 'reconnected', attempt: retrying.attempt, tookMs, answerLost: before.answerLost })
    }
    if (told !== undefined && this.#current.phase === 'live') this.#reporter.shortened(thread.history.newlyDropped())
    if (this.#current.phase === 'live') conversation.ready(told, again)
    if (this.#current.phase === 'live') this.#reverting.live()
  }

  /** The connection could not be made, or is gone. */
  #lost(attempt: Attempt, cause: Failure): void {
    const current = this.#running()
    if (current === undefined || current.attempt !== attempt) return
    const { thread } = current
    this.#outside.lost(cause, attempt.life.openedMs !== undefined)
    const refused = cause.error === undefined ? undefined : thread.conversation.changeRefused(cause.error)
    // A listener may have ended the session.
    if (this.#running() !== current) return
    const failure = refused === undefined ? this.#reporter.closed(cause) : changeFailure(cause, refused)
    const next = this.#reconnects ? this.#plan(thread, failure, attempt.life) : 'final'
    if (next !== 'waiting') {
      return this.#end(next === 'quick-failures' ? quickFailureReason(failure.reason) : failure.reason)
    }
    this.#becomeReconnecting(current, this.#reporter.reason(failure.reason), false)
    if (refused === undefined || this.#current.phase !== 'reconnecting') return
    const message = `The service did not take the change of ${refused}. What worked before is used again.`
    this.#reporter.notice('warning', 'change-undone', message)
  }

  #plan({ retrying }: Thread, failure: Failure, life: Life): 'waiting' | 'final' | 'quick-failures' {
    return failure === REVERT ? retrying.again(life) : retrying.lost(failure, life)
  }

  /** Parley itself wants another connection. */
  #renew({ attempt }: Running, why: Failure): void {
    if (attempt === undefined) return this.retryNow()
    attempt.close()
    this.#lost(attempt, why)
  }

  /** No socket is left of `current`, and when the next one is tried is decided. */
  #becomeReconnecting(current: Running, reason: EndReason, asleep: boolean): void {
    const { thread } = current
    const reconnecting = disconnected(current, reason, asleep, this.#deps.clock.nowMs())
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

  #hangs({ dialledMs }: Attempt): boolean {
    return dialledMs !== undefined && this.#deps.clock.nowMs() - dialledMs >= STALE_ATTEMPT_MS
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
      this.#reporter.notice('warning', event.code, event.message)
      if (event.endsSoon === true && this.#current === current && current.phase === 'live') current.renewal.soon()
    }
    if (event.kind === 'agent-audio') return this.#audio(event.bytes)
    if (current.phase !== 'live' || this.#current !== current || !current.greeting.passes(event)) return
    current.thread.event(event)
  }

  #audio(bytes: Uint8Array): void {
    const current = this.#current
    if (current.phase !== 'live' || this.modality === 'text' || !current.greeting.passesAudio()) return
    current.thread.conversation.audio(this.#dialect.outputCodec.decode(bytes))
  }

  #fault(cause: unknown): void {
    this.#reporter.fault(cause)
    this.#end({ code: 'internal', message: 'Something went wrong inside Parley. Connect again.' })
  }

  #end(cause: EndReason): void {
    const running = this.#running()
    if (running === undefined) return
    const reason = this.#reporter.reason(cause)
    const { thread } = running
    this.#current = { phase: 'ended', reason, thread }
    if (running.phase === 'live') running.renewal.close()
    thread.close(reason.code === 'hung-up')
    running.attempt?.close()
    this.#outside.end()
    this.#deps.log.info('session ended', { code: reason.code, serviceCode: reason.serviceCode })
    this.#tellState()
    this.#reverting.ended(reason.message)
    for (const tell of this.#onEnded.splice(0)) tell()
  }

  #become(next: Running): void {
    this.#current = next
    this.#deps.log.info('session', { phase: this.state.phase })
    this.#tellState()
  }

  #tellState(): void {
    this.#report({ kind: 'state', state: this.state })
  }

  #report(event: SessionEvent): void {
    this.#reporter.event(event)
  }
}
