import { PCM16_BYTES } from '../../shared/audio/format.ts'
import type { Command, CommandResult } from '../../shared/commands.ts'
import type { EndReason, SessionEvent, SessionState } from '../../shared/events.ts'
import type { AgentProfile } from '../../shared/profile.ts'
import { deepgramDialect } from '../dialects/deepgram.ts'
import type { Dialect, ServiceEvent, WireMessage } from '../dialects/dialect.ts'
import type { PlaybackReport, TransportHandlers, TransportSocket } from '../ports.ts'
import { ProfileError } from '../profiles/profile-error.ts'
import { redactor, type Redactor } from '../secrets/redactor.ts'
import { checkUrl, resolveAccess, type Access } from './access.ts'
import { Conversation } from './conversation.ts'
import {
  CLOSE_NORMAL,
  closeReason,
  EndError,
  failureReason,
  serviceReason,
  timeoutReason,
  type Place
} from './end-reasons.ts'
import type { TalkMode } from './microphone.ts'
import { utf8Length } from './utf8-length.ts'
import { redactEvent, redactReason, redactResult } from './redact.ts'
import type { SessionDeps, SessionFormats, SessionOptions, WireEntry } from './session-types.ts'

export type { SessionDeps, SessionFormats, SessionOptions, WireEntry } from './session-types.ts'

/** Longest wait for the upgrade (deepgram.md section 7.1). */
export const HANDSHAKE_TIMEOUT_MS = 10_000

/** Longest wait for Welcome once the socket is open (rule S2). */
export const WELCOME_TIMEOUT_MS = 5_000

/** Longest wait for SettingsApplied; the service finishes audio it already has first (rule S6). */
export const APPLIED_TIMEOUT_MS = 15_000

/** Unsent audio beyond this is dropped: it bounds memory, it says nothing about the connection. */
const CONGESTED_MS = 1_000
const CONGESTED_BYTES = 65_536

type Phase =
  | { phase: 'idle' }
  | { phase: 'connecting'; conversation: Conversation; access?: Access; socket?: TransportSocket; cancel?: () => void }
  | { phase: 'handshaking'; conversation: Conversation; access: Access; socket: TransportSocket; cancel: () => void }
  | { phase: 'configuring'; conversation: Conversation; socket: TransportSocket; cancel: () => void }
  | { phase: 'live'; conversation: Conversation; socket: TransportSocket }
  | { phase: 'ended'; reason: EndReason }

type Running = Exclude<Phase, { phase: 'idle' | 'ended' }>

/** The wire language of the profile's service. Throws {@link ProfileError} where Parley cannot speak it as asked. */
export function makeDialect(profile: AgentProfile): Dialect {
  if (profile.service !== 'napster') return deepgramDialect(profile)
  throw new ProfileError('Parley cannot talk to Napster yet. Choose a built-in or Deepgram profile.')
}

/** One live conversation, from connect to end (design.md section 5). */
export class Session {
  readonly formats: SessionFormats
  readonly #deps: SessionDeps
  readonly #options: SessionOptions
  readonly #dialect: Dialect
  readonly #captionPrefix: string
  #captions = 0
  /** Grows with every attempt and end, so that events of dead sockets change nothing. */
  #generation = 0
  #current: Phase = { phase: 'idle' }
  /** Outlives its attempt, because its end is reported too. */
  #redact: Redactor = redactor([])
  /** `name:port` that was dialled last. */
  #host: string | undefined
  #gate: { open: boolean; mode: TalkMode } = { open: false, mode: 'push-to-talk' }

  /** Throws `ProfileError` when the profile cannot work. */
  constructor(deps: SessionDeps, options: SessionOptions) {
    this.#deps = deps
    this.#options = options
    this.#dialect = makeDialect(options.profile)
    checkUrl(options.profile, options.url)
    const { inputSampleRateHz, outputSampleRateHz } = this.#dialect
    this.formats = { inputSampleRateHz, outputSampleRateHz }
    this.#captionPrefix = Math.floor(deps.random() * 0xffff_ffff).toString(36)
  }

  get state(): SessionState {
    const current = this.#current
    switch (current.phase) {
      case 'live':
        return { phase: 'live', activity: current.conversation.activity }
      case 'ended':
        return { phase: 'ended', reason: current.reason }
      default:
        return { phase: current.phase }
    }
  }

  /** Opens the session; does nothing unless it is idle or ended. */
  connect(): void {
    if (this.#running() !== undefined) return
    this.#generation += 1
    const conversation = this.#newConversation()
    this.#become({ phase: 'connecting', conversation })
    conversation.talk(this.#gate.open, this.#gate.mode)
    void this.#dial(this.#generation)
  }

  /** Ends the session at once; safe to call at any time and more than once. */
  hangUp(): void {
    this.#end({ code: 'hung-up', message: 'You ended the session.' })
  }

  /** Never rejects. Commands given while connecting are held and sent once the service is ready. */
  execute(command: Command): Promise<CommandResult> {
    const running = this.#running()
    if (running !== undefined) {
      return running.conversation.execute(command).then((result) => redactResult(result, this.#redact))
    }
    const reason = 'There is no session. Connect first.'
    this.#report({ kind: 'command', command: command.kind, outcome: 'failed', reason })
    return Promise.resolve({ outcome: 'failed', reason })
  }

  /** Opens or closes the microphone gate; blocks pushed while it is closed are ignored. */
  talk(open: boolean, mode: TalkMode): void {
    this.#gate = { open, mode }
    this.#running()?.conversation.talk(open, mode)
  }

  /** One 20 ms PCM16 mono block at `formats.inputSampleRateHz`; the caller must not change it afterwards. */
  pushAudio(pcm: Uint8Array): void {
    this.#running()?.conversation.pushAudio(pcm)
  }

  /** What the sink has played, by its own audio clock. */
  playback(report: PlaybackReport): void {
    this.#running()?.conversation.playback(report)
  }

  #running(): Running | undefined {
    const current = this.#current
    return current.phase === 'idle' || current.phase === 'ended' ? undefined : current
  }

  #newConversation(): Conversation {
    const { clock, sink } = this.#deps
    const congestedBytes = Math.max(
      CONGESTED_BYTES,
      (this.#dialect.inputSampleRateHz * PCM16_BYTES * CONGESTED_MS) / 1000
    )
    return new Conversation({
      clock,
      sink,
      dialect: this.#dialect,
      emit: (event) => this.#report(event),
      send: (message) => this.#send(message),
      sendAudio: (pcm) => this.#sendAudio(pcm),
      congested: () => (this.#socket()?.bufferedBytes ?? 0) > congestedBytes,
      onActivity: () => {
        if (this.#current.phase === 'live') this.#tellState()
      },
      newCaptionId: () => `${this.#captionPrefix}-${(this.#captions += 1)}`
    })
  }

  async #dial(generation: number): Promise<void> {
    const { profile, url } = this.#options
    const { secrets, builtinAgent, transport, clock } = this.#deps
    try {
      const access = await resolveAccess({ profile, url, settings: this.#dialect.settings, secrets, builtinAgent })
      const current = this.#current
      if (generation !== this.#generation || current.phase !== 'connecting') return
      current.access = access
      this.#redact = access.redact
      this.#host = access.host
      for (const message of access.warnings) {
        this.#report({ kind: 'notice', notice: { level: 'warning', code: 'secrets-exposed', message } })
      }
      // A listener may have ended the session.
      if (generation !== this.#generation) return
      current.cancel = clock.after(HANDSHAKE_TIMEOUT_MS + 1_000, () =>
        this.#timedOut('The service did not answer the connection in time.')
      )
      const request = { url: access.url, headers: access.headers, handshakeTimeoutMs: HANDSHAKE_TIMEOUT_MS }
      const socket = transport.open(request, this.#handlers(generation))
      if (generation === this.#generation) current.socket = socket
      else socket.close(CLOSE_NORMAL, '')
    } catch (cause) {
      if (generation !== this.#generation) return
      if (cause instanceof EndError) this.#end(cause.reason)
      else if (cause instanceof ProfileError) this.#end({ code: 'invalid-profile', message: cause.message })
      else this.#fault(cause)
    }
  }

  /** Each handler runs only for the socket of the current attempt, and a fault in it ends the session instead of the process. */
  #handlers(generation: number): TransportHandlers {
    const guard =
      <Args extends unknown[]>(run: (...args: Args) => void) =>
      (...args: Args): void => {
        if (generation !== this.#generation) return
        try {
          run(...args)
        } catch (cause) {
          this.#fault(cause)
        }
      }
    return {
      onOpen: guard(() => this.#opened()),
      onText: guard((text) => this.#text(text)),
      onBinary: guard((bytes) => this.#binary(bytes)),
      onPong: () => {},
      onClose: guard((code) => this.#end(closeReason(code))),
      onFailure: guard((failure) =>
        this.#end(failureReason(failure, this.#place(), this.#current.phase !== 'connecting'))
      )
    }
  }

  #opened(): void {
    const current = this.#current
    if (current.phase !== 'connecting' || current.access === undefined || current.socket === undefined) return
    current.cancel?.()
    const cancel = this.#deps.clock.after(WELCOME_TIMEOUT_MS, () =>
      this.#timedOut('The service did not say Welcome in time.')
    )
    const { conversation, access, socket } = current
    this.#become({ phase: 'handshaking', conversation, access, socket, cancel })
  }

  #text(text: string): void {
    let json: unknown
    try {
      json = JSON.parse(text)
    } catch {
      this.#wire('in', { type: 'text', bytes: utf8Length(text) })
      return
    }
    if (this.#deps.onWire !== undefined) this.#wire('in', this.#redact.json(json))
    // A listener may have ended the session.
    if (this.#running() !== undefined) this.#event(this.#dialect.read(json))
  }

  #event(event: ServiceEvent): void {
    if (event.kind === 'welcome') this.#welcomed()
    else if (event.kind === 'settings-applied') this.#applied()
    else if (event.kind === 'error') this.#serviceError(event)
    else if (event.kind === 'warning') {
      this.#report({ kind: 'notice', notice: { level: 'warning', code: event.code, message: event.message } })
    } else if (this.#current.phase === 'live') this.#current.conversation.event(event)
  }

  /** Settings go out in this very task, once per socket. */
  #welcomed(): void {
    const current = this.#current
    if (current.phase !== 'handshaking') return
    current.cancel()
    const { conversation, access, socket } = current
    const cancel = this.#deps.clock.after(APPLIED_TIMEOUT_MS, () =>
      this.#timedOut('The service did not accept the settings in time.')
    )
    this.#become({ phase: 'configuring', conversation, socket, cancel })
    if (this.#current.phase !== 'configuring') return
    this.#wire('out', this.#redact.json(this.#dialect.settings))
    socket.sendText(access.settingsText)
  }

  #applied(): void {
    const current = this.#current
    if (current.phase !== 'configuring') return
    current.cancel()
    const { conversation, socket } = current
    this.#become({ phase: 'live', conversation, socket })
    if (this.#current.phase === 'live') conversation.ready()
  }

  #serviceError({ code, message, settings }: Extract<ServiceEvent, { kind: 'error' }>): void {
    const unreadable = code === 'UNPARSABLE_CLIENT_MESSAGE' && this.#current.phase === 'configuring'
    this.#end(serviceReason(code, message, settings || unreadable))
  }

  #binary(bytes: Uint8Array): void {
    if (this.#deps.onWire !== undefined) this.#wire('in', { type: 'binary', bytes: bytes.byteLength })
    if (this.#current.phase === 'live') this.#current.conversation.audio(bytes)
  }

  #send(message: WireMessage): void {
    const current = this.#current
    if (current.phase !== 'live') return
    this.#wire('out', this.#redact.json(message))
    current.socket.sendText(JSON.stringify(message))
  }

  #sendAudio(pcm: Uint8Array): void {
    const current = this.#current
    if (current.phase !== 'live') return
    if (this.#deps.onWire !== undefined) this.#wire('out', { type: 'binary', bytes: pcm.byteLength })
    current.socket.sendBinary(pcm)
  }

  #wire(dir: WireEntry['dir'], message: unknown): void {
    this.#deps.onWire?.({ dir, message })
  }

  #socket(): TransportSocket | undefined {
    return this.#running()?.socket
  }

  #place(): Place {
    const { profile, url } = this.#options
    const from = url !== undefined ? 'given' : profile.url !== undefined ? 'profile' : 'parley'
    return { service: profile.service, host: this.#host, from }
  }

  #timedOut(what: string): void {
    this.#end(timeoutReason(what, this.#place()))
  }

  /** A mistake of ours: its text stays in the log, without what it was about. */
  #fault(cause: unknown): void {
    this.#deps.log.error('session fault', { name: cause instanceof Error ? cause.name : typeof cause })
    this.#end({ code: 'internal', message: 'Something went wrong inside Parley. Connect again.' })
  }

  #end(cause: EndReason): void {
    const running = this.#running()
    if (running === undefined) return
    this.#generation += 1
    if ('cancel' in running) running.cancel?.()
    const reason = redactReason(cause, this.#redact)
    this.#current = { phase: 'ended', reason }
    running.conversation.close(reason.code === 'hung-up')
    running.socket?.close(CLOSE_NORMAL, '')
    this.#deps.log.info('session ended', { code: reason.code, serviceCode: reason.serviceCode })
    this.#tellState()
  }

  #become(next: Running): void {
    this.#current = next
    this.#deps.log.info('session', { phase: next.phase })
    this.#tellState()
  }

  #tellState(): void {
    this.#report({ kind: 'state', state: this.state })
  }

  #report(event: SessionEvent): void {
    this.#deps.onEvent(redactEvent(event, this.#redact))
  }
}
