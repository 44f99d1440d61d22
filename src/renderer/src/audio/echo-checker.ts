import type { EchoCheck, MicrophoneState } from './api.ts'
import { type EchoRecording, RECORDED_MS, runEchoCheck } from './echo-check-run.ts'
import type { Attachment, GraphSource, Need } from './graph-keeper.ts'
import { openRaw, stopStream } from './microphone.ts'
import type { FromAudioWorker, ToAudioWorker } from './worker-messages.ts'

/** What the check uses of the graph. */
interface CheckGraph {
  readonly context: { readonly state: string; readonly sampleRate: number }
  play(samples: Float32Array<ArrayBuffer>, signal: AbortSignal): Promise<void>
}

export interface EchoCheckerPorts {
  media: Pick<MediaDevices, 'getUserMedia'>
  graphs: {
    readonly graph: CheckGraph | undefined
    need(what: Need, needed: boolean): void
    attach(source: GraphSource): Attachment
  }
  microphone: { readonly state: MicrophoneState; readonly stream: MediaStream | undefined; open(): Promise<void> }
  /** Resolves when the devices, whose names a microphone that opens may have uncovered, were looked at. */
  look(): Promise<void>
  /** The context plays on the loudspeaker that it shall play on. */
  isOnLoudspeaker(): boolean
  post(message: ToAudioWorker): void
}

/** A microphone that was just opened gives its first sound within this. */
const SETTLE_MS = 400
/** A context that may run does so within this. */
const RUNNING_MS = 1500
const LOOK_MS = 50
/** The worker answers at the latest this long after the end of a recording. */
const ANSWER_GRACE_MS = 2000

/** A check that took this long beside a microphone that is open will not end: its context has died unseen. */
const LONGEST_CHECK_MS = 2 * (RECORDED_MS + ANSWER_GRACE_MS) + 2000

/** A context that was just started is made anew where the machine cannot keep its latency: the check begins again with it. */
const MOST_GRAPHS = 3

const NO_LOUDSPEAKER: EchoCheck = { kind: 'failed', reason: 'no-loudspeaker' }
const BUSY: EchoCheck = { kind: 'failed', reason: 'busy' }

/** The input that was to be recorded is there no more. */
class NotRecorded extends Error {}

/** What else can fail is the playing: a context that was closed meanwhile. */
function failureOf(cause: unknown): EchoCheck {
  return cause instanceof NotRecorded ? { kind: 'failed', reason: 'no-microphone' } : NO_LOUDSPEAKER
}

/** Runs one echo check at a time over the page's own microphone and graph; the microphone that it opens is its caller's to close. */
export class EchoChecker {
  readonly #ports: EchoCheckerPorts
  readonly #waiting = new Map<string, (recording: EchoRecording) => void>()
  #abort: AbortController | undefined

  constructor(ports: EchoCheckerPorts) {
    this.#ports = ports
  }

  get running(): boolean {
    return this.#abort !== undefined
  }

  /** Ends a check that runs: it answers `busy`. */
  stop(): void {
    this.#abort?.abort()
  }

  recorded({ id, input, played }: Extract<FromAudioWorker, { kind: 'recorded' }>): void {
    this.#waiting.get(id)?.({ input, played })
  }

  /** Never rejects. To be asked only while none runs. */
  async run(): Promise<EchoCheck> {
    const abort = new AbortController()
    this.#abort = abort
    const stopped = new Promise<EchoCheck>((resolve) => {
      abort.signal.addEventListener('abort', () => resolve(BUSY), { once: true })
    })
    this.#ports.graphs.need('check', true)
    try {
      return await Promise.race([this.#check(abort.signal), stopped])
    } catch (cause) {
      return failureOf(cause)
    } finally {
      // Also ends what still plays.
      abort.abort()
      this.#abort = undefined
      this.#ports.graphs.need('check', false)
    }
  }

  async #check(signal: AbortSignal): Promise<EchoCheck> {
    const { graphs, media, microphone } = this.#ports
    const wasOpen = microphone.state.kind === 'live'
    await microphone.open()
    const { stream, state } = microphone
    if (state.kind !== 'live' || stream === undefined) return { kind: 'failed', reason: 'no-microphone' }
    const raw = await openRaw(media, state.deviceId).catch(() => undefined)
    if (signal.aborted) {
      if (raw !== undefined) stopStream(raw)
      return BUSY
    }
    // Both through the graph, where they stand beside what is played to the frame.
    const listen = (heard: MediaStream): Attachment =>
      graphs.attach({ role: 'probe', stream: heard, gain: 1, ownVoice: 'included' })
    const processed = listen(stream)
    const probe = raw && listen(raw)
    signal.addEventListener('abort', () => {
      processed.detach()
      probe?.detach()
      if (raw !== undefined) stopStream(raw)
    })
    await this.#ports.look()
    if (!wasOpen) await wait(SETTLE_MS)
    for (let tried = 1; ; tried += 1) {
      const graph = await this.#runningGraph()
      if (signal.aborted) return BUSY
      if (graph === undefined) return NO_LOUDSPEAKER
      const done = runEchoCheck({
        sampleRateHz: graph.context.sampleRate,
        cancels: state.granted.echoCancellation,
        recordMicrophone: (ms) => this.#record(processed.id, ms),
        recordRaw: probe && ((ms) => this.#record(probe.id, ms)),
        play: (samples) => (signal.aborted ? Promise.resolve() : graph.play(samples, signal)),
        wait
      }).catch(failureOf)
      const found = await Promise.race([done, wait(LONGEST_CHECK_MS).then(() => NO_LOUDSPEAKER)])
      if (graphs.graph === graph) return found
      // Another graph has come meanwhile: what was recorded of the last one says nothing.
      if (tried === MOST_GRAPHS) return NO_LOUDSPEAKER
    }
  }

  async #runningGraph(): Promise<CheckGraph | undefined> {
    for (let waitedMs = 0; waitedMs < RUNNING_MS; waitedMs += LOOK_MS) {
      const { graph } = this.#ports.graphs
      if (graph?.context.state === 'running' && this.#ports.isOnLoudspeaker()) return graph
      await wait(LOOK_MS)
    }
    return undefined
  }

  #record(id: string | undefined, ms: number): Promise<EchoRecording> {
    if (id === undefined) return Promise.reject(new NotRecorded('There is no such input now.'))
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        clearTimeout(timer)
        this.#waiting.delete(id)
      }
      const timer = setTimeout(() => {
        settle()
        reject(new NotRecorded('The worker did not answer.'))
      }, RECORDED_MS + ANSWER_GRACE_MS)
      this.#waiting.set(id, (recording) => {
        settle()
        resolve(recording)
      })
      this.#ports.post({ kind: 'record', id, ms })
    })
  }
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms)
  })
}
