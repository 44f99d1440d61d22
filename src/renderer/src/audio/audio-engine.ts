import { DEFAULT_AUDIO_PREFERENCES } from '../../../shared/audio/preferences.ts'
import type {
  AudioEngine,
  AudioSetup,
  Devices,
  Earcon,
  EchoCheck,
  EchoState,
  Gate,
  Levels,
  LoudspeakerState,
  MicrophoneState,
  SystemAudioState,
  TalkMode
} from './api.ts'
import { AudioGraph } from './audio-graph.ts'
import AudioWorker from './audio.worker.ts?worker'
import { DeviceWatch, LOOK_OFTEN_MS, LOOK_SELDOM_MS } from './devices.ts'
import { EchoChecker } from './echo-checker.ts'
import { type Attachment, GraphKeeper, type GraphSource } from './graph-keeper.ts'
import { Loudspeaker } from './loudspeaker.ts'
import { MicrophoneInput, platformTrackProcessor } from './microphone-input.ts'
import { MicrophoneKeeper } from './microphone-keeper.ts'
import { SystemAudioKeeper } from './system-audio-keeper.ts'
import { SystemAudioError, systemAudioOpener } from './system-audio.ts'
import type { AllowSystemAudio } from './system-audio-permission.ts'
import type { FromAudioWorker, LinkSource, ToAudioWorker } from './worker-messages.ts'

export interface EngineOptions {
  /** Asks the host to let this page capture what the computer plays. */
  allowSystemAudio: AllowSystemAudio
}

const TAKEN_OVER = 'Another window of Parley uses the microphone now. Reload this page to use it here.'

const FIRST_SETUP: AudioSetup = { ...DEFAULT_AUDIO_PREFERENCES, microphone: null }

/** Owns the microphone, system audio, the loudspeaker, the graph and the audio worker of a page, and holds them together. */
class WorkerAudioEngine implements AudioEngine {
  readonly #worker = new AudioWorker()
  readonly #graphs: GraphKeeper<AudioGraph>
  readonly #microphone: MicrophoneKeeper
  readonly #system: SystemAudioKeeper
  readonly #loudspeaker: Loudspeaker
  readonly #devices: DeviceWatch
  readonly #checker: EchoChecker
  readonly #changeListeners = new Set<() => void>()
  readonly #levelListeners = new Set<(levels: Levels) => void>()
  /** What was asked for; what the echo check opens beside it is not meant. */
  #open: 'nothing' | 'microphone' | 'all' = 'nothing'
  /** Also a microphone that is only kept ready goes through the graph here. */
  readonly #needsGraph: boolean
  /** Why this page has no audio any more. */
  #over: string | undefined
  #talk: { gate: Gate; mode: TalkMode } = { gate: 'closed', mode: 'push-to-talk' }
  #echo: EchoState = { leakDb: null, halfDuplex: false }
  #playing = false

  constructor(source: Promise<LinkSource>, { allowSystemAudio }: EngineOptions) {
    const media = navigator.mediaDevices
    const onChange = (): void => this.#changed()
    const devices = () => this.#devices.list
    this.#graphs = new GraphKeeper({
      post: (message, transfer) => this.#post(message, transfer),
      create: (hint, volume) => AudioGraph.create(hint, volume, (message, transfer) => this.#post(message, transfer)),
      tellsGlitches: () => 'playbackStats' in AudioContext.prototype,
      touched: () => navigator.userActivation.hasBeenActive,
      onUp: () => this.#loudspeaker.renew(),
      onChange
    })
    const graphs = this.#graphs
    const TrackProcessor = platformTrackProcessor()
    this.#needsGraph = TrackProcessor === undefined
    const input = new MicrophoneInput({
      TrackProcessor,
      post: (message, transfer) => this.#post(message, transfer),
      attach: (heard) => graphs.attach(heard)
    })
    const { microphone: choice, processing } = FIRST_SETUP
    this.#microphone = new MicrophoneKeeper(
      { media, canBeHeard: () => this.#canBeHeard(), attach: (heard) => this.#hear(heard, input), devices, onChange },
      { choice, processing }
    )
    this.#system = new SystemAudioKeeper({
      open: systemAudioOpener(media, allowSystemAudio),
      failureOf: (cause) => (cause instanceof SystemAudioError ? cause : { code: 'failed', message: String(cause) }),
      graphs,
      devices,
      onChange
    })
    this.#loudspeaker = new Loudspeaker({
      context: () => graphs.graph?.context,
      onMoving: () => {
        graphs.moving()
        this.#post({ kind: 'output-moved' })
      },
      devices,
      onChange
    })
    this.#devices = new DeviceWatch(media, (changed) => this.#looked(changed))
    this.#checker = new EchoChecker({
      media,
      graphs,
      microphone: this.#microphone,
      look: () => this.#devices.look(),
      isOnLoudspeaker: () => !this.#loudspeaker.isMoving,
      post: (message) => this.#post(message)
    })
    this.#worker.onmessage = ({ data }: MessageEvent<FromAudioWorker>) => this.#onWorker(data)
    this.#worker.onerror = (event) => this.#broken(`The audio worker stopped: ${event.message}`)
    void source.then((link) => this.#post({ kind: 'link', source: link }, link.kind === 'port' ? [link.port] : []))
    // A gesture may be what the autoplay rule waits for, also for a context that ran before.
    for (const gesture of ['pointerdown', 'pointerup', 'click', 'keydown'] as const)
      window.addEventListener(gesture, () => graphs.run(), { capture: true })
  }

  get microphone(): MicrophoneState {
    // What the check opened for itself is nobody's conversation.
    return this.#open !== 'nothing' || this.#over !== undefined ? this.#microphone.state : { kind: 'off' }
  }

  get systemAudio(): SystemAudioState {
    return this.#system.state
  }

  get loudspeaker(): LoudspeakerState {
    const { label, insteadOf } = this.#loudspeaker
    return { blocked: this.#graphs.blocked, label, insteadOf }
  }

  get echo(): EchoState {
    return this.#echo
  }

  configure(setup: AudioSetup): void {
    if (this.#over !== undefined) return
    const { microphone: choice, processing, systemAudio, systemAudioGainDb, halfDuplex, duck } = setup
    this.#checker.stop()
    this.#graphs.volume = setup.volume
    this.#loudspeaker.configure(setup.loudspeaker)
    this.#microphone.configure({ choice, processing })
    this.#system.configure(systemAudio, systemAudioGainDb)
    this.#post({ kind: 'turn-taking', duck, halfDuplex })
  }

  async open(what?: 'microphone'): Promise<void> {
    if (this.#over !== undefined) {
      this.#changed()
      return
    }
    const all = what === undefined
    this.#open = all ? 'all' : 'microphone'
    this.#graphs.need('conversation', all || this.#needsGraph)
    this.#devices.everyMs = all ? LOOK_OFTEN_MS : LOOK_SELDOM_MS
    if (!all) this.#system.close()
    this.#changed()
    await Promise.all([this.#microphone.open(), all ? this.#system.open() : undefined])
    await this.#devices.look()
  }

  close(): void {
    this.#open = 'nothing'
    this.#checker.stop()
    this.#graphs.need('conversation', false)
    this.#devices.everyMs = undefined
    this.#system.close()
    if (this.#over === undefined) this.#microphone.close()
  }

  talk(gate: Gate, mode: TalkMode): void {
    this.#talk = { gate, mode }
    // Nothing of a check reaches the service; who talks wants no check.
    if (gate === 'open') this.#checker.stop()
    if (!this.#checker.running) this.#post({ kind: 'talk', gate, mode })
    if (gate !== 'closed') this.#graphs.run()
    this.#changed()
  }

  async checkEcho(): Promise<EchoCheck> {
    if (this.#over !== undefined) return { kind: 'failed', reason: 'no-microphone' }
    if (this.#checker.running || this.#playing || this.#talk.gate === 'open') return { kind: 'failed', reason: 'busy' }
    this.#post({ kind: 'talk', gate: 'closed', mode: this.#talk.mode })
    const result = await this.#checker.run()
    if (this.#open === 'nothing') this.#microphone.close()
    this.#post({ kind: 'talk', ...this.#talk })
    return result
  }

  stopEchoCheck(): void {
    this.#checker.stop()
  }

  earcon(earcon: Earcon): void {
    this.#graphs.graph?.earcon(earcon)
  }

  async devices(): Promise<Devices> {
    await this.#devices.look()
    const { microphones, loudspeakers } = this.#devices.list
    return { microphones: [...microphones], loudspeakers: [...loudspeakers] }
  }

  onChange(listener: () => void): () => void {
    this.#changeListeners.add(listener)
    return () => {
      this.#changeListeners.delete(listener)
    }
  }

  onLevels(listener: (levels: Levels) => void): () => void {
    this.#levelListeners.add(listener)
    return () => {
      this.#levelListeners.delete(listener)
    }
  }

  /** A microphone that is only kept ready is not answered. */
  #canBeHeard(): Promise<unknown> {
    return this.#open === 'microphone' && !this.#needsGraph ? Promise.resolve() : this.#graphs.ready()
  }

  #hear(source: GraphSource, input: MicrophoneInput): Attachment {
    const attachment = input.attach(source)
    // A page that records may play.
    this.#graphs.run()
    return attachment
  }

  #looked(changed: boolean): void {
    if (this.#open !== 'nothing') {
      this.#microphone.looked(changed)
      this.#system.looked(changed)
    }
    this.#loudspeaker.follow()
    if (changed) this.#changed()
  }

  #onWorker(message: FromAudioWorker): void {
    switch (message.kind) {
      case 'levels': {
        const { inputDbfs, systemDbfs, outputDbfs } = message
        for (const listener of this.#levelListeners) listener({ inputDbfs, systemDbfs, outputDbfs })
        return
      }
      case 'sound':
        this.#microphone.heard(message.id, message.sound)
        this.#system.heard(message.id, message.sound === 'silent')
        return
      case 'own-voice':
        this.#system.handled(message.id, message.handling)
        return
      case 'echo':
        this.#echo = { leakDb: message.leakDb, halfDuplex: message.halfDuplex }
        this.#changed()
        return
      case 'recorded':
        this.#checker.recorded(message)
        return
      case 'playing':
        this.#playing = message.playing
        if (message.playing) this.#checker.stop()
        this.#graphs.need('reply', message.playing)
        return
      case 'taken-over':
        this.#end(TAKEN_OVER)
        return
      case 'input-failed':
        this.#microphone.broke(message.id)
        return
      case 'failed':
        this.#broken(message.message)
        return
      case 'link':
        this.#changed()
    }
  }

  #broken(why: string): void {
    this.#end(`${why} Reload this page.`)
  }

  /** This page's audio is over for good: everything is let go of, and the microphone says why. */
  #end(why: string): void {
    this.#over = why
    this.close()
    this.#microphone.fail(why)
  }

  #post(message: ToAudioWorker, transfer: Transferable[] = []): void {
    this.#worker.postMessage(message, transfer)
  }

  #changed(): void {
    for (const listener of this.#changeListeners) listener()
  }
}

/** The page's audio engine; `source` is main's end of the audio link. */
export function createAudioEngine(source: Promise<LinkSource>, options: EngineOptions): AudioEngine {
  return new WorkerAudioEngine(source, options)
}
