/** A hotkey as it stands on the keys: `Ctrl Alt K` for `Ctrl+Alt+KeyK`. */
export function hotkeyText(hotkey: string): string {
  return hotkey
    .split('+')
    .map((part) => part.replace(/^(Key|Digit)(?=.$)/, ''))
    .join(' ')
}
