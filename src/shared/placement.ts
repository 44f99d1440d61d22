import { z } from 'zod'
import { assertNever } from './assert-never.ts'
import type { SessionEvent, TurnLatency } from './events.ts'

/**
 * Where tool calls and latencies stand in a conversation, whose captions alone have an order. `calls`: each call below the caption
 * that was the newest when it came, '' is above the first; in the order in which they came. `turns`: each latency at its reply's caption.
 */
export const Placement = z.strictObject({
  /** The newest caption, and whose it is; null before the first. */
  newest: z.strictObject({ id: z.string(), agent: z.boolean() }).nullable(),
  calls: z.array(z.strictObject({ id: z.string(), after: z.string() })),
  turns: z.array(z.strictObject({ turn: z.int().positive(), caption: z.string() })),
  /** A turn whose reply is heard and has no caption yet. */
  pendingTurn: z.int().positive().nullable()
})
export type Placement = z.infer<typeof Placement>

/** Most calls and turns whose place is kept; the oldest go first. */
export const PLACEMENT_LIMIT = 500

export const nothingPlaced: Placement = { newest: null, calls: [], turns: [], pendingTurn: null }

/** The places after `event`; the same object when it changes none. `captions`: the ids that came before `event`. */
export function place(
  placement: Placement,
  event: SessionEvent,
  captions: { has(captionId: string): boolean }
): Placement {
  switch (event.kind) {
    case 'caption':
      if (captions.has(event.caption.id)) return placement
      // It stands further up, so the newest is still another one.
      if (event.caption.before !== undefined && captions.has(event.caption.before)) return placement
      return placeCaption(placement, event.caption.id, event.caption.role === 'agent')
    case 'tool-call':
      return placeCall(placement, event.call.id)
    case 'latency':
      return placeTurn(placement, event.latency)
    case 'state':
    case 'notice':
    case 'command':
    case 'interrupted':
    case 'reply-played':
    case 'prompt':
    case 'reconnected':
    case 'support':
    case 'changes':
    case 'talk':
    case 'audio-dropped':
      return placement
    default:
      return assertNever(event)
  }
}

function placeCaption(placement: Placement, id: string, agent: boolean): Placement {
  const { pendingTurn } = placement
  const moved = { ...placement, newest: { id, agent } }
  return agent && pendingTurn !== null ? withTurn({ ...moved, pendingTurn: null }, pendingTurn, id) : moved
}

function placeCall(placement: Placement, id: string): Placement {
  if (placement.calls.some((call) => call.id === id)) return placement
  const call = { id, after: placement.newest?.id ?? '' }
  return { ...placement, calls: [...placement.calls, call].slice(-PLACEMENT_LIMIT) }
}

/** A reply's text and audio may come in either order, so a turn is placed when something of its reply has come. */
function placeTurn(placement: Placement, { turn, client, service }: TurnLatency): Placement {
  const began = client.firstByteMs ?? client.firstSampleMs ?? service.ttsMs ?? service.totalMs
  if (began === undefined || placement.turns.some((placed) => placed.turn === turn)) return placement
  const { newest, turns } = placement
  if (newest?.agent === true && !turns.some(({ caption }) => caption === newest.id)) {
    return withTurn(placement, turn, newest.id)
  }
  return placement.pendingTurn === turn ? placement : { ...placement, pendingTurn: turn }
}

function withTurn(placement: Placement, turn: number, caption: string): Placement {
  return { ...placement, turns: [...placement.turns, { turn, caption }].slice(-PLACEMENT_LIMIT) }
}
