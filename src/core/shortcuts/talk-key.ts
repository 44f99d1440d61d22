import { assertNever } from '../../shared/assert-never.ts'
import type { TalkKeyMode } from '../../shared/ipc/shortcut-calls.ts'

/** A press that is shorter toggles in the automatic mode; a longer one holds. */
export const TAP_MS = 300

/** A key of a keyboard that repeats, and does not any more, was released. */
export const REPEAT_LIMIT_MS = 30_000

/** Longest time that talk stays open without a new press. */
export const TALK_LIMIT_MS = 120_000

/** Repeats that are spread over so long came while the key was held, and not in one burst at its end. */
const REAL_REPEATS_MS = 300

interface Open {
  readonly kind: 'open'
  /** Which key opened it. */
  readonly key: string
  readonly sinceMs: number
  /** Open without a key that is held: only the next press, or the limit, closes it. */
  readonly latched: boolean
  /** Of the press, or of its last repeat. */
  readonly lastHeardMs: number
  readonly firstRepeatMs: number | undefined
}

/** `repeating`: keys of which this keyboard was seen to repeat. */
export interface TalkKey {
  readonly gate: { readonly kind: 'closed' } | Open
  readonly repeating: ReadonlySet<string>
}

export const quietTalkKey: TalkKey = { gate: { kind: 'closed' }, repeating: new Set() }

/** `lost`: nothing more is heard of any key (the hook ended, the computer was locked or fell asleep, the keys were changed). */
export type TalkKeyInput =
  | { kind: 'down' | 'repeat' | 'up'; key: string; mode: TalkKeyMode; atMs: number }
  | { kind: 'lost' | 'time'; atMs: number }

/** What the page is told. */
export interface TalkSignal {
  readonly key: string
  readonly signal: 'press' | 'repeat' | 'release' | 'lost'
}

type Step = readonly [TalkKey, readonly TalkSignal[]]

/** When it closes by itself if nothing more is heard; undefined: it is closed. */
export function closesAtMs({ gate, repeating }: TalkKey): number | undefined {
  if (gate.kind === 'closed') return undefined
  const limit = gate.sinceMs + TALK_LIMIT_MS
  if (gate.latched || !repeating.has(gate.key)) return limit
  return Math.min(limit, gate.lastHeardMs + REPEAT_LIMIT_MS)
}

/** The one owner of "the person wants to talk" for keys heard in any application. At most one key has talk open. */
export function reduceTalkKey(state: TalkKey, input: TalkKeyInput): Step {
  const limit = closesAtMs(state)
  if (limit !== undefined && input.atMs >= limit) {
    const [closed, lost] = close(state, 'lost')
    const [next, signals] = step(closed, input)
    return [next, [...lost, ...signals]]
  }
  return step(state, input)
}

function step(state: TalkKey, input: TalkKeyInput): Step {
  switch (input.kind) {
    case 'time':
      return [state, []]
    case 'lost':
      return close(state, 'lost')
    case 'down':
      return down(state, input)
    case 'repeat':
      return repeat(state, input)
    case 'up':
      return up(state, input)
    default:
      return assertNever(input)
  }
}

function close(state: TalkKey, signal: 'release' | 'lost'): Step {
  if (state.gate.kind === 'closed') return [state, []]
  return [{ ...state, gate: { kind: 'closed' } }, [{ key: state.gate.key, signal }]]
}

type KeyInput = Extract<TalkKeyInput, { key: string }>

function down(state: TalkKey, { key, mode, atMs }: KeyInput): Step {
  const { gate } = state
  if (gate.kind === 'open' && gate.key === key && gate.latched) return close(state, 'release')
  // Pressed again without a release: that was lost. Another key takes over.
  const [before, lost] = close(state, 'lost')
  const open: Open = {
    kind: 'open',
    key,
    sinceMs: atMs,
    latched: mode === 'toggle',
    lastHeardMs: atMs,
    firstRepeatMs: undefined
  }
  return [{ ...before, gate: open }, [...lost, { key, signal: 'press' }]]
}

/** Never opens anything: a key that is still down after its talk was closed says nothing new. */
function repeat(state: TalkKey, { key, atMs }: KeyInput): Step {
  const { gate, repeating } = state
  if (gate.kind === 'closed' || gate.key !== key || gate.latched) return [state, []]
  const firstRepeatMs = gate.firstRepeatMs ?? atMs
  const real = atMs - firstRepeatMs >= REAL_REPEATS_MS && !repeating.has(key)
  return [
    { gate: { ...gate, firstRepeatMs, lastHeardMs: atMs }, repeating: real ? new Set([...repeating, key]) : repeating },
    [{ key, signal: 'repeat' }]
  ]
}

function up(state: TalkKey, { key, mode, atMs }: KeyInput): Step {
  const { gate } = state
  if (gate.kind === 'closed' || gate.key !== key || gate.latched) return [state, []]
  if (mode === 'automatic' && atMs - gate.sinceMs < TAP_MS) return [{ ...state, gate: { ...gate, latched: true } }, []]
  return close(state, 'release')
}
