import type { DeviceList } from './devices.ts'
import type { Attachment, GraphSource } from './graph-keeper.ts'

/** A track that the test ends. */
export class FakeTrack extends EventTarget {
  readonly label: string
  readyState: 'live' | 'ended' = 'live'
  readonly settings: MediaTrackSettings
  constructor(label: string, settings: MediaTrackSettings) {
    super()
    this.label = label
    this.settings = settings
  }
  getSettings(): MediaTrackSettings {
    return this.settings
  }
  stop(): void {
    this.readyState = 'ended'
  }
  /** As when the device is pulled out. */
  end(): void {
    this.readyState = 'ended'
    this.dispatchEvent(new Event('ended'))
  }
}

/** Plays the browser's devices: the test plugs, unplugs and refuses, and reads what was asked for. */
export class FakeMedia {
  /** What is plugged in, by id and label; the first one is the system's default. */
  plugged: { deviceId: string; label: string }[] = []
  /** What the system says of its default. */
  defaultMicrophone = 'Default - Desk'
  loudspeakers: { deviceId: string; label: string }[] = []
  /** Thrown by the next openings, first to last; undefined opens. */
  failures: (DOMException | undefined)[] = []
  /** Resolved by the test; an opening waits for it, as for a person at a prompt. */
  prompt: Promise<void> = Promise.resolve()
  readonly asked: MediaTrackConstraints[] = []
  readonly tracks: FakeTrack[] = []

  get live(): FakeTrack[] {
    return this.tracks.filter(({ readyState }) => readyState === 'live')
  }

  get devices(): DeviceList {
    const microphones = this.plugged.map((device) => ({ ...device }))
    const { defaultMicrophone, loudspeakers } = this
    return { microphones, loudspeakers: [...loudspeakers], anyMicrophone: microphones.length > 0, defaultMicrophone }
  }

  async getUserMedia(constraints: MediaStreamConstraints = {}): Promise<MediaStream> {
    const wanted = constraints.audio as MediaTrackConstraints
    this.asked.push(wanted)
    await this.prompt
    const failure = this.failures.shift()
    if (failure !== undefined) throw failure
    const exact = (wanted.deviceId as { exact: string } | undefined)?.exact
    const found = exact === undefined ? this.plugged[0] : this.plugged.find(({ deviceId }) => deviceId === exact)
    if (found === undefined) throw new DOMException('Requested device not found', 'NotFoundError')
    const { echoCancellation, noiseSuppression, autoGainControl } = wanted as Record<string, boolean>
    const settings = { deviceId: exact ?? 'default', echoCancellation, noiseSuppression, autoGainControl }
    const track = new FakeTrack(exact === undefined ? 'Default' : found.label, settings as MediaTrackSettings)
    this.tracks.push(track)
    return streamOf(track)
  }

  enumerateDevices(): Promise<MediaDeviceInfo[]> {
    const list = this.plugged.map((device) => ({ ...device, kind: 'audioinput', groupId: '' }))
    // A class of the platform: this has the members that are used here.
    return Promise.resolve(list as unknown as MediaDeviceInfo[])
  }
}

export function streamOf(track: FakeTrack): MediaStream {
  // A class of the platform: this has the members that are used here.
  const tracks = [track as unknown as MediaStreamTrack]
  return { getTracks: () => tracks, getAudioTracks: () => tracks } as unknown as MediaStream
}

/** Plays the graph: what is attached to it is what the worker hears. */
export class FakeGraphs {
  readonly attached = new Map<string, GraphSource>()
  failure: Error | undefined
  #count = 0

  ready(): Promise<void> {
    return this.failure === undefined ? Promise.resolve() : Promise.reject(this.failure)
  }

  attach(source: GraphSource): Attachment {
    this.#count += 1
    const id = `${source.role}-${this.#count}`
    const kept = { ...source }
    this.attached.set(id, kept)
    return {
      id,
      setGain: (gain) => {
        kept.gain = gain
      },
      detach: () => void this.attached.delete(id)
    }
  }
}
