import type { Hotkey } from '../../shared/hotkey.ts'
import { hotkeyKeys } from '../../shared/hotkey-keys.ts'
import { hotkeyParts, hotkeyProblem } from '../../shared/hotkey-rules.ts'
import type { ShortcutAction, ShortcutPreferences, ShortcutRow } from '../../shared/ipc/shortcut-calls.ts'
import type { ProfileSummary } from '../../shared/profile.ts'
import type { ChosenKey } from './key-filter.ts'

/** A hotkey and what it does; `problem` is a sentence why it cannot be listened for. */
export interface PlannedKey {
  readonly action: ShortcutAction
  readonly hotkey: Hotkey
  readonly conflict?: string
  readonly problem?: string
}

/** One text for one action. */
export function actionKey(action: ShortcutAction): string {
  return action.kind === 'profile' ? `profile ${action.id}` : action.kind
}

/** Whether an action opens the microphone, and so has a press and a release. */
export function isTalk({ kind }: ShortcutAction): boolean {
  return kind === 'talk' || kind === 'profile'
}

const OWN_ACTIONS = ['talk', 'mute', 'stop', 'show'] as const
const NAMES = { talk: 'Talk', mute: 'Mute', stop: 'Stop the agent', show: 'Show Parley' } as const

type KeyedProfile = Pick<ProfileSummary, 'id' | 'name' | 'hotkey' | 'held'>

/** Every hotkey that is set, in the order in which they win: of two that are the same the first one works. Held profiles have none. */
export function planHotkeys(
  preferences: ShortcutPreferences,
  profiles: readonly KeyedProfile[],
  platform: string
): PlannedKey[] {
  const wanted: { action: ShortcutAction; hotkey: Hotkey; name: string }[] = []
  for (const kind of OWN_ACTIONS) {
    const hotkey = preferences[kind]
    if (hotkey !== null) wanted.push({ action: { kind }, hotkey, name: `“${NAMES[kind]}”` })
  }
  for (const { id, name, hotkey, held } of profiles) {
    if (hotkey !== undefined && held !== true)
      wanted.push({ action: { kind: 'profile', id }, hotkey, name: `the agent ${name}` })
  }
  const owners = new Map<Hotkey, string>()
  return wanted.map(({ action, hotkey, name }) => {
    const owner = owners.get(hotkey)
    const problem = hotkeyProblem(hotkey, platform)
    if (owner === undefined && problem === undefined) owners.set(hotkey, name)
    return {
      action,
      hotkey,
      ...(problem === undefined ? {} : { problem }),
      ...(owner === undefined || problem !== undefined ? {} : { conflict: `It is already taken by ${owner}.` })
    }
  })
}

/** Those that can be listened for. */
export function usableKeys(plan: readonly PlannedKey[]): PlannedKey[] {
  return plan.filter(({ problem, conflict }) => problem === undefined && conflict === undefined)
}

/** As the hook's process is told them; the ids count from `firstId` in the order of `keys`. */
export function chosenKeys(keys: readonly PlannedKey[], firstId: number): ChosenKey[] {
  return keys.map(({ hotkey }, at) => {
    const { code, ...modifiers } = hotkeyParts(hotkey)
    // Keys that are not in the table have a problem and are no usable ones.
    return { id: firstId + at, scanCode: hotkeyKeys.get(code)?.scanCode ?? 0, ...modifiers }
  })
}

/** Electron's name of the hotkey; undefined where its own shortcuts cannot have it. */
export function acceleratorOf(hotkey: Hotkey): string | undefined {
  const { ctrl, alt, shift, meta, code } = hotkeyParts(hotkey)
  const key = hotkeyKeys.get(code)?.accelerator
  if (key === undefined || key === null) return undefined
  const names = [ctrl && 'Control', alt && 'Alt', shift && 'Shift', meta && 'Super', key]
  return names.filter((name) => name !== false).join('+')
}

/** What became of a key that was planned, by {@link actionKey}. */
export type KeyOutcome = { state: 'active' } | { state: 'refused' | 'unconfirmed'; why: string }

/** The rows of the settings screen. */
export function hotkeyRows(
  plan: readonly PlannedKey[],
  outcomes: ReadonlyMap<string, KeyOutcome>,
  off: string | undefined
): ShortcutRow[] {
  return plan.map(({ action, hotkey, problem, conflict }) => {
    if (conflict !== undefined) return { action, hotkey, state: 'conflict', why: conflict }
    if (problem !== undefined) return { action, hotkey, state: 'refused', why: problem }
    const outcome = outcomes.get(actionKey(action))
    if (outcome !== undefined) return { action, hotkey, ...outcome }
    return { action, hotkey, state: 'off', ...(off === undefined ? {} : { why: off }) }
  })
}
