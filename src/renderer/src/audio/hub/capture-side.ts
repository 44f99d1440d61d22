import { CaptureMixer } from '../../../../shared/audio/capture-mixer.ts'
import { OwnVoiceCanceller } from '../../../../shared/audio/own-voice.ts'
import { releasePreRolls } from '../../../../shared/audio/pre-roll.ts'
import type { SpeexModule } from '../../../../shared/audio/resampler.ts'
import type { Gate } from '../api.ts'
import type { FromAudioWorker, ToAudioWorker } from '../worker-messages.ts'
import { CaptureInput } from './capture-input.ts'
import { CaptureInputs } from './capture-inputs.ts'
import { PlayedReference } from './played-reference.ts'
import { Recorder } from './recorder.ts'
import { StreamSource } from './stream-source.ts'
import type { HeardChunk, TurnTaking } from './turn-taking.ts'
import { WorkletSource } from './worklet-source.ts'

const NOTHING = new Float32Array(0)

type WorkletInput = Extract<ToAudioWorker, { kind: 'input' }>
type StreamInput = Extract<ToAudioWorker, { kind: 'input-stream' }>

export interface CapturePorts {
  speex: SpeexModule
  post: (message: FromAudioWorker, transfer?: Transferable[]) => void
  nowMs: () => number
  /** One block of 20 ms at the session's rate, reused memory; only while the gate is open. */
  onBlock: (pcm: Int16Array) => void
  /** New levels are known. */
  onLevels: () => void
  turnTaking: TurnTaking
}

/** All inputs, the gate and the mixer. While the gate is not open nothing of an input goes on, and while it is closed nothing is kept. */
export class CaptureSide {
  private readonly ports: CapturePorts
  private readonly sources = new Map<string, WorkletSource | StreamSource>()
  private readonly inputs: CaptureInputs
  private readonly gains = new Map<string, number>()
  /** Of all worklet inputs, and of streams that have begun. */
  private readonly ratesHz = new Map<string, number>()
  private readonly recorder: Recorder
  private reference: { id: string; played: PlayedReference } | null = null
  private gate: Gate = 'closed'
  private outRateHz: number | undefined
  private mixer: CaptureMixer | undefined
  private lostMs = 0
  private droppedMixerMs = 0
  private readonly chunk: HeardChunk = {
    input: NOTHING,
    count: 0,
    rateHz: 1,
    played: NOTHING,
    playedFrom: 0,
    playedCount: 0,
    gateOpen: false
  }

  constructor(ports: CapturePorts) {
    this.ports = ports
    this.recorder = new Recorder(ports.post)
    this.inputs = new CaptureInputs({
      onLate: () => {
        ports.onLevels()
      },
      onStalled: (id) => {
        this.onStalled(id)
      }
    })
  }

  /** Since the worker started. */
  get droppedMs(): number {
    return this.lostMs + this.droppedMixerMs + droppedMsOf(this.mixer)
  }

  /** No input sets a pace for the levels. */
  get isIdle(): boolean {
    return this.inputs.isIdle
  }

  /** RMS over 100 ms of the loudest input of the role that delivers anything. */
  dbfs(role: 'microphone' | 'system'): number {
    return this.inputs.dbfs(role)
  }

  addWorklet(message: WorkletInput): void {
    const { id, role, port, sampleRateHz, gain } = message
    this.remove(id)
    this.ratesHz.set(id, sampleRateHz)
    this.gains.set(id, gain)
    const counts = role === 'microphone' || role === 'system'
    if (role === 'played') this.reference = { id, played: new PlayedReference(sampleRateHz) }
    else if (counts) this.addInput(id, role, sampleRateHz)
    if (counts) this.inputs.arrivals.add(id)
    if (role === 'microphone') this.ports.turnTaking.forget()
    const source = new WorkletSource(port, sampleRateHz, {
      onBlock: this.blockHandler(message),
      onLost: (ms) => {
        if (counts) this.lostMs += ms
      }
    })
    this.sources.set(id, source)
  }

  /** Its rate is known when the first chunk comes, and may change with any. */
  addStream({ id, readable, gain }: StreamInput): void {
    this.remove(id)
    this.gains.set(id, gain)
    this.inputs.arrivals.add(id)
    this.ports.turnTaking.forget()
    const source = new StreamSource(readable, {
      onChunk: (samples, count, rateHz) => {
        this.takeStream(id, samples, count, rateHz)
      },
      onLost: (ms) => {
        this.lostMs += ms
      },
      onFailure: (text) => {
        this.ports.post({ kind: 'input-failed', id, message: text })
      },
      nowMs: this.ports.nowMs
    })
    this.sources.set(id, source)
  }

  setGain(id: string, gain: number): void {
    this.gains.set(id, gain)
    const input = this.inputs.get(id)
    if (input !== undefined) input.gain = gain
  }

  remove(id: string): void {
    this.sources.get(id)?.close()
    this.sources.delete(id)
    this.recorder.finish(id)
    this.inputs.arrivals.remove(id)
    this.ratesHz.delete(id)
    this.gains.delete(id)
    if (this.reference?.id === id) this.reference = null
    const input = this.inputs.get(id)
    if (input === undefined) return
    this.inputs.delete(id)
    this.mixer?.removeInput(id)
    if (input.role === 'microphone') this.ports.turnTaking.forget()
  }

  /** Whether all inputs still deliver; to be called every half second. */
  look(): void {
    this.inputs.arrivals.look()
  }

  record(id: string, ms: number): void {
    const rateHz = this.ratesHz.get(id)
    if (rateHz === undefined) this.recorder.refuse(id)
    else this.recorder.start(id, ms, rateHz)
  }

  /** A session begins: its blocks have this rate. */
  begin(outRateHz: number): void {
    this.outRateHz = outRateHz
    if (this.gate === 'open') this.startMixer()
  }

  setGate(gate: Gate): void {
    if (gate === this.gate) return
    this.gate = gate
    if (gate === 'closed') for (const input of this.inputs.values()) input.preRoll.clear()
    if (gate === 'open') this.startMixer()
    else {
      this.mixer?.finish()
      this.stopMixer()
    }
  }

  /** Fresh at every opening: nothing of before is left in a resampler. What was kept comes first. */
  private startMixer(): void {
    this.stopMixer()
    if (this.outRateHz === undefined) return
    const { speex, nowMs, onBlock } = this.ports
    const mixer = new CaptureMixer({ speex, outRateHz: this.outRateHz, nowMs, onBlock })
    this.mixer = mixer
    for (const { id, rateHz, role } of this.inputs.values()) mixer.addInput(id, rateHz, role === 'microphone')
    const rolls = new Map([...this.inputs.values()].map(({ id, preRoll }) => [id, preRoll]))
    releasePreRolls(rolls, (id, samples, count) => {
      mixer.push(id, samples, count)
    })
  }

  private stopMixer(): void {
    this.mixer?.close()
    this.droppedMixerMs += droppedMsOf(this.mixer)
    this.mixer = undefined
  }

  private addInput(id: string, role: 'microphone' | 'system', rateHz: number): CaptureInput {
    const input = new CaptureInput(id, role, rateHz, this.gains.get(id) ?? 1)
    this.inputs.set(input)
    this.mixer?.addInput(id, rateHz, role === 'microphone')
    return input
  }

  private blockHandler({
    id,
    role,
    sampleRateHz,
    ownVoice
  }: WorkletInput): (block: Float32Array, frames: number, silentFrames: number) => void {
    if (role === 'played') {
      return (block, frames, silentFrames) => {
        this.reference?.played.push(block, frames, silentFrames)
      }
    }
    if (role === 'probe') {
      return (block, frames) => {
        this.recorder.take(id, block, block, frames, frames)
      }
    }
    const canceller =
      role === 'system' && ownVoice === 'included'
        ? new OwnVoiceCanceller(sampleRateHz, (handling) => {
            this.ports.post({ kind: 'own-voice', id, handling })
          })
        : null
    return (block, frames) => {
      this.recorder.take(id, block, block, frames, frames)
      const input = this.inputs.get(id)
      if (input === undefined) return
      input.inspect(block, frames)
      canceller?.process(block, frames)
      this.take(input, block, frames, block, frames, frames)
    }
  }

  private takeStream(id: string, samples: Float32Array, count: number, rateHz: number): void {
    let input = this.inputs.get(id)
    if (input?.rateHz !== rateHz) {
      this.recorder.finish(id)
      this.ratesHz.set(id, rateHz)
      this.ports.turnTaking.forget()
      this.lostMs += input?.preRoll.ms ?? 0
      input = this.addInput(id, 'microphone', rateHz)
    }
    const played = this.reference?.played.take(count, rateHz) ?? NOTHING
    this.recorder.take(id, samples, played, 0, count)
    input.inspect(samples, count)
    this.take(input, samples, count, played, 0, played === NOTHING ? 0 : count)
  }

  private take(
    input: CaptureInput,
    samples: Float32Array,
    count: number,
    played: Float32Array,
    playedFrom: number,
    playedCount: number
  ): void {
    const { chunk, ports } = this
    const isMicrophone = input.role === 'microphone'
    this.inputs.arrivals.came(input.id)
    chunk.input = samples
    chunk.count = count
    chunk.rateHz = input.rateHz
    chunk.played = played
    chunk.playedFrom = playedFrom
    chunk.playedCount = playedCount
    chunk.gateOpen = this.gate === 'open'
    const silenced = isMicrophone && ports.turnTaking.mutes(chunk)
    const windows = input.measure(samples, count)
    this.forward(input, input.hush.apply(samples, count, silenced), count)
    const sound = input.listen(count, windows, chunk.gateOpen)
    if (sound !== null) ports.post({ kind: 'sound', id: input.id, sound })
    if (windows > 0 && this.inputs.paces(input)) ports.onLevels()
    if (isMicrophone) ports.turnTaking.learn(chunk)
  }

  private forward(input: CaptureInput, samples: Float32Array, count: number): void {
    if (this.gate === 'closed') return
    if (this.mixer === undefined) input.preRoll.keep(samples, count)
    else this.mixer.push(input.id, samples, count)
  }

  /** A stream that never began is silent too. System audio comes by the graph, which is watched elsewhere. */
  private onStalled(id: string): void {
    const input = this.inputs.get(id)
    if (input?.role === 'system') return
    this.ports.turnTaking.stalled()
    const sound = input === undefined ? 'silent' : input.stalled()
    if (sound !== null) this.ports.post({ kind: 'sound', id, sound })
  }
}

function droppedMsOf(mixer: CaptureMixer | undefined): number {
  return mixer === undefined ? 0 : (mixer.droppedSamples / mixer.outRateHz) * 1000
}
