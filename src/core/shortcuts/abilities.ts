import type { ShortcutStatus } from '../../shared/ipc/shortcut-calls.ts'

/** Why the hook does not hear the keyboard; closed set. */
export type HookFailure =
  /** Nothing to listen to: no screen of its own. */
  | 'no-display'
  | 'wayland'
  /** macOS: Accessibility or Input Monitoring was not allowed. */
  | 'no-permission'
  /** The native part is not there for this system, or cannot be loaded. */
  | 'no-native'
  /** It did not say that it listens. */
  | 'no-start'
  /** It ended again and again. */
  | 'crashed'
  | 'other'

/** What decides which ways of hearing keys there are. */
export interface KeyboardFacts {
  host: 'desktop' | 'web'
  /** `process.platform`. */
  platform: string
  /** Linux: what draws the windows. */
  display: 'x11' | 'wayland' | 'none'
}

/** Reads the facts of this process; `env` as it was started with. */
export function keyboardFacts(
  host: KeyboardFacts['host'],
  platform: string,
  env: Readonly<Record<string, string | undefined>>
): KeyboardFacts {
  const has = (name: string): boolean => (env[name] ?? '') !== ''
  const wayland = env['XDG_SESSION_TYPE'] === 'wayland' || has('WAYLAND_DISPLAY')
  return { host, platform, display: wayland ? 'wayland' : has('DISPLAY') ? 'x11' : 'none' }
}

const SAY: Readonly<Record<HookFailure, string>> = {
  'no-display': 'There is no screen here whose keyboard could be heard.',
  wayland: 'On Wayland no program may hear the keys that are meant for another one.',
  'no-permission':
    'macOS does not let Parley hear the keyboard. Allow it in System Settings, Privacy & Security, Accessibility (and Input Monitoring), then turn hotkeys off and on.',
  'no-native':
    'The part that hears keys is missing in this installation or does not fit this system. Install Parley anew.',
  'no-start': 'The process that hears keys was started and did not begin to listen.',
  crashed: 'The process that hears keys ended several times. Turn hotkeys off and on to try again.',
  other: 'The process that hears keys could not begin to listen.'
}

/** What the hook needs is known to be missing, before it is started. */
export function hookObstacle({ platform, display }: KeyboardFacts): HookFailure | undefined {
  if (platform === 'darwin' || platform === 'win32') return undefined
  if (platform !== 'linux') return 'no-native'
  if (display === 'x11') return undefined
  return display === 'wayland' ? 'wayland' : 'no-display'
}

type Ability = ShortcutStatus['can']['hook']

function hookAbility(facts: KeyboardFacts, failure: HookFailure | undefined): Ability {
  const obstacle = failure ?? hookObstacle(facts)
  if (obstacle !== undefined) return { works: false, why: SAY[obstacle] }
  if (facts.platform === 'linux')
    return { works: true, why: 'X11 tells Parley when a key goes down and when it comes up.' }
  const about = 'Made for this system and not yet tried on it. Use the test below to see whether it works.'
  const mac = ' macOS asks for permission under Accessibility.'
  return { works: true, why: facts.platform === 'darwin' ? `${about}${mac}` : about }
}

function systemAbility({ host, display, platform }: KeyboardFacts): Ability {
  if (host === 'web') return { works: false, why: 'Only the desktop program can ask the system for shortcuts.' }
  const down = 'The system tells only that a key went down, so the talk key starts and stops by a press each.'
  if (platform === 'linux' && display === 'wayland') {
    return {
      works: true,
      why: `${down} On Wayland the desktop may ask you first, or not tell Parley that it said no. Use the test below.`
    }
  }
  if (platform === 'linux' && display === 'none') return { works: false, why: SAY['no-display'] }
  return { works: true, why: `${down} Not yet tried on a real desktop. Use the test below.` }
}

/** What works on this machine, each with a sentence. `failure`: what came of starting the hook. */
export function shortcutAbilities(facts: KeyboardFacts, failure?: HookFailure): ShortcutStatus['can'] {
  return { hook: hookAbility(facts, failure), system: systemAbility(facts) }
}
