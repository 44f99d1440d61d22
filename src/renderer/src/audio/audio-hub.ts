import { FLOOR_DBFS } from '../../../shared/audio/pcm.ts'
import type { SpeexModule } from '../../../shared/audio/resampler.ts'
import type { AudioDown, AudioUp } from '../../../shared/ipc/audio-link.ts'
import { LOOK_MS } from './hub/arrival-watch.ts'
import { LEVEL_WINDOW_MS } from './hub/capture-input.ts'
import { CaptureSide } from './hub/capture-side.ts'
import { PlaybackSide } from './hub/playback-side.ts'
import { TurnTaking } from './hub/turn-taking.ts'
import { Uplink } from './hub/uplink.ts'
import type { FromAudioWorker, ToAudioWorker } from './worker-messages.ts'

const STATS_MS = 1000
/** Statuses come in steps of half a level window, give or take a quantum. */
const LEVEL_SLACK_MS = 5

export interface HubPorts {
  speex: SpeexModule
  post: (message: FromAudioWorker, transfer?: Transferable[]) => void
  /** A clock that only goes forward. */
  nowMs: () => number
  every: (ms: number, step: () => void) => void
}

/**
 * All that the audio worker does between the page's devices and main: what is captured goes up, the agent comes down, and between them
 * are the gate, the levels and what is decided while both are heard. A `format` message begins a session.
 */
export class AudioHub {
  private readonly ports: HubPorts
  private readonly uplink: Uplink
  private readonly capture: CaptureSide
  private readonly playback: PlaybackSide
  private readonly turnTaking: TurnTaking
  private talk: Extract<AudioUp, { kind: 'talk' }> = { kind: 'talk', open: false, mode: 'push-to-talk' }
  private sentStats = { droppedCaptureMs: -1, droppedPlaybackMs: -1, underruns: -1 }
  private levelsAtMs = Number.NEGATIVE_INFINITY

  constructor(ports: HubPorts) {
    this.ports = ports
    const { speex, post, nowMs } = ports
    this.uplink = new Uplink({
      post,
      onControl: (message) => {
        this.onControl(message)
      },
      onAudio: (reply, pcm) => {
        this.playback.write(reply, pcm)
      },
      talk: () => this.talk
    })
    this.turnTaking = new TurnTaking({
      post,
      nowMs,
      onGain: (gain, rampMs) => {
        this.playback.setGain(gain, rampMs)
      }
    })
    this.playback = new PlaybackSide({
      speex,
      post,
      onPlayed: (report) => {
        this.uplink.sendControl({ kind: 'played', ...report })
      },
      onRestart: () => {
        this.turnTaking.restart()
      },
      onPlayoutDelay: (ms) => {
        this.uplink.sendControl({ kind: 'playout-delay', ms })
      },
      onLevel: () => {
        this.onOutputLevel()
      }
    })
    this.capture = new CaptureSide({
      speex,
      post,
      nowMs,
      turnTaking: this.turnTaking,
      onBlock: (pcm) => {
        this.uplink.sendBlock(pcm)
      },
      onLevels: () => {
        this.postLevels()
      }
    })
    ports.every(STATS_MS, () => {
      this.sendStats()
    })
    ports.every(LOOK_MS, () => {
      this.capture.look()
    })
  }

  obey(message: ToAudioWorker): void {
    switch (message.kind) {
      case 'link':
        this.uplink.open(message.source)
        return
      case 'input':
        this.capture.addWorklet(message)
        return
      case 'input-stream':
        this.capture.addStream(message)
        return
      case 'input-gain':
        this.capture.setGain(message.id, message.gain)
        return
      case 'input-ended':
        this.capture.remove(message.id)
        return
      case 'output':
        this.turnTaking.forget()
        this.playback.setOutput(message)
        return
      case 'output-latency':
        this.playback.setLatency(message.seconds)
        return
      case 'output-moved':
        this.turnTaking.forget()
        return
      case 'output-ended':
        this.playback.endOutput()
        return
      case 'talk':
        this.setTalk(message)
        return
      case 'turn-taking':
        this.turnTaking.configure(message.duck, message.halfDuplex)
        return
      case 'record':
        this.capture.record(message.id, message.ms)
    }
  }

  /** Main hears of the opening before the first block that it lets through. */
  private setTalk({ gate, mode }: Extract<ToAudioWorker, { kind: 'talk' }>): void {
    const open = gate === 'open'
    const changed = open !== this.talk.open || mode !== this.talk.mode
    this.talk = { kind: 'talk', open, mode }
    this.turnTaking.setMode(mode)
    if (!open) this.capture.setGate(gate)
    if (changed) this.uplink.sendControl(this.talk)
    if (open) this.capture.setGate(gate)
  }

  private onControl(message: AudioDown): void {
    switch (message.kind) {
      case 'format':
        this.playback.begin(message)
        this.capture.begin(message.inputSampleRateHz)
        return
      case 'flush':
        this.playback.flush(message.reply)
        this.turnTaking.flushed()
        return
      case 'reply-end':
        this.playback.end(message.reply)
    }
  }

  /** With no input to set the pace, what plays does. */
  private onOutputLevel(): void {
    if (!this.capture.isIdle) return
    const isDue = this.ports.nowMs() - this.levelsAtMs >= LEVEL_WINDOW_MS - LEVEL_SLACK_MS
    if (isDue || this.playback.dbfs === FLOOR_DBFS) this.postLevels()
  }

  private postLevels(): void {
    this.levelsAtMs = this.ports.nowMs()
    this.ports.post({
      kind: 'levels',
      inputDbfs: this.capture.dbfs('microphone'),
      systemDbfs: this.capture.dbfs('system'),
      outputDbfs: this.playback.dbfs
    })
  }

  private sendStats(): void {
    if (!this.uplink.isUp) return
    const droppedCaptureMs = this.uplink.droppedMs + this.capture.droppedMs
    const { droppedMs: droppedPlaybackMs, underruns } = this.playback
    const { sentStats } = this
    const isSame =
      sentStats.droppedCaptureMs === droppedCaptureMs &&
      sentStats.droppedPlaybackMs === droppedPlaybackMs &&
      sentStats.underruns === underruns
    if (isSame) return
    this.sentStats = { droppedCaptureMs, droppedPlaybackMs, underruns }
    this.uplink.sendControl({ kind: 'stats', ...this.sentStats })
  }
}
