import { BlockBatcher } from '../../../shared/audio/block-batcher.ts'

/** 20 ms blocks on their way between worklet and worker; at 48 kHz this is 640 ms of slack. */
const POOL_BLOCKS = 32

/** Batches the microphone to 20 ms blocks and hands them to the audio worker over a direct port, which hands the memory back. */
class CaptureProcessor extends AudioWorkletProcessor {
  private readonly batcher = new BlockBatcher(sampleRate, POOL_BLOCKS)
  private readonly transfer: Transferable[] = []
  private worker: MessagePort | undefined
  private stopped = false

  constructor() {
    super()
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
    const block = this.batcher.push(quantum)
    if (block !== null) {
      this.transfer[0] = block.buffer as ArrayBuffer
      this.worker.postMessage(block, this.transfer)
    }
    return true
  }
}

registerProcessor('parley-capture', CaptureProcessor)
