import { BlockBatcher } from '../../../shared/audio/block-batcher.ts'

/** Blocks on their way between worklet and worker: 640 ms of slack. */
const POOL_BLOCKS = 64

/**
 * Batches its first input, and beside it what the graph plays (its second, which may be unconnected), and hands the blocks to the audio
 * worker over a direct port, which hands the memory back. With `leavesOutSilence` nothing is sent while the first input is silent.
 */
class CaptureProcessor extends AudioWorkletProcessor {
  private readonly batcher: BlockBatcher
  private readonly transfer: Transferable[] = []
  private worker: MessagePort | undefined
  private stopped = false

  constructor({ processorOptions }: { processorOptions?: { leavesOutSilence?: boolean } }) {
    super()
    this.batcher = new BlockBatcher(sampleRate, POOL_BLOCKS, processorOptions?.leavesOutSilence)
    this.port.onmessage = ({ data }: MessageEvent<MessagePort | null>): void => {
      this.stopped = data === null
      this.worker = data ?? undefined
      if (data === null) return
      data.onmessage = (event: MessageEvent<Float32Array>): void => {
        this.batcher.recycle(event.data)
      }
    }
  }

  process(inputs: Float32Array[][]): boolean {
    const quantum = inputs[0]?.[0]
    if (quantum === undefined || this.worker === undefined) return !this.stopped
    const block = this.batcher.push(quantum, inputs[1]?.[0])
    if (block !== null) {
      this.transfer[0] = block.buffer as ArrayBuffer
      this.worker.postMessage(block, this.transfer)
    }
    return true
  }
}

registerProcessor('parley-capture', CaptureProcessor)
