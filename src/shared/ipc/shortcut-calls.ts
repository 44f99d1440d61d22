import { z } from 'zod'
import { Hotkey } from '../hotkey.ts'
import { ProfileId } from '../profile.ts'

/** How keys that talk work: while held, by a press to begin and one to end, or both (a press shorter than 300 ms toggles). */
export const TalkKeyMode = z.enum(['hold', 'toggle', 'automatic'])
export type TalkKeyMode = z.infer<typeof TalkKeyMode>

/** Hotkeys that work in any application; null: none. `hear`: how keys are heard. */
export const ShortcutPreferences = z.strictObject({
  /** Nothing listens to any key while it is off. */
  enabled: z.boolean(),
  /** `hook`: real key-down and key-up of the chosen keys, by a process that sees the keyboard; `system`: the system's own shortcuts, key-down only. */
  hear: z.enum(['hook', 'system']),
  talkMode: TalkKeyMode,
  talk: Hotkey.nullable(),
  mute: Hotkey.nullable(),
  stop: Hotkey.nullable(),
  show: Hotkey.nullable()
})
export type ShortcutPreferences = z.infer<typeof ShortcutPreferences>

/** What a hotkey does; `profile` chooses that profile and talks to it. */
export const ShortcutAction = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.enum(['talk', 'mute', 'stop', 'show']) }),
  z.strictObject({ kind: z.literal('profile'), id: ProfileId })
])
export type ShortcutAction = z.infer<typeof ShortcutAction>

/** `conflict`: another action of Parley has it; `refused`: the system did not give it (another program has it); `unconfirmed`: the system said yes and may not mean it (Wayland). */
export const ShortcutRow = z.strictObject({
  action: ShortcutAction,
  hotkey: Hotkey,
  state: z.enum(['active', 'conflict', 'refused', 'unconfirmed', 'off']),
  /** A sentence where it is not simply active. */
  why: z.string().optional()
})
export type ShortcutRow = z.infer<typeof ShortcutRow>

/** What works on this machine. `can`: per way of hearing keys, with a sentence why or why not. */
export const ShortcutStatus = z.strictObject({
  can: z.strictObject({
    hook: z.strictObject({ works: z.boolean(), why: z.string() }),
    system: z.strictObject({ works: z.boolean(), why: z.string() })
  }),
  /** What listens now. */
  hearing: z.enum(['hook', 'system', 'nothing']),
  rows: z.array(ShortcutRow)
})
export type ShortcutStatus = z.infer<typeof ShortcutStatus>

/**
 * A hotkey as it is heard. Keys that talk (the talk key, those of the agents) send `press`, `repeat` and `release`, or `lost` where no release
 * will come any more; the others `press` alone. While keys are tried out, every key sends what is really heard of it.
 */
export const ShortcutSignal = z.strictObject({
  action: ShortcutAction,
  signal: z.enum(['press', 'repeat', 'release', 'lost'])
})
export type ShortcutSignal = z.infer<typeof ShortcutSignal>

export const shortcutCalls = {
  'shortcuts:status': { input: z.undefined(), output: ShortcutStatus },
  /** While on, hotkeys only report themselves (`shortcuts:key`) and do nothing: "press it now". Ends by itself after 60 s. */
  'shortcuts:test': { input: z.strictObject({ on: z.boolean() }), output: ShortcutStatus }
} as const

export const shortcutEvents = {
  'shortcuts:changed': ShortcutStatus,
  /** `test`: it was only tried out. */
  'shortcuts:key': z.strictObject({ ...ShortcutSignal.shape, test: z.boolean() })
} as const
