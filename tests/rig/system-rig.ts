import { startRig, type Rig, type RigOptions } from './rig.ts'

/**
 * A virtual display and sound card on Linux. Windows and macOS have the system's own display and no sound that could be judged: there
 * everything but `env` rejects. What needs more is tagged `@linux` and left out there (scripts/test-desktop.mjs).
 */
export function startSystemRig(options?: RigOptions): Promise<Rig> {
  return process.platform === 'linux' ? startRig(options) : Promise.resolve(displayOnly())
}

/** Chromium plays a microphone where there is none. */
export const SOUND_SWITCHES = process.platform === 'linux' ? [] : ['--use-fake-device-for-media-stream']

const none = (): Promise<never> =>
  Promise.reject(new Error('There is no virtual display and sound card on this system.'))

function displayOnly(): Rig {
  return {
    env: environment(),
    display: '',
    say: none,
    recordSpeaker: none,
    plugEcho: none,
    plugMicrophone: none,
    unplugMicrophone: none,
    pactl: none,
    xdotool: none,
    chromium() {
      throw new Error('The specs of the desktop host start Electron, not a browser.')
    },
    close: () => Promise.resolve()
  }
}

/** Windows calls it `Path`; a spec that puts a folder before it must not make a second one. */
function environment(): Record<string, string> {
  const known = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return Object.fromEntries(known.map(([name, value]) => [name.toUpperCase() === 'PATH' ? 'PATH' : name, value]))
}
