import { EchoLeak } from '../../../../shared/audio/echo-leak.ts'
import { HalfDuplex, type HalfDuplexChoice } from '../../../../shared/audio/half-duplex.ts'
import { meanSquare } from '../../../../shared/audio/level-meter.ts'
import { PreDuck } from '../../../../shared/audio/pre-duck.ts'
import type { TalkMode } from '../api.ts'
import type { FromAudioWorker } from '../worker-messages.ts'

/** The page is told of what is measured at most once in this time. */
const TELL_MS = 1000
/** Mean square below which the agent is not audible (-60 dBFS). */
const AUDIBLE = 1e-6

export interface TurnTakingPorts {
  post: (message: FromAudioWorker) => void
  /** To the playback. */
  onGain: (gain: number, rampMs: number) => void
  nowMs: () => number
}

/** One chunk of the microphone and what was played meanwhile: as many samples, or none where that is not known. */
export interface HeardChunk {
  input: Float32Array
  count: number
  rateHz: number
  played: Float32Array
  playedFrom: number
  playedCount: number
  gateOpen: boolean
}

/** What happens to the microphone and to the playback while both the agent and the person may be heard. */
export class TurnTaking {
  private readonly ports: TurnTakingPorts
  private readonly halfDuplex = new HalfDuplex()
  private readonly duck: PreDuck
  private mode: TalkMode = 'push-to-talk'
  private leak: EchoLeak | null = null
  private rateHz = 0
  private told: { leakDb: number | null; halfDuplex: boolean } = { leakDb: null, halfDuplex: false }
  private toldAtMs = Number.NEGATIVE_INFINITY
  private readonly block = { ms: 0, input: 0, played: 0, gateOpen: false, leakDb: null as number | null }

  constructor(ports: TurnTakingPorts) {
    this.ports = ports
    this.duck = new PreDuck((gain, rampMs) => {
      ports.onGain(gain, rampMs)
    })
  }

  configure(duck: boolean, halfDuplex: HalfDuplexChoice): void {
    this.duck.enable(duck)
    this.halfDuplex.choose(halfDuplex)
    this.tell()
  }

  /** Only an open microphone is silenced: who holds a key means to be heard. */
  setMode(mode: TalkMode): void {
    this.mode = mode
    this.tell()
  }

  /** Another microphone or loudspeaker, or none any more: what was measured is no longer true. */
  forget(): void {
    this.leak = null
    this.rateHz = 0
    this.halfDuplex.reset()
    this.duck.restart()
    this.tell()
  }

  /** The microphone delivers nothing: nobody can be heard to speak. */
  stalled(): void {
    this.duck.restart()
    this.tell()
  }

  /** The playback starts anew. */
  restart(): void {
    this.duck.restart()
  }

  /** What played is flushed. */
  flushed(): void {
    this.duck.flushed()
  }

  /** To be asked before the chunk is sent. Returns whether silence is to be sent in its place. */
  mutes(chunk: HeardChunk): boolean {
    const { block, leak } = this
    block.ms = (chunk.count * 1000) / chunk.rateHz
    block.input = meanSquare(chunk.input, 0, chunk.count)
    block.played = meanSquare(chunk.played, chunk.playedFrom, chunk.playedCount)
    block.gateOpen = chunk.gateOpen
    block.leakDb = leak?.leakDb ?? null
    this.halfDuplex.block(block.ms, block.played > AUDIBLE, block.leakDb, leak?.delayMs ?? null)
    this.duck.block(block)
    this.tellAtTimes()
    return this.mode === 'open' && this.halfDuplex.mutes
  }

  /** To be told after the chunk was sent: nothing waits for it. */
  learn(chunk: HeardChunk): void {
    // Nothing is known of what plays.
    if (chunk.playedCount === 0) return
    if (this.leak === null || this.rateHz !== chunk.rateHz) {
      this.leak = new EchoLeak(chunk.rateHz)
      this.rateHz = chunk.rateHz
    }
    this.leak.push(chunk.input, 0, chunk.played, chunk.playedFrom, chunk.count)
  }

  /** What is measured changes with every comparison. */
  private tellAtTimes(): void {
    if (this.ports.nowMs() - this.toldAtMs >= TELL_MS) this.tell()
  }

  private tell(): void {
    const { told } = this
    const leakDb = this.leak?.leakDb ?? null
    const rounded = leakDb === null ? null : Math.round(leakDb)
    const halfDuplex = this.mode === 'open' && this.halfDuplex.inForce
    if (rounded === told.leakDb && halfDuplex === told.halfDuplex) return
    this.toldAtMs = this.ports.nowMs()
    this.told = { leakDb: rounded, halfDuplex }
    this.ports.post({ kind: 'echo', ...this.told })
  }
}
