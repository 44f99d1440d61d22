import type { ConversationItem } from '../../shared/ipc/history-calls.ts'
import type { EarlierConversation, EarlierItem } from '../session/earlier.ts'

/** A kept conversation as another session is given it: of a reply that was cut off what was heard, of calls those with a result. */
export function earlierFrom(items: readonly ConversationItem[]): EarlierConversation {
  return items.flatMap((item): EarlierItem[] => {
    if (item.kind === 'latency') return []
    if (item.kind === 'tool-call') {
      const { status, ...call } = item.call
      return status === 'answered' || status === 'failed' ? [{ kind: 'tool-call', call }] : []
    }
    // What Parley itself sent was meant for the agent of then.
    if (item.role === 'parley') return []
    const text = item.heard?.text ?? item.text
    return text.trim() === '' ? [] : [{ kind: 'text', role: item.role, text }]
  })
}
