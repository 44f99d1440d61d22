import type { KeySignal } from './key-source.ts'

/** Longest time that talk stays open without a new press: a key that is stuck must not transmit for ever. */
export const HOLD_LIMIT_MS = 120_000

/** Open while at least one source is held; `held` is never empty. `sinceMs` is the time of the press that opened it. */
export type PushToTalk =
  { readonly kind: 'closed' } | { readonly kind: 'open'; readonly sinceMs: number; readonly held: ReadonlySet<string> }

/** What a key source said, or that time has passed. `atMs` is any clock that never runs backwards. */
export type PushToTalkInput =
  { kind: 'key'; source: string; signal: KeySignal; atMs: number } | { kind: 'time'; atMs: number }

export const closedTalk: PushToTalk = { kind: 'closed' }

/** Nothing that happens without a held source opens talk, and the same object comes back when nothing changes. */
export function reducePushToTalk(state: PushToTalk, input: PushToTalkInput): PushToTalk {
  const now = state.kind === 'open' && input.atMs - state.sinceMs >= HOLD_LIMIT_MS ? closedTalk : state
  if (input.kind === 'time' || input.signal === 'repeat') return now
  return input.signal === 'press' ? press(now, input.source, input.atMs) : release(now, input.source)
}

function press(state: PushToTalk, source: string, atMs: number): PushToTalk {
  if (state.kind === 'closed') return { kind: 'open', sinceMs: atMs, held: new Set([source]) }
  return state.held.has(source) ? state : { ...state, held: new Set([...state.held, source]) }
}

function release(state: PushToTalk, source: string): PushToTalk {
  if (state.kind === 'closed' || !state.held.has(source)) return state
  const held = new Set([...state.held].filter((other) => other !== source))
  return held.size === 0 ? closedTalk : { ...state, held }
}
