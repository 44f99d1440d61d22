import {
  CAPTURE_CHANNELS,
  CAPTURE_TRAILER_SLOTS,
  type PlaybackCommand
} from '../../../../shared/audio/graph-messages.ts'
import type { SpeexModule } from '../../../../shared/audio/resampler.ts'
import { AUDIO_HEADER_BYTES, type AudioDown, AudioUp, FRAMES_PER_TAKEN } from '../../../../shared/ipc/audio-link.ts'
import { AudioHub } from '../audio-hub.ts'
import type { Gate, TalkMode } from '../api.ts'
import type { FromAudioWorker, InputRole, ToAudioWorker } from '../worker-messages.ts'

/** Context and session have the same rate here, so that nothing is resampled and no WASM is needed where none is given. */
export const RATE_HZ = 16_000
export const BLOCK_MS = 10
export const BLOCK = 160

/** The other end's view of a port that the hub was given. */
export class FakePort {
  onmessage: ((event: { data: unknown }) => void) | null = null
  readonly received: unknown[] = []
  closed = false

  /** As a real port does, copies what it sends. */
  postMessage(message: unknown, transfer: Transferable[] = []): void {
    this.received.push(structuredClone(message, { transfer }))
  }

  close(): void {
    this.closed = true
  }

  /** A message to the hub. */
  say(data: unknown): void {
    this.onmessage?.({ data })
  }

  asPort(): MessagePort {
    // A class of the platform: this has the members that are used here.
    return this as unknown as MessagePort
  }
}

/** Main's end of the link, which takes everything at once. */
class MainPort extends FakePort {
  private taken = 0

  override postMessage(message: unknown, transfer: Transferable[] = []): void {
    super.postMessage(message, transfer)
    if (!(message instanceof Uint8Array)) return
    this.taken += 1
    if (this.taken % FRAMES_PER_TAKEN === 0) this.say({ kind: 'taken', frames: this.taken })
  }
}

/** What main got, in order. */
export type Arrival = { kind: 'control'; message: AudioUp } | { kind: 'block'; sequence: number; pcm: Int16Array }

/** A hub with everything around it scripted. */
export class HubRig {
  readonly posted: FromAudioWorker[] = []
  readonly link = new MainPort()
  readonly output = new FakePort()
  nowMs = 0
  readonly hub: AudioHub
  private readonly ticks: { ms: number; step: () => void }[] = []
  private readonly ports = new Map<string, FakePort>()

  /** Equal rates are copied: they need no `speex`. */
  constructor(speex = {} as SpeexModule) {
    this.hub = new AudioHub({
      speex,
      post: (message, transfer = []) => this.posted.push(structuredClone(message, { transfer })),
      nowMs: () => this.nowMs,
      every: (ms, step) => this.ticks.push({ ms, step })
    })
    this.hub.obey({ kind: 'link', source: { kind: 'port', port: this.link.asPort() } })
  }

  /** What main got since the link began. */
  get arrivals(): Arrival[] {
    return this.link.received.map((message) => {
      if (!(message instanceof Uint8Array)) return { kind: 'control', message: AudioUp.parse(message) }
      const bytes = message.slice()
      const sequence = new DataView(bytes.buffer).getUint32(0, true)
      return { kind: 'block', sequence, pcm: new Int16Array(bytes.buffer.slice(AUDIO_HEADER_BYTES)) }
    })
  }

  /** All samples that main got. */
  get sent(): number[] {
    return this.arrivals.flatMap((arrival) => (arrival.kind === 'block' ? [...arrival.pcm] : []))
  }

  get commands(): PlaybackCommand[] {
    return this.output.received as PlaybackCommand[]
  }

  postedOf<K extends FromAudioWorker['kind']>(kind: K): Extract<FromAudioWorker, { kind: K }>[] {
    return this.posted.filter((message) => message.kind === kind) as Extract<FromAudioWorker, { kind: K }>[]
  }

  controls<K extends AudioUp['kind']>(kind: K): Extract<AudioUp, { kind: K }>[] {
    return this.arrivals.flatMap((arrival) =>
      arrival.kind === 'control' && arrival.message.kind === kind
        ? [arrival.message as Extract<AudioUp, { kind: K }>]
        : []
    )
  }

  down(message: AudioDown): void {
    this.link.say(message)
  }

  format(inputSampleRateHz = RATE_HZ): void {
    this.down({ kind: 'format', inputSampleRateHz, outputSampleRateHz: RATE_HZ })
  }

  gate(gate: Gate, mode: TalkMode = 'open'): void {
    this.hub.obey({ kind: 'talk', gate, mode })
  }

  input(id: string, role: InputRole, more: Partial<Extract<ToAudioWorker, { kind: 'input' }>> = {}): FakePort {
    const port = new FakePort()
    this.ports.set(id, port)
    this.hub.obey({
      kind: 'input',
      id,
      role,
      port: port.asPort(),
      sampleRateHz: RATE_HZ,
      gain: 1,
      ownVoice: 'excluded',
      ...more
    })
    return port
  }

  openOutput(): void {
    this.hub.obey({ kind: 'output', port: this.output.asPort(), sampleRateHz: RATE_HZ, latencySeconds: 0.02 })
  }

  /** One block of input `id` with what was played beside it; the clock goes on with those of a microphone. */
  block(id: string, input: ArrayLike<number>, played: ArrayLike<number> = [], droppedQuanta = 0): void {
    const block = new Float32Array(BLOCK * CAPTURE_CHANNELS + CAPTURE_TRAILER_SLOTS)
    block.set(input)
    block.set(played, BLOCK)
    block[BLOCK * CAPTURE_CHANNELS] = droppedQuanta
    this.ports.get(id)!.say(block)
    this.nowMs += BLOCK_MS
  }

  /** `ms` of the same block. */
  run(id: string, ms: number, input: ArrayLike<number>, played: ArrayLike<number> = []): void {
    for (let at = 0; at < ms; at += BLOCK_MS) this.block(id, input, played)
  }

  /** What the hub does by its timers in `ms`; the clock stands still. */
  tick(ms = 1000): void {
    for (const timer of this.ticks) for (let at = timer.ms; at <= ms; at += timer.ms) timer.step()
  }
}

export const constant = (value: number): Float32Array => new Float32Array(BLOCK).fill(value)

/** Numbers that survive the way through 16 bits. */
export const numbered = (first: number): Float32Array =>
  Float32Array.from({ length: BLOCK }, (_, i) => ((first + i) % 30_000) / 32_768)
