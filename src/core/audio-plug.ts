import {
  AUDIO_HEADER_BYTES,
  decodeAudioFrame,
  encodeAudioFrame,
  type AudioLink,
  type AudioLinkHandlers,
  type AudioUp
} from '../shared/ipc/audio-link.ts'
import type { AudioSink, Clock, PlaybackReport } from './ports.ts'
import type { Session } from './session/session.ts'
import type { SessionFormats } from './session/session-types.ts'

type Stats = Extract<AudioUp, { kind: 'stats' }>

/** What the plug tells the assistant. */
export interface AudioPlugPorts {
  clock: Clock
  /** The link broke while a session runs. */
  onLost(): void
  /** Totals since the session began. */
  onDropped(where: 'capture' | 'playback', ms: number): void
  /** What was learnt of the link to the session's service, undefined for nothing. */
  playoutDelayMs(): number | undefined
  onPlayoutDelay(ms: number): void
}

/** A link that has not said hello yet gets no audio. */
interface Plugged {
  link: AudioLink
  ready: boolean
  talk: { open: boolean; mode: 'push-to-talk' | 'open' }
  stats: Stats | undefined
}

interface Running {
  session: Session
  /** Undefined where the session has no audio. */
  formats: SessionFormats | undefined
  /** Replies of earlier sessions have lower numbers on the link, so that a late report is never mistaken. */
  base: number
  /** Last reply that has not been reported as played to its end. */
  unplayed: number
  dropped: { capture: number; playback: number }
}

/** Joins the renderer's audio worker to the session: one link at a time, the newest one. */
export class AudioPlug {
  readonly sink: AudioSink
  readonly #ports: AudioPlugPorts
  #plugged: Plugged | undefined
  #running: Running | undefined
  #lastReply = 0

  constructor(ports: AudioPlugPorts) {
    this.#ports = ports
    this.sink = {
      write: (reply, pcm) => this.#write(reply, pcm),
      end: (reply) => this.#end(reply),
      flush: (reply) => this.#flush(reply)
    }
  }

  /** A session is about to connect: the worker learns its formats before any audio. It learns of none without audio. */
  begin(session: Session): void {
    this.#running = {
      session,
      formats: session.modality === 'text' ? undefined : session.formats,
      base: this.#lastReply,
      unplayed: 0,
      dropped: { capture: 0, playback: 0 }
    }
    const plugged = this.#plugged
    if (plugged?.ready !== true) return
    this.#sendFormat(plugged)
    session.talk(plugged.talk.open, plugged.talk.mode)
  }

  attach(link: AudioLink): AudioLinkHandlers {
    const plugged: Plugged = { link, ready: false, talk: { open: false, mode: 'push-to-talk' }, stats: undefined }
    const older = this.#plugged
    this.#plugged = plugged
    if (older !== undefined) {
      this.#unplug(older)
      older.link.close()
    }
    const current = (): boolean => this.#plugged === plugged
    return {
      onAudio: (frame) => {
        if (current()) this.#audio(plugged, frame)
      },
      onControl: (message) => {
        if (current()) this.#control(plugged, message)
      },
      onClose: () => {
        if (!current()) return
        this.#plugged = undefined
        this.#unplug(plugged)
        this.#ports.onLost()
      }
    }
  }

  close(): void {
    const plugged = this.#plugged
    this.#plugged = undefined
    this.#running = undefined
    plugged?.link.close()
  }

  #link(): AudioLink | undefined {
    return this.#plugged?.ready === true ? this.#plugged.link : undefined
  }

  #write(reply: number, pcm: Uint8Array): void {
    const running = this.#running
    if (running === undefined) return
    this.#lastReply = running.base + reply
    running.unplayed = Math.max(running.unplayed, reply)
    this.#link()?.sendAudio(encodeAudioFrame(this.#lastReply, pcm))
  }

  #end(reply: number): void {
    const running = this.#running
    if (running === undefined) return
    const link = this.#link()
    if (link === undefined) this.#drainUnheard(running, reply)
    else link.sendControl({ kind: 'reply-end', reply: running.base + reply })
  }

  #flush(reply: number): void {
    const running = this.#running
    if (running === undefined) return
    const link = this.#link()
    if (link === undefined) this.#drainUnheard(running, reply)
    else link.sendControl({ kind: 'flush', reply: running.base + reply })
  }

  /** Nobody hears it, so nothing more of it will be played; told later, because the session is in the middle of a step. */
  #drainUnheard(running: Running, reply: number): void {
    this.#ports.clock.after(0, () => this.#report(running, { reply, playedSamples: 0, drained: true }))
  }

  #report(running: Running, report: PlaybackReport): void {
    if (running !== this.#running) return
    if (report.drained && report.reply >= running.unplayed) running.unplayed = 0
    running.session.playback(report)
  }

  #audio(plugged: Plugged, frame: Uint8Array): void {
    if (!plugged.ready || frame.byteLength <= AUDIO_HEADER_BYTES) return
    this.#running?.session.pushAudio(decodeAudioFrame(frame).pcm)
  }

  #control(plugged: Plugged, message: AudioUp): void {
    const running = this.#running
    switch (message.kind) {
      case 'hello':
        if (plugged.ready) return
        plugged.ready = true
        this.#sendFormat(plugged)
        return
      case 'talk':
        plugged.talk = { open: message.open, mode: message.mode }
        return running?.session.talk(message.open, message.mode)
      case 'played': {
        if (running === undefined) return
        const { samples: playedSamples, drained } = message
        return this.#report(running, { reply: message.reply - running.base, playedSamples, drained })
      }
      case 'stats':
        return this.#stats(plugged, message)
      case 'playout-delay':
        if (running !== undefined) this.#ports.onPlayoutDelay(message.ms)
    }
  }

  #stats(plugged: Plugged, stats: Stats): void {
    const before = plugged.stats ?? { droppedCaptureMs: 0, droppedPlaybackMs: 0 }
    plugged.stats = stats
    this.#dropped('capture', stats.droppedCaptureMs - before.droppedCaptureMs)
    this.#dropped('playback', stats.droppedPlaybackMs - before.droppedPlaybackMs)
  }

  #dropped(where: 'capture' | 'playback', ms: number): void {
    const running = this.#running
    if (running === undefined || ms <= 0) return
    running.dropped[where] += ms
    this.#ports.onDropped(where, running.dropped[where])
  }

  #sendFormat({ link }: Plugged): void {
    const formats = this.#running?.formats
    if (formats === undefined) return
    const playoutDelayMs = this.#ports.playoutDelayMs()
    link.sendControl({ kind: 'format', ...formats, ...(playoutDelayMs === undefined ? {} : { playoutDelayMs }) })
  }

  /** The microphone is gone with the link, and so is what was being played. */
  #unplug(plugged: Plugged): void {
    const running = this.#running
    if (running === undefined) return
    if (plugged.talk.open) running.session.talk(false, plugged.talk.mode)
    for (let reply = 1; reply <= running.unplayed; reply += 1) this.#drainUnheard(running, reply)
  }
}
