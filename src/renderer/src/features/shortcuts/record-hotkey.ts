import type { Hotkey } from '../../../../shared/hotkey.ts'
import { isSideKey } from '../../../../shared/hotkey-keys.ts'
import { hotkeyProblem, type PressedKey, pressedHotkey } from '../../../../shared/hotkey-rules.ts'

/** What a key event means to somebody who records a hotkey. `side`: a modifier of the right-hand side that is a hotkey if it comes up alone. */
export type Recorded =
  | { kind: 'cancelled' }
  | { kind: 'waiting'; side?: Hotkey }
  | { kind: 'recorded'; hotkey: Hotkey }
  | { kind: 'refused'; hotkey: Hotkey; problem: string }

const held = ({ ctrlKey, altKey, shiftKey, metaKey }: PressedKey): number =>
  [ctrlKey, altKey, shiftKey, metaKey].filter(Boolean).length

/** A key went down. */
export function recordDown(key: PressedKey, platform: string): Recorded {
  if (key.code === 'Escape' && held(key) === 0) return { kind: 'cancelled' }
  const hotkey = pressedHotkey(key)
  if (hotkey === undefined) {
    return isSideKey(key.code) && held(key) <= 1 ? { kind: 'waiting', side: key.code } : { kind: 'waiting' }
  }
  const problem = hotkeyProblem(hotkey, platform)
  return problem === undefined ? { kind: 'recorded', hotkey } : { kind: 'refused', hotkey, problem }
}

/** A key came up; `before` is what its going down meant. */
export function recordUp(before: Recorded, { code }: Pick<PressedKey, 'code'>, platform: string): Recorded {
  if (before.kind !== 'waiting' || before.side !== code) return before
  const problem = hotkeyProblem(code, platform)
  return problem === undefined ? { kind: 'recorded', hotkey: code } : { kind: 'refused', hotkey: code, problem }
}
