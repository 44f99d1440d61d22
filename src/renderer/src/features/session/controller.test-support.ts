import { DEFAULT_AUDIO_PREFERENCES } from '../../../../shared/audio/preferences.ts'
import type { AudioPreferences, EventPayload } from '../../../../shared/ipc/contract.ts'
import type { AudioEngine, AudioSetup, EchoCheck, MicrophoneState } from '../../audio/api.ts'
import type { LinkState } from '../../bridge/transport.ts'
import { Controller } from './controller.ts'
import type { Bridge } from './ports.ts'
import { createAppStore } from './store.ts'

/** What main answers; a test may write another one over it. */
export const answers: Record<string, unknown> = {
  'app:info': { version: '0', host: 'web', platform: 'linux', connectAtStart: false },
  'profiles:list': { profiles: [], chosenId: 'builtin' },
  'preferences:read': { talkMode: 'open', microphone: null, audio: DEFAULT_AUDIO_PREFERENCES, theme: 'system' },
  'session:snapshot': {
    state: { phase: 'idle' },
    captions: [],
    serviceName: 'Built-in agent',
    toolCalls: [],
    latencies: [],
    support: {},
    changes: []
  }
}

const nothing = (): void => {}

function scriptedMain(own: Record<string, unknown> = {}) {
  let onEvent: (event: EventPayload<'session:event'>) => void = nothing
  let onLink: (state: LinkState) => void = nothing
  const asked: string[] = []
  // The names and the types of each call are known by the test that scripts it.
  const bridge = {
    invoke: (name: string) => {
      asked.push(name)
      return Promise.resolve(own[name] ?? answers[name])
    },
    on: (name: string, listener: typeof onEvent) => {
      if (name === 'session:event') onEvent = listener
      return () => {}
    },
    onLink: (listener: typeof onLink) => {
      onLink = listener
      return () => {}
    }
  } as unknown as Bridge
  const event: typeof onEvent = (payload) => onEvent(payload)
  const link: typeof onLink = (state) => onLink(state)
  return { bridge, asked, event, link }
}

export const live: MicrophoneState = {
  kind: 'live',
  deviceId: 'desk',
  label: 'Desk',
  granted: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
  sound: 'heard',
  insteadOf: null,
  bluetooth: false
}

function scriptedEngine() {
  const calls: string[] = []
  const setups: AudioSetup[] = []
  let onChange = nothing
  let onFound: (check: EchoCheck) => void = nothing
  const become = (microphone: MicrophoneState): void => {
    engine.microphone = microphone
    onChange()
  }
  const engine = {
    microphone: { kind: 'off' } as MicrophoneState,
    loudspeaker: { blocked: false, label: null, insteadOf: null },
    systemAudio: { kind: 'off' } as const,
    echo: { leakDb: null as number | null, halfDuplex: false },
    configure: (setup) => void setups.push(setup),
    open: (what?: 'microphone') => {
      calls.push(what === undefined ? 'open' : `open ${what}`)
      if (engine.microphone.kind === 'off' || engine.microphone.kind === 'failed') become({ kind: 'opening' })
      return Promise.resolve()
    },
    close: () => {
      calls.push('close')
      become({ kind: 'off' })
    },
    talk: (gate) => void calls.push(`gate ${gate}`),
    checkEcho: () => {
      calls.push('check')
      return new Promise<EchoCheck>((resolve) => {
        onFound = resolve
      })
    },
    stopEchoCheck: () => {
      calls.push('stop check')
      onFound({ kind: 'failed', reason: 'busy' })
    },
    earcon: () => {},
    devices: () => Promise.resolve({ microphones: [], loudspeakers: [] }),
    onChange: (listener) => {
      onChange = listener
      return () => {}
    },
    onLevels: () => () => {}
  } satisfies AudioEngine
  /** The check ends. What it opened for itself was no state of the microphone. */
  const found = (check: EchoCheck): void => onFound(check)
  const leak = (leakDb: number): void => {
    engine.echo = { ...engine.echo, leakDb }
    onChange()
  }
  return { engine, calls, setups, become, found, leak }
}

/** The controller with a main process and an engine that follow a script; `chosen` is what was kept of sound. */
export async function started(chosen: Partial<AudioPreferences> = {}) {
  const kept = answers['preferences:read'] as object
  const main = scriptedMain({ 'preferences:read': { ...kept, audio: { ...DEFAULT_AUDIO_PREFERENCES, ...chosen } } })
  const audio = scriptedEngine()
  const store = createAppStore()
  const controller = new Controller(main.bridge, audio.engine, store)
  await controller.start()
  return { ...main, ...audio, store, controller }
}
