import type { Modifiers } from '../../shared/hotkey-rules.ts'

/** One hotkey to listen for. `id` is all that is ever told of it. */
export interface ChosenKey extends Modifiers {
  readonly id: number
  readonly scanCode: number
}

/** A key as the system reports it: any key of the keyboard. The modifiers are as they are after it. */
export interface RawKey extends Modifiers {
  readonly down: boolean
  readonly scanCode: number
}

/** What leaves the process that sees the keyboard. */
export interface HeardKey {
  readonly kind: 'down' | 'repeat' | 'up'
  readonly id: number
}

/** Which of the chosen ones are down. */
export type HeldKeys = ReadonlySet<number>

export const noKeysHeld: HeldKeys = new Set()

/** Scan codes of right-hand modifiers that are hotkeys by themselves: their own modifier is not one that is held with them. */
const OWN_MODIFIER: ReadonlyMap<number, keyof Modifiers> = new Map([
  [0x0e1d, 'ctrl'],
  [0x0e38, 'alt'],
  [0x36, 'shift'],
  [0x0e5c, 'meta']
])

const NAMES = ['ctrl', 'alt', 'shift', 'meta'] as const

function matches(chosen: ChosenKey, key: RawKey): boolean {
  if (chosen.scanCode !== key.scanCode) return false
  const own = OWN_MODIFIER.get(chosen.scanCode)
  return NAMES.every((name) => name === own || chosen[name] === key[name])
}

/** A needed modifier is not held any more, whichever key told so: its own release may have been lost. */
function misses(chosen: ChosenKey, key: RawKey): boolean {
  return NAMES.some((name) => chosen[name] && !key[name])
}

/**
 * Everything that is heard goes through here: of the whole keyboard only down, repeat and up of the chosen keys comes out. A chosen key is
 * up when it is released, or a modifier that it needs; modifiers that are added meanwhile change nothing.
 */
export function filterKey(held: HeldKeys, chosen: readonly ChosenKey[], key: RawKey): [HeldKeys, HeardKey[]] {
  const heard: HeardKey[] = []
  const next = new Set(held)
  for (const one of chosen) {
    if (next.has(one.id)) {
      const released = !key.down && key.scanCode === one.scanCode
      if (released || misses(one, key)) {
        next.delete(one.id)
        heard.push({ kind: 'up', id: one.id })
      } else if (key.down && key.scanCode === one.scanCode) heard.push({ kind: 'repeat', id: one.id })
    } else if (key.down && matches(one, key)) {
      next.add(one.id)
      heard.push({ kind: 'down', id: one.id })
    }
  }
  return [next, heard]
}

/** Which of the keys that are chosen now were down already, as far as those before tell: their repeats are no press. */
export function stillHeld(held: HeldKeys, before: readonly ChosenKey[], chosen: readonly ChosenKey[]): HeldKeys {
  const down = new Set(before.filter(({ id }) => held.has(id)).map(({ scanCode }) => scanCode))
  return new Set(chosen.filter(({ scanCode }) => down.has(scanCode)).map(({ id }) => id))
}
