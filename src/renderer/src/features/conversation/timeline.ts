import type { Caption, ToolCall, TurnLatency } from '../../../../shared/events.ts'
import type { AppState, ConnectionReturn } from '../session/state.ts'

/** One thing in the conversation, from top to bottom. */
export type TimelineItem =
  | { kind: 'caption'; caption: Caption; sameSpeaker: boolean; latency: TurnLatency | undefined }
  | { kind: 'tool-call'; call: ToolCall }
  | { kind: 'return'; back: ConnectionReturn }

type Parts = Pick<AppState, 'captions' | 'toolCalls' | 'latencies' | 'returns' | 'placement'>

/** Captions in their order, each with what came after it. What has no place is shown at the end: nothing is left out. */
export function timelineOf({ captions, toolCalls, latencies, returns, placement }: Parts): TimelineItem[] {
  const places = new Map(placement.calls.map(({ id, after }) => [id, after]))
  const turns = new Map(placement.turns.map(({ turn, caption }) => [caption, turn]))
  const known = new Set(captions.map(({ id }) => id))
  const last = captions.at(-1)?.id ?? ''
  const following = new Map<string, TimelineItem[]>()
  const put = (after: string | undefined, item: TimelineItem): void => {
    const at = after === undefined ? last : known.has(after) ? after : ''
    following.set(at, [...(following.get(at) ?? []), item])
  }
  for (const call of toolCalls) put(places.get(call.id), { kind: 'tool-call', call })
  for (const back of returns) put(back.after, { kind: 'return', back })
  return [
    ...(following.get('') ?? []),
    ...captions.flatMap((caption, at): TimelineItem[] => {
      const turn = turns.get(caption.id)
      const latency = turn === undefined ? undefined : latencies.find((candidate) => candidate.turn === turn)
      const sameSpeaker = captions[at - 1]?.role === caption.role
      return [{ kind: 'caption', caption, sameSpeaker, latency }, ...(following.get(caption.id) ?? [])]
    })
  ]
}
