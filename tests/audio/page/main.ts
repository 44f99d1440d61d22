/// <reference types="vite/client" />
import { createAudioEngine } from '../../../src/renderer/src/audio/audio-engine.ts'
import type { AudioEngine, AudioSetup, Levels, MicrophoneState } from '../../../src/renderer/src/audio/api.ts'
import type { FromAudioWorker, ToAudioWorker } from '../../../src/renderer/src/audio/worker-messages.ts'
import { floatToInt16 } from '../../../src/shared/audio/pcm.ts'
import type { CallOutput } from '../../../src/shared/ipc/contract.ts'
import { DEFAULT_AUDIO_PREFERENCES } from '../../../src/shared/audio/preferences.ts'

// The shipped audio engine and nothing else; the test drives it. `?latency=0` asks for another latency hint than it does.
declare global {
  interface Window {
    audioEngine: AudioEngine
    defaultSetup: AudioSetup
    states: MicrophoneState[]
    levels: Levels[]
    violations: string[]
    contexts: AudioContext[]
    /** What main answers when the page asks for system audio; a test writes it. */
    systemAudioAnswer: CallOutput<'system-audio:allow'>
    /** Every track that the engine got. */
    tracks: MediaStreamTrack[]
    /** From now on keeps what the browser gives to the audio worker of the microphone, 10 s at most. */
    keepGiven: () => void
    /** What was kept, PCM16 at its own rate, before Parley did anything to it. */
    given: () => Promise<number[]>
  }
}

const asked = new URL(window.location.href).searchParams.get('latency')
const Original = window.AudioContext
window.contexts = []
window.AudioContext = class extends Original {
  constructor(options?: AudioContextOptions) {
    super(asked === null ? options : { ...options, latencyHint: Number(asked) })
    window.contexts.push(this)
  }
}
window.tracks = []
const media = navigator.mediaDevices
const getUserMedia = media.getUserMedia.bind(media)
media.getUserMedia = async (constraints) => {
  const stream = await getUserMedia(constraints)
  window.tracks.push(...stream.getTracks())
  return stream
}
const MOST_KEPT_MS = 10_000
window.Worker = class extends window.Worker {
  #microphone = ''

  constructor(...made: ConstructorParameters<typeof Worker>) {
    super(...made)
    window.keepGiven = () => this.postMessage({ kind: 'record', id: this.#microphone, ms: MOST_KEPT_MS })
    window.given = () =>
      new Promise((resolve) => {
        const onMessage = ({ data }: MessageEvent<FromAudioWorker>) => {
          if (data.kind !== 'recorded') return
          this.removeEventListener('message', onMessage)
          const samples = new Int16Array(data.input.length)
          floatToInt16(data.input, samples)
          resolve([...samples])
        }
        this.addEventListener('message', onMessage)
        // It ends the one that is under way.
        this.postMessage({ kind: 'record', id: this.#microphone, ms: 0 })
      })
  }

  override postMessage(message: ToAudioWorker, transfer: Transferable[] | StructuredSerializeOptions = []): void {
    if (message.kind === 'input-stream') this.#microphone = message.id
    super.postMessage(message, transfer as Transferable[])
  }
}
window.violations = []
document.addEventListener('securitypolicyviolation', (event) => window.violations.push(event.violatedDirective))
window.systemAudioAnswer = { how: 'none', reason: 'This page has no host.' }
window.audioEngine = createAudioEngine(
  Promise.resolve({ kind: 'socket', url: `${window.origin.replace('http', 'ws')}/audio` }),
  { allowSystemAudio: () => Promise.resolve(window.systemAudioAnswer) }
)
window.defaultSetup = { ...DEFAULT_AUDIO_PREFERENCES, microphone: null }
window.audioEngine.configure(window.defaultSetup)
window.states = []
window.levels = []
window.audioEngine.onChange(() => window.states.push(window.audioEngine.microphone))
window.audioEngine.onLevels((levels) => window.levels.push({ ...levels }))

// Playwright's own calls count as a person's gesture: `?untouched` opens the engine without one, and tells by console.
if (new URL(window.location.href).searchParams.has('untouched')) {
  window.audioEngine.onChange(() =>
    console.info(`loudspeaker ${window.audioEngine.loudspeaker.blocked ? 'blocked' : 'ready'}`)
  )
  void window.audioEngine.open()
}
