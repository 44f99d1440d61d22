import type { PlaybackCommand } from '../../../shared/audio/graph-messages.ts'
import { PlaybackQueue } from '../../../shared/audio/playback-queue.ts'

/** Plays the agent. Commands come straight from the audio worker, and statuses go straight back. */
class PlaybackProcessor extends AudioWorkletProcessor {
  private worker: MessagePort | undefined
  private epoch = 0
  private readonly queue = new PlaybackQueue(sampleRate, (status) => this.worker?.postMessage(status))

  constructor() {
    super()
    this.port.onmessage = ({ data }: MessageEvent<MessagePort>): void => {
      this.worker = data
      data.onmessage = (event: MessageEvent<PlaybackCommand>): void => {
        this.obey(event.data)
      }
    }
  }

  process(_inputs: Float32Array[][], outputs: Float32Array[][]): boolean {
    const output = outputs[0]?.[0]
    if (output !== undefined) this.queue.render(output)
    return true
  }

  private obey(command: PlaybackCommand): void {
    if (command.kind === 'latency') {
      this.queue.setLatency(command.seconds)
      return
    }
    if (command.kind === 'link') {
      this.queue.setLink(command.delayMs)
      return
    }
    if (command.kind === 'gain') {
      this.queue.setGain(command.gain, command.rampMs)
      return
    }
    if (command.kind === 'reset') {
      this.epoch = command.epoch
      this.queue.reset(command.epoch)
      return
    }
    if (command.epoch !== this.epoch) return
    if (command.kind === 'audio') this.queue.write(command.reply, command.samples)
    else if (command.kind === 'end') this.queue.end(command.reply)
    else this.queue.flush(command.reply)
  }
}

registerProcessor('parley-playback', PlaybackProcessor)
