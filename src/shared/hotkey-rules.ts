import { Hotkey } from './hotkey.ts'
import { hotkeyKeys, isSideKey } from './hotkey-keys.ts'

export interface Modifiers {
  readonly ctrl: boolean
  readonly alt: boolean
  readonly shift: boolean
  readonly meta: boolean
}

/** A hotkey taken apart; `code` is that of a KeyboardEvent. */
export interface HotkeyParts extends Modifiers {
  readonly code: string
}

export function hotkeyParts(hotkey: Hotkey): HotkeyParts {
  const names = hotkey.split('+')
  const has = (name: string): boolean => names.slice(0, -1).includes(name)
  return { ctrl: has('Ctrl'), alt: has('Alt'), shift: has('Shift'), meta: has('Meta'), code: names.at(-1) ?? '' }
}

export function hotkeyOf({ ctrl, alt, shift, meta, code }: HotkeyParts): Hotkey {
  const names = [ctrl && 'Ctrl', alt && 'Alt', shift && 'Shift', meta && 'Meta', code]
  return names.filter((name) => name !== false).join('+')
}

const MAC_NAMES = { ctrl: '⌃', alt: '⌥', shift: '⇧', meta: '⌘' } as const

/** The keys as a person of this platform (`process.platform`) reads them, one by one. */
export function hotkeyLabels(hotkey: Hotkey, platform: string): string[] {
  const parts = hotkeyParts(hotkey)
  const meta = platform === 'win32' ? 'Win' : 'Super'
  const names = platform === 'darwin' ? MAC_NAMES : { ctrl: 'Ctrl', alt: 'Alt', shift: 'Shift', meta }
  const modifiers = (['ctrl', 'alt', 'shift', 'meta'] as const).filter((name) => parts[name])
  return [...modifiers.map((name) => names[name]), hotkeyKeys.get(parts.code)?.label ?? parts.code]
}

/** As one text: `Ctrl+Alt+Space`. */
export function hotkeyText(hotkey: Hotkey, platform: string): string {
  return hotkeyLabels(hotkey, platform).join('+')
}

/** What every program does with the key and its platform's command key. */
const EDITING: Readonly<Record<string, string>> = {
  KeyC: 'copies',
  KeyV: 'pastes',
  KeyX: 'cuts',
  KeyZ: 'undoes',
  KeyA: 'selects everything',
  KeyS: 'saves'
}

const ALL = ['darwin', 'win32', 'linux']

/** Hotkeys that a system keeps for itself, and what it does with them. */
const KEPT: readonly (readonly [hotkey: string, platforms: readonly string[], what: string])[] = [
  ['Ctrl+Alt+Delete', ALL, 'the system keeps it for itself'],
  ['Alt+Tab', ['win32', 'linux'], 'it changes windows'],
  ['Alt+F4', ['win32', 'linux'], 'it closes windows'],
  ['Meta+KeyL', ['win32', 'linux'], 'it locks the computer'],
  ['Meta+Tab', ALL, 'it changes programs'],
  ['Meta+KeyQ', ['darwin'], 'it quits programs'],
  ['Meta+KeyW', ['darwin'], 'it closes windows'],
  ['Meta+KeyH', ['darwin'], 'it hides programs'],
  ['Meta+Space', ['darwin'], 'it opens Spotlight'],
  ['Ctrl+Meta+KeyQ', ['darwin'], 'it locks the computer']
]

/** Why the person may not have this hotkey on this platform, as a sentence; undefined: they may. */
export function hotkeyProblem(hotkey: Hotkey, platform: string): string | undefined {
  const parts = hotkeyParts(hotkey)
  const { ctrl, alt, shift, meta, code } = parts
  const text = hotkeyText(hotkey, platform)
  if (code === 'Escape') return 'Escape is for stopping and closing things, in Parley and elsewhere.'
  const key = hotkeyKeys.get(code)
  if (key === undefined) return `Parley does not know this key (${code}).`
  const modified = ctrl || alt || meta
  if (isSideKey(code)) {
    if (modified || shift) return `${key.label} is a hotkey by itself only. Press it alone.`
    return code === 'ShiftRight' ? 'Right Shift is needed for writing. Take another key.' : undefined
  }
  if (key.types && !modified) return `${text} is needed for writing. Hold Ctrl, Alt or another modifier with it.`
  const command = platform === 'darwin' ? meta && !ctrl : ctrl && !meta
  const editing = EDITING[code]
  if (command && !alt && !shift && editing !== undefined) return `${text} ${editing} in every program.`
  if (platform === 'linux' && ctrl && alt && /^F\d+$/.test(code)) return `${text} changes to another console.`
  const kept = KEPT.find(([one, platforms]) => one === hotkey && platforms.includes(platform))
  return kept === undefined ? undefined : `${text} is taken: ${kept[2]}.`
}

/** What a KeyboardEvent says, as far as a hotkey needs it. */
export interface PressedKey {
  readonly code: string
  readonly ctrlKey: boolean
  readonly altKey: boolean
  readonly shiftKey: boolean
  readonly metaKey: boolean
}

/** The hotkey that is pressed; undefined while only modifiers of the left-hand side are, or where it could not be written down. */
export function pressedHotkey({ code, ctrlKey, altKey, shiftKey, metaKey }: PressedKey): Hotkey | undefined {
  if (/^(Control|Alt|Shift|Meta)(Left|Right)$/.test(code)) return undefined
  const hotkey = hotkeyOf({ ctrl: ctrlKey, alt: altKey, shift: shiftKey, meta: metaKey, code })
  return Hotkey.safeParse(hotkey).success ? hotkey : undefined
}
