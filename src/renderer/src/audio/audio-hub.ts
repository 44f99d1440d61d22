import { AgentPlayback, NoPlayback, type PlayedReport, type ReplySink } from '../../../shared/audio/agent-playback.ts'
import { CaptureMixer } from '../../../shared/audio/capture-mixer.ts'
import {
  CAPTURE_TRAILER_SLOTS,
  type PlaybackCommand,
  type PlaybackStatus
} from '../../../shared/audio/graph-messages.ts'
import { LevelMeter } from '../../../shared/audio/level-meter.ts'
import { amplitudeToDbfs } from '../../../shared/audio/pcm.ts'
import type { SpeexModule } from '../../../shared/audio/resampler.ts'
import {
  AUDIO_HEADER_BYTES,
  AUDIO_LINK_VERSION,
  type AudioDown,
  decodeAudioFrame
} from '../../../shared/ipc/audio-link.ts'
import { type MainLink, openMainLink } from './main-link.ts'
import type { FromAudioWorker, LinkSource, ToAudioWorker } from './worker-messages.ts'

/** A microphone that was opened and delivers only digital silence for this long is told. */
const NO_SOUND_MS = 2000
const LEVEL_WINDOW_MS = 50
const STATS_MS = 1000
/** A render quantum, which is what the capture worklet counts its drops in. */
const QUANTUM_FRAMES = 128

interface Input {
  port: MessagePort
  sampleRateHz: number
  gain: number
  meter: LevelMeter
  heard: boolean
  silentFrames: number
  droppedQuanta: number
}

interface Output {
  port: MessagePort
  sampleRateHz: number
}

type Format = Extract<AudioDown, { kind: 'format' }>

/**
 * All that the audio worker does between the worklets and main. The microphone gate is here: while it is closed no sample
 * goes further. A `format` message begins a session: new resamplers, and a new epoch for the playback worklet.
 */
export class AudioHub {
  private readonly speex: SpeexModule
  private readonly post: (message: FromAudioWorker) => void
  private readonly inputs = new Map<string, Input>()
  private output: Output | undefined
  private link: MainLink | undefined
  private linkUp = false
  private format: Format | undefined
  private mixer: CaptureMixer | undefined
  private playback: ReplySink
  private epoch = 0
  private talk: { open: boolean; mode: 'push-to-talk' | 'open' } = { open: false, mode: 'push-to-talk' }
  private sequence = 0
  private droppedBlocks = 0
  private droppedQuantaMs = 0
  private droppedMixerMs = 0
  private underruns = 0
  private droppedPlaybackMs = 0
  private unheardMs = 0
  private toldPlaying = false
  private sentStats = ''
  private outputDbfs = amplitudeToDbfs(0)

  constructor(speex: SpeexModule, post: (message: FromAudioWorker) => void) {
    this.speex = speex
    this.post = post
    this.playback = new NoPlayback(this.onPlayed)
    setInterval(() => {
      this.sendStats()
    }, STATS_MS)
  }

  obey(message: ToAudioWorker): void {
    switch (message.kind) {
      case 'link':
        this.openLink(message.source)
        return
      case 'input':
        this.addInput(message)
        return
      case 'input-ended':
        this.removeInput(message.id)
        return
      case 'output':
        this.setOutput(message)
        return
      case 'output-latency':
        this.command({ kind: 'latency', seconds: message.seconds })
        return
      case 'output-ended':
        this.endOutput()
        return
      case 'talk':
        this.setTalk(message.open, message.mode)
    }
  }

  private openLink(source: LinkSource): void {
    if (this.link !== undefined) return
    const up = (): void => {
      this.linkUp = true
      this.post({ kind: 'link', up: true })
    }
    this.link = openMainLink(source, {
      onAudio: (frame) => {
        this.receiveAudio(frame)
      },
      onControl: (message) => {
        this.receiveControl(message)
      },
      onUp: () => {
        up()
        if (this.link !== undefined) this.greet(this.link)
      },
      onDown: () => {
        this.linkUp = false
        this.post({ kind: 'link', up: false })
      }
    })
    if (this.linkUp) this.greet(this.link)
  }

  private greet(link: MainLink): void {
    link.sendControl({ kind: 'hello', version: AUDIO_LINK_VERSION })
    link.sendControl({ kind: 'talk', ...this.talk })
  }

  private receiveControl(message: AudioDown): void {
    if (message.kind === 'format') this.begin(message)
    else if (message.kind === 'flush') this.playback.flush(message.reply)
    else this.playback.end(message.reply)
    this.tellPlaying()
  }

  private receiveAudio(frame: Uint8Array): void {
    if (frame.byteLength < AUDIO_HEADER_BYTES) return
    const { header, pcm } = decodeAudioFrame(frame)
    this.playback.write(header, pcm)
    this.tellPlaying()
  }

  private begin(format: Format): void {
    this.format = format
    this.startMixer()
    this.startPlayback({ answer: false, cut: 0 })
    this.tellPlaying()
  }

  private startMixer(): void {
    if (this.format === undefined) return
    this.stopMixer()
    const mixer = new CaptureMixer(this.speex, this.format.inputSampleRateHz, (pcm) => {
      this.sendBlock(pcm)
    })
    for (const [id, input] of this.inputs) mixer.addInput(id, input.sampleRateHz, input.gain)
    this.mixer = mixer
  }

  private stopMixer(): void {
    if (this.mixer === undefined) return
    this.droppedMixerMs += (this.mixer.droppedSamples / this.mixer.outRateHz) * 1000
    this.mixer.close()
    this.mixer = undefined
  }

  /** Without a loudspeaker every reply is answered as not heard, so that no session waits for it. */
  private startPlayback({ answer, cut }: { answer: boolean; cut: number }): void {
    this.unheardMs += this.lostInSinkMs()
    this.playback.close(answer)
    if (this.format === undefined || this.output === undefined) {
      this.playback = new NoPlayback(this.onPlayed, cut)
      return
    }
    this.epoch += 1
    this.playback = new AgentPlayback({
      speex: this.speex,
      agentRateHz: this.format.outputSampleRateHz,
      contextRateHz: this.output.sampleRateHz,
      epoch: this.epoch,
      cut,
      send: (command) => {
        this.command(command)
      },
      onPlayed: this.onPlayed
    })
  }

  private tellPlaying(): void {
    const { playing } = this.playback
    if (playing === this.toldPlaying) return
    this.toldPlaying = playing
    this.post({ kind: 'playing', playing })
  }

  private readonly onPlayed = (report: PlayedReport): void => {
    this.link?.sendControl({ kind: 'played', ...report })
  }

  private lostInSinkMs(): number {
    return this.format === undefined ? 0 : (this.playback.lostSamples * 1000) / this.format.outputSampleRateHz
  }

  private command(command: PlaybackCommand): void {
    if (command.kind === 'audio') this.output?.port.postMessage(command, [command.samples.buffer as ArrayBuffer])
    else this.output?.port.postMessage(command)
  }

  private setOutput({ port, sampleRateHz, latencySeconds }: Extract<ToAudioWorker, { kind: 'output' }>): void {
    this.output = { port, sampleRateHz }
    port.onmessage = ({ data }: MessageEvent<PlaybackStatus>): void => {
      this.onStatus(data)
    }
    this.command({ kind: 'latency', seconds: latencySeconds })
    this.startPlayback({ answer: true, cut: this.playback.cut })
  }

  private endOutput(): void {
    this.output?.port.close()
    this.output = undefined
    this.startPlayback({ answer: true, cut: this.playback.cut })
  }

  private onStatus(status: PlaybackStatus): void {
    this.playback.onStatus(status)
    this.tellPlaying()
    this.underruns = status.underruns
    this.droppedPlaybackMs = (status.droppedFrames / (this.output?.sampleRateHz ?? 1)) * 1000
    this.outputDbfs = amplitudeToDbfs(Math.sqrt(status.meanSquare))
    // With no microphone to set the pace, the loudspeaker's own statuses do.
    if (this.inputs.size === 0) this.postLevels(amplitudeToDbfs(0))
  }

  private addInput({ id, port, sampleRateHz, gain }: Extract<ToAudioWorker, { kind: 'input' }>): void {
    this.removeInput(id)
    const meter = new LevelMeter(sampleRateHz, LEVEL_WINDOW_MS)
    this.inputs.set(id, { port, sampleRateHz, gain, meter, heard: false, silentFrames: 0, droppedQuanta: 0 })
    this.mixer?.addInput(id, sampleRateHz, gain)
    port.onmessage = ({ data }: MessageEvent<Float32Array<ArrayBuffer>>): void => {
      this.capture(id, data)
    }
  }

  private removeInput(id: string): void {
    const input = this.inputs.get(id)
    if (input === undefined) return
    this.inputs.delete(id)
    this.mixer?.removeInput(id)
    input.port.close()
  }

  private capture(id: string, block: Float32Array<ArrayBuffer>): void {
    const input = this.inputs.get(id)
    if (input === undefined) return
    const count = block.length - CAPTURE_TRAILER_SLOTS
    this.countDrops(input, block[count] ?? 0)
    const windows = input.meter.push(block, count)
    if (!input.heard) this.awaitSound(id, input, count, windows > 0 && input.meter.dbfs > amplitudeToDbfs(0))
    if (windows > 0) this.postLevels(input.meter.dbfs)
    if (this.talk.open) this.mixer?.push(id, block, count)
    input.port.postMessage(block, [block.buffer])
  }

  private awaitSound(id: string, input: Input, frames: number, sounds: boolean): void {
    if (sounds) {
      input.heard = true
      this.post({ kind: 'first-sound', id })
      return
    }
    const limit = (NO_SOUND_MS * input.sampleRateHz) / 1000
    const told = input.silentFrames >= limit
    input.silentFrames += frames
    if (!told && input.silentFrames >= limit) this.post({ kind: 'no-sound', id })
  }

  private countDrops(input: Input, droppedQuanta: number): void {
    const lost = droppedQuanta - input.droppedQuanta
    input.droppedQuanta = droppedQuanta
    this.droppedQuantaMs += (lost * QUANTUM_FRAMES * 1000) / input.sampleRateHz
  }

  private postLevels(inputDbfs: number): void {
    this.post({ kind: 'levels', inputDbfs, outputDbfs: this.outputDbfs })
  }

  /** A fresh mixer at every opening: nothing captured before the last closing is left in a resampler. */
  private setTalk(open: boolean, mode: 'push-to-talk' | 'open'): void {
    if (open && !this.talk.open) this.startMixer()
    this.talk = { open, mode }
    this.link?.sendControl({ kind: 'talk', open, mode })
  }

  /** The gate's last word: also what a leaving input sets free goes nowhere while it is closed. */
  private sendBlock(pcm: Int16Array): void {
    if (!this.talk.open) return
    const frame = new Uint8Array(AUDIO_HEADER_BYTES + pcm.byteLength)
    new DataView(frame.buffer).setUint32(0, this.sequence, true)
    frame.set(new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength), AUDIO_HEADER_BYTES)
    this.sequence = (this.sequence + 1) >>> 0
    if (this.link?.sendAudio(frame) !== true) this.droppedBlocks += 1
  }

  private sendStats(): void {
    const mixerMs = this.mixer === undefined ? 0 : (this.mixer.droppedSamples / this.mixer.outRateHz) * 1000
    const stats = {
      kind: 'stats',
      droppedCaptureMs: this.droppedBlocks * 20 + this.droppedQuantaMs + this.droppedMixerMs + mixerMs,
      droppedPlaybackMs: this.droppedPlaybackMs + this.unheardMs + this.lostInSinkMs(),
      underruns: this.underruns
    } as const
    const text = JSON.stringify(stats)
    if (!this.linkUp || text === this.sentStats) return
    this.sentStats = text
    this.link?.sendControl(stats)
  }
}
