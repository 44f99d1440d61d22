import { framesOfCaptureBlock } from '../../../../shared/audio/block-batcher.ts'
import { CAPTURE_CHANNELS } from '../../../../shared/audio/graph-messages.ts'
import { silenceNonFinite } from './finite.ts'

/** A render quantum, which is what the capture worklet counts its drops in. */
const QUANTUM_FRAMES = 128

export interface WorkletHandlers {
  /**
   * `block`: `frames` of the source, then as many of what was played; may be changed during the call. `silentFrames`: so much silence
   * came right before and was left out.
   */
  onBlock: (block: Float32Array, frames: number, silentFrames: number) => void
  onLost: (ms: number) => void
}

/** The worker's end of a capture worklet: hands each block on, then its memory back. */
export class WorkletSource {
  private readonly port: MessagePort
  private readonly handlers: WorkletHandlers
  private readonly rateHz: number
  private readonly transfer: Transferable[] = []
  private droppedQuanta = 0

  constructor(port: MessagePort, rateHz: number, handlers: WorkletHandlers) {
    this.port = port
    this.rateHz = rateHz
    this.handlers = handlers
    port.onmessage = ({ data }: MessageEvent<Float32Array<ArrayBuffer>>): void => {
      this.take(data)
    }
  }

  close(): void {
    this.port.onmessage = null
    this.port.close()
  }

  private take(block: Float32Array<ArrayBuffer>): void {
    const frames = framesOfCaptureBlock(block.length)
    const droppedQuanta = block[frames * CAPTURE_CHANNELS] ?? 0
    if (droppedQuanta > this.droppedQuanta)
      this.handlers.onLost(((droppedQuanta - this.droppedQuanta) * QUANTUM_FRAMES * 1000) / this.rateHz)
    this.droppedQuanta = droppedQuanta
    silenceNonFinite(block, frames * CAPTURE_CHANNELS)
    this.handlers.onBlock(block, frames, (block[frames * CAPTURE_CHANNELS + 1] ?? 0) * frames)
    this.transfer[0] = block.buffer
    this.port.postMessage(block, this.transfer)
  }
}
