import { BLOCK_MS } from '../../../../shared/audio/format.ts'
import {
  AUDIO_HEADER_BYTES,
  AUDIO_LINK_VERSION,
  type AudioDown,
  type AudioUp,
  decodeAudioFrame
} from '../../../../shared/ipc/audio-link.ts'
import { type MainLink, openMainLink } from '../main-link.ts'
import type { FromAudioWorker, LinkSource } from '../worker-messages.ts'

export interface UplinkPorts {
  post: (message: FromAudioWorker) => void
  onControl: (message: AudioDown) => void
  /** `pcm`: PCM16 little-endian of the reply, valid during the call. */
  onAudio: (reply: number, pcm: Uint8Array) => void
  /** How the gate stands: main is told at every beginning of the link. */
  talk: () => Extract<AudioUp, { kind: 'talk' }>
}

/** The link to main: greets it whenever it is there, and sends blocks and control messages in their order. */
export class Uplink {
  private readonly ports: UplinkPorts
  private link: MainLink | undefined
  private up = false
  private sequence = 0
  private droppedBlocks = 0
  /** Header and samples of one block; both transports copy it while they send. */
  private frame = new Uint8Array(AUDIO_HEADER_BYTES)
  private header = new DataView(this.frame.buffer)
  private samples = new Int16Array(0)

  constructor(ports: UplinkPorts) {
    this.ports = ports
  }

  get isUp(): boolean {
    return this.up
  }

  /** Capture blocks that main took too slowly, or not at all. */
  get droppedMs(): number {
    return this.droppedBlocks * BLOCK_MS
  }

  /** Once; a link that breaks comes back by itself. */
  open(source: LinkSource): void {
    if (this.link !== undefined) return
    this.link = openMainLink(source, {
      onAudio: (frame) => {
        if (frame.byteLength < AUDIO_HEADER_BYTES) return
        const { header, pcm } = decodeAudioFrame(frame)
        this.ports.onAudio(header, pcm)
      },
      onControl: this.ports.onControl,
      onUp: () => {
        this.up = true
        this.ports.post({ kind: 'link', up: true })
        this.greet()
      },
      onDown: () => {
        this.up = false
        this.ports.post({ kind: 'link', up: false })
      },
      onTakenOver: () => {
        this.ports.post({ kind: 'taken-over' })
      }
    })
    // A port is up before it is returned.
    if (this.up) this.greet()
  }

  sendControl(message: AudioUp): void {
    this.link?.sendControl(message)
  }

  /** One block of 20 ms; `pcm` is only read. */
  sendBlock(pcm: Int16Array): void {
    if (this.samples.length !== pcm.length) this.resize(pcm.length)
    this.samples.set(pcm)
    this.header.setUint32(0, this.sequence, true)
    this.sequence = (this.sequence + 1) >>> 0
    if (this.link?.sendAudio(this.frame) !== true) this.droppedBlocks += 1
  }

  private greet(): void {
    this.link?.sendControl({ kind: 'hello', version: AUDIO_LINK_VERSION })
    this.link?.sendControl(this.ports.talk())
  }

  private resize(samples: number): void {
    this.frame = new Uint8Array(AUDIO_HEADER_BYTES + samples * Int16Array.BYTES_PER_ELEMENT)
    this.header = new DataView(this.frame.buffer)
    this.samples = new Int16Array(this.frame.buffer, AUDIO_HEADER_BYTES)
  }
}
