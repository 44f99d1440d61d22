/**
 * One key that a hotkey can be made of. `accelerator`: Electron's name for it, null where its own shortcuts cannot have it;
 * `scanCode`: as uiohook reports it (its VC_ constants).
 */
export interface HotkeyKey {
  label: string
  accelerator: string | null
  scanCode: number
  /** Writes something where it is pressed alone or with Shift. */
  types: boolean
}

const typing = (label: string, scanCode: number, accelerator: string | null = label): HotkeyKey => ({
  label,
  accelerator,
  scanCode,
  types: true
})
const other = (label: string, scanCode: number, accelerator: string | null = label): HotkeyKey => ({
  label,
  accelerator,
  scanCode,
  types: false
})

/** In the order of the alphabet. */
const LETTERS = [
  0x1e, 0x30, 0x2e, 0x20, 0x12, 0x21, 0x22, 0x23, 0x17, 0x24, 0x25, 0x26, 0x32, 0x31, 0x18, 0x19, 0x10, 0x13, 0x1f,
  0x14, 0x16, 0x2f, 0x11, 0x2d, 0x15, 0x2c
]
const DIGITS = [0x0b, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a]
const NUMPAD = [0x52, 0x4f, 0x50, 0x51, 0x4b, 0x4c, 0x4d, 0x47, 0x48, 0x49]
/** F1 to F24. */
const FUNCTIONS = [
  0x3b, 0x3c, 0x3d, 0x3e, 0x3f, 0x40, 0x41, 0x42, 0x43, 0x44, 0x57, 0x58, 0x5b, 0x5c, 0x5d, 0x63, 0x64, 0x65, 0x66,
  0x67, 0x68, 0x69, 0x6a, 0x6b
]

const letterAt = (index: number): string => String.fromCodePoint(65 + index)

/** Modifiers at the right-hand side, which can be a hotkey by themselves. Electron cannot have them. */
const SIDES: Readonly<Record<string, HotkeyKey>> = {
  ControlRight: other('Right Ctrl', 0x0e1d, null),
  AltRight: other('Right Alt', 0x0e38, null),
  ShiftRight: other('Right Shift', 0x36, null),
  MetaRight: other('Right Meta', 0x0e5c, null)
}

/** Every key that Parley knows, by the `code` of a KeyboardEvent. */
export const hotkeyKeys: ReadonlyMap<string, HotkeyKey> = new Map([
  ...LETTERS.map((code, index) => [`Key${letterAt(index)}`, typing(letterAt(index), code)] as const),
  ...DIGITS.map((code, digit) => [`Digit${digit}`, typing(String(digit), code)] as const),
  ...NUMPAD.map((code, digit) => [`Numpad${digit}`, typing(`Num ${digit}`, code, `num${digit}`)] as const),
  ...FUNCTIONS.map((code, index) => [`F${index + 1}`, other(`F${index + 1}`, code)] as const),
  ['Space', typing('Space', 0x39)],
  ['Enter', typing('Enter', 0x1c)],
  ['Tab', typing('Tab', 0x0f)],
  ['Backspace', typing('Backspace', 0x0e)],
  ['Delete', typing('Delete', 0x0e53)],
  ['Insert', other('Insert', 0x0e52)],
  ['Home', typing('Home', 0x0e47)],
  ['End', typing('End', 0x0e4f)],
  ['PageUp', typing('Page Up', 0x0e49, 'PageUp')],
  ['PageDown', typing('Page Down', 0x0e51, 'PageDown')],
  ['ArrowLeft', typing('Left', 0xe04b)],
  ['ArrowUp', typing('Up', 0xe048)],
  ['ArrowRight', typing('Right', 0xe04d)],
  ['ArrowDown', typing('Down', 0xe050)],
  ['Semicolon', typing(';', 0x27)],
  ['Equal', typing('=', 0x0d)],
  ['Comma', typing(',', 0x33)],
  ['Minus', typing('-', 0x0c)],
  ['Period', typing('.', 0x34)],
  ['Slash', typing('/', 0x35)],
  ['Backquote', typing('`', 0x29)],
  ['BracketLeft', typing('[', 0x1a)],
  ['Backslash', typing('\\', 0x2b)],
  ['BracketRight', typing(']', 0x1b)],
  ['Quote', typing("'", 0x28)],
  ['NumpadMultiply', typing('Num *', 0x37, 'nummult')],
  ['NumpadAdd', typing('Num +', 0x4e, 'numadd')],
  ['NumpadSubtract', typing('Num -', 0x4a, 'numsub')],
  ['NumpadDivide', typing('Num /', 0x0e35, 'numdiv')],
  ['NumpadDecimal', typing('Num .', 0x53, 'numdec')],
  ['ScrollLock', other('Scroll Lock', 0x46, 'Scrolllock')],
  ...Object.entries(SIDES)
])

/** Whether the key is a modifier that is a hotkey by itself. */
export function isSideKey(code: string): boolean {
  return code in SIDES
}
