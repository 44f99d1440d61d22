import {
  AgentPlayback,
  NoPlayback,
  type PlayedReport,
  type ReplySink
} from '../../../../shared/audio/agent-playback.ts'
import type { PlaybackCommand, PlaybackStatus } from '../../../../shared/audio/graph-messages.ts'
import { amplitudeToDbfs } from '../../../../shared/audio/pcm.ts'
import type { SpeexModule } from '../../../../shared/audio/resampler.ts'
import type { AudioDown } from '../../../../shared/ipc/audio-link.ts'
import type { FromAudioWorker, ToAudioWorker } from '../worker-messages.ts'

type Format = Extract<AudioDown, { kind: 'format' }>

/** A delay that changed by less has not changed. */
const LEARNT_STEP_MS = 1

export interface PlaybackPorts {
  speex: SpeexModule
  post: (message: FromAudioWorker) => void
  onPlayed: (report: PlayedReport) => void
  /** The playback starts anew, at full gain. */
  onRestart: () => void
  /** What is known of the link to the session's service has changed. */
  onPlayoutDelay: (ms: number) => void
  /** What plays has changed in loudness. */
  onLevel: () => void
}

/** The agent's replies on their way from main to the playback worklet. A session's format begins a new epoch. */
export class PlaybackSide {
  private readonly ports: PlaybackPorts
  private output: { port: MessagePort; sampleRateHz: number } | undefined
  private format: Format | undefined
  private sink: ReplySink
  private epoch = 0
  /** What was learnt of the link to the session's service, null for nothing: over every loudspeaker that there is. */
  private learntDelayMs: number | null = null
  private unheardMs = 0
  private toldPlaying = false
  private droppedMsOfWorklet = 0
  private underrunsOfWorklet = 0
  /** Mean squares of the last two statuses, 50 ms each. */
  private newer = 0
  private older = 0

  constructor(ports: PlaybackPorts) {
    this.ports = ports
    this.sink = new NoPlayback(ports.onPlayed)
  }

  /** Since the worker started. */
  get underruns(): number {
    return this.underrunsOfWorklet
  }

  get droppedMs(): number {
    return this.droppedMsOfWorklet + this.unheardMs + this.lostInSinkMs()
  }

  /** RMS over 100 ms. */
  get dbfs(): number {
    return amplitudeToDbfs(Math.sqrt((this.newer + this.older) / 2))
  }

  begin(format: Format): void {
    this.format = format
    this.learntDelayMs = format.playoutDelayMs ?? null
    this.start({ answer: false, cut: 0 })
    this.tellPlaying()
  }

  write(reply: number, pcm: Uint8Array): void {
    this.sink.write(reply, pcm)
    this.tellPlaying()
  }

  end(reply: number): void {
    this.sink.end(reply)
    this.tellPlaying()
  }

  flush(reply: number): void {
    this.sink.flush(reply)
    this.tellPlaying()
  }

  setGain(gain: number, rampMs: number): void {
    this.command({ kind: 'gain', gain, rampMs })
  }

  setLatency(seconds: number): void {
    this.command({ kind: 'latency', seconds })
  }

  setOutput({ port, sampleRateHz, latencySeconds }: Extract<ToAudioWorker, { kind: 'output' }>): void {
    this.closePort()
    this.output = { port, sampleRateHz }
    port.onmessage = ({ data }: MessageEvent<PlaybackStatus>): void => {
      this.onStatus(data)
    }
    this.setLatency(latencySeconds)
    this.start({ answer: true, cut: this.sink.cut })
    this.tellPlaying()
  }

  endOutput(): void {
    this.closePort()
    this.output = undefined
    this.older = 0
    this.newer = 0
    this.start({ answer: true, cut: this.sink.cut })
    this.tellPlaying()
  }

  private closePort(): void {
    if (this.output === undefined) return
    this.output.port.onmessage = null
    this.output.port.close()
  }

  /** Without a loudspeaker every reply is answered as not heard, so that no session waits for it. */
  private start({ answer, cut }: { answer: boolean; cut: number }): void {
    this.unheardMs += this.lostInSinkMs()
    this.sink.close(answer)
    this.ports.onRestart()
    if (this.format === undefined || this.output === undefined) {
      this.sink = new NoPlayback(this.ports.onPlayed, cut)
      return
    }
    this.epoch += 1
    // Before the new epoch begins: what the old one says of its link is not taken for this one's.
    this.command({ kind: 'link', delayMs: this.learntDelayMs })
    this.sink = new AgentPlayback({
      speex: this.ports.speex,
      agentRateHz: this.format.outputSampleRateHz,
      contextRateHz: this.output.sampleRateHz,
      epoch: this.epoch,
      cut,
      send: (command) => {
        this.command(command)
      },
      onPlayed: this.ports.onPlayed
    })
  }

  private onStatus(status: PlaybackStatus): void {
    this.sink.onStatus(status)
    this.learn(status)
    this.tellPlaying()
    this.underrunsOfWorklet = status.underruns
    this.droppedMsOfWorklet = (status.droppedFrames / (this.output?.sampleRateHz ?? 1)) * 1000
    // The status that says that nothing plays any more is the last one.
    this.older = status.meanSquare === 0 ? 0 : this.newer
    this.newer = status.meanSquare
    this.ports.onLevel()
  }

  private learn({ epoch, learntDelayMs }: PlaybackStatus): void {
    if (epoch !== this.epoch || !(learntDelayMs > 0)) return
    if (Math.abs(learntDelayMs - (this.learntDelayMs ?? 0)) < LEARNT_STEP_MS) return
    this.learntDelayMs = learntDelayMs
    this.ports.onPlayoutDelay(learntDelayMs)
  }

  private command(command: PlaybackCommand): void {
    if (command.kind === 'audio') this.output?.port.postMessage(command, [command.samples.buffer as ArrayBuffer])
    else this.output?.port.postMessage(command)
  }

  private tellPlaying(): void {
    const { playing } = this.sink
    if (playing === this.toldPlaying) return
    this.toldPlaying = playing
    this.ports.post({ kind: 'playing', playing })
  }

  private lostInSinkMs(): number {
    return this.format === undefined ? 0 : (this.sink.lostSamples * 1000) / this.format.outputSampleRateHz
  }
}
