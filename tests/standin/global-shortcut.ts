// globalShortcut as a list: the specs press what is in it. Whether a system really gives a key is not modelled.
import { fault, needReady, record, state } from './state.ts'
import { modelled, type Like } from './surface.ts'

const MODIFIER = /^(Command|Cmd|Control|Ctrl|CommandOrControl|CmdOrCtrl|Alt|Option|AltGr|Shift|Super|Meta)$/
const KEY =
  /^([0-9A-Z]|F([1-9]|1\d|2[0-4])|[^\w\s+]|Plus|Space|Tab|Capslock|Numlock|Scrolllock|Backspace|Delete|Insert|Return|Enter|Up|Down|Left|Right|Home|End|PageUp|PageDown|Escape|Esc|PrintScreen|num[0-9]|num(dec|add|sub|mult|div))$/

/** As accelerator_util: any number of modifiers and one key. */
function isAccelerator(text: string): boolean {
  const names = text.split('+')
  return KEY.test(names.at(-1) ?? '') && names.slice(0, -1).every((name) => MODIFIER.test(name))
}

export const globalShortcut = modelled('GlobalShortcut', {
  register(accelerator: string, callback: () => void) {
    needReady('globalShortcut cannot be used before the app is ready')
    if (!isAccelerator(accelerator)) throw new TypeError('Error processing argument at index 0, conversion failure')
    if (state.shortcuts.has(accelerator)) fault('shortcut-twice', `${accelerator} is registered already`)
    const given = !state.shortcutsTaken.has(accelerator) && !state.shortcuts.has(accelerator)
    if (given) state.shortcuts.set(accelerator, callback)
    return record('globalShortcut.register', [accelerator], given)
  },
  isRegistered(accelerator: string) {
    needReady('globalShortcut cannot be used before the app is ready')
    return state.shortcuts.has(accelerator)
  },
  unregister(accelerator: string) {
    needReady('globalShortcut cannot be used before the app is ready')
    state.shortcuts.delete(accelerator)
    record('globalShortcut.unregister', [accelerator], undefined)
  },
  unregisterAll() {
    needReady('globalShortcut cannot be used before the app is ready')
    state.shortcuts.clear()
    record('globalShortcut.unregisterAll', [], undefined)
  }
} satisfies Like<Electron.GlobalShortcut>)
