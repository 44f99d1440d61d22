import { BLOCK_MS, blockSamples, PCM16_BYTES } from '../../shared/audio/format.ts'
import type { Clock } from '../../shared/runtime.ts'

export interface ScriptedMicrophoneOptions {
  clock: Clock
  sampleRateHz: number
  /** One 20 ms block of PCM16 mono, valid during the call only. */
  push: (block: Uint8Array) => void
  /** Called once, when the last block of the recording has been pushed. */
  onSpoken: () => void
}

/** A microphone that hears a recording at real-time pace and silence after it, until it is stopped. */
export class ScriptedMicrophone {
  private readonly options: ScriptedMicrophoneOptions
  private stopTicking: (() => void) | undefined

  constructor(options: ScriptedMicrophoneOptions) {
    this.options = options
  }

  /** Starts with the first block at once; a late timer is caught up with, so that the pace is the clock's. */
  start(recording: Uint8Array): void {
    if (this.stopTicking !== undefined) return
    const { clock, push, onSpoken } = this.options
    const blockBytes = blockSamples(this.options.sampleRateHz) * PCM16_BYTES
    const silence = new Uint8Array(blockBytes)
    const startMs = clock.nowMs()
    let sent = 0
    let spoken = false
    const tick = () => {
      const due = Math.floor((clock.nowMs() - startMs) / BLOCK_MS) + 1
      for (; sent < due; sent += 1) push(blockAt(recording, sent * blockBytes, silence))
      if (spoken || sent * blockBytes < recording.byteLength) return
      spoken = true
      onSpoken()
    }
    this.stopTicking = clock.every(BLOCK_MS, tick)
    tick()
  }

  /** Idempotent. */
  stop(): void {
    this.stopTicking?.()
    this.stopTicking = undefined
  }
}

function blockAt(recording: Uint8Array, from: number, silence: Uint8Array): Uint8Array {
  if (from >= recording.byteLength) return silence
  const block = recording.subarray(from, from + silence.byteLength)
  if (block.byteLength === silence.byteLength) return block
  const padded = new Uint8Array(silence.byteLength)
  padded.set(block)
  return padded
}
