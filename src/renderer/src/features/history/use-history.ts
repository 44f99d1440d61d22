import { useCallback, useEffect, useRef, useState } from 'react'
import type { ConversationId, ConversationSummary, KeptConversation } from '../../../../shared/ipc/history-calls.ts'
import { useController } from '../session/assistant-context.tsx'
import { messageOf } from '../session/controller.ts'

const PAGE = 30

/** Most that one call may ask for. */
const LARGEST_PAGE = 100

/** Typing is over when nothing was typed for so long. */
const TYPING_MS = 150

/** What is said meanwhile is read again this much later. */
const FRESH_MS = 600

export type HistoryList =
  | { kind: 'loading' }
  | { kind: 'failed'; message: string }
  /** `query` is what these were found for, `atMs` when (ms since 1970). */
  | { kind: 'loaded'; query: string; conversations: readonly ConversationSummary[]; more: boolean; atMs: number }

/** The conversations for `query`, brought up to date when one begins, ends or is removed. */
export function useHistoryList(query: string): { list: HistoryList; showMore: () => void; reload: () => void } {
  const controller = useController()
  const [list, setList] = useState<HistoryList>({ kind: 'loading' })
  const generation = useRef(0)
  const shown = useRef(PAGE)

  const load = useCallback(async (): Promise<void> => {
    const mine = (generation.current += 1)
    try {
      const limit = Math.min(shown.current, LARGEST_PAGE)
      const { conversations, more } = await controller.call('history:list', { query, limit })
      if (mine === generation.current) setList({ kind: 'loaded', query, conversations, more, atMs: Date.now() })
    } catch (cause) {
      if (mine === generation.current) setList({ kind: 'failed', message: messageOf(cause) })
    }
  }, [controller, query])

  useEffect(() => {
    shown.current = PAGE
    const timer = setTimeout(() => void load(), query === '' ? 0 : TYPING_MS)
    const off = controller.on('history:changed', () => void load())
    return () => {
      clearTimeout(timer)
      off()
      generation.current += 1
    }
  }, [controller, load, query])

  const showMore = async (): Promise<void> => {
    if (list.kind !== 'loaded' || !list.more) return
    const before = list.conversations.at(-1)?.id
    const mine = (generation.current += 1)
    try {
      const next = await controller.call('history:list', { query, limit: PAGE, before })
      if (mine !== generation.current) return
      const conversations = [...list.conversations, ...next.conversations]
      shown.current = conversations.length
      setList({ kind: 'loaded', query, conversations, more: next.more, atMs: Date.now() })
    } catch (cause) {
      if (mine === generation.current) setList({ kind: 'failed', message: messageOf(cause) })
    }
  }

  return { list, showMore: () => void showMore(), reload: () => void load() }
}

export type Reading =
  | { kind: 'none' }
  | { kind: 'loading' }
  | { kind: 'failed'; message: string }
  | { kind: 'read'; conversation: KeptConversation }

/** One conversation; of one that runs, what is said meanwhile comes along. */
export function useConversation(id: ConversationId | null): Reading {
  const controller = useController()
  const [reading, setReading] = useState<{ id: ConversationId | null; state: Reading }>({
    id: null,
    state: { kind: 'none' }
  })

  useEffect(() => {
    if (id === null) return undefined
    let over = false
    let runs = true
    let timer: ReturnType<typeof setTimeout> | undefined
    const load = async (): Promise<void> => {
      timer = undefined
      let state: Reading
      try {
        const conversation = await controller.call('history:read', { id })
        runs = conversation.summary.endedAtMs === null
        state = { kind: 'read', conversation }
      } catch (cause) {
        state = { kind: 'failed', message: messageOf(cause) }
      }
      if (!over) setReading({ id, state })
    }
    void load()
    const later = (): void => {
      timer ??= setTimeout(() => void load(), FRESH_MS)
    }
    const offs = [
      controller.on('history:changed', later),
      controller.on('session:event', ({ kind }) => {
        if (runs && (kind === 'caption' || kind === 'tool-call' || kind === 'interrupted')) later()
      })
    ]
    return () => {
      over = true
      clearTimeout(timer)
      for (const off of offs) off()
    }
  }, [controller, id])

  if (id === null) return { kind: 'none' }
  return reading.id === id ? reading.state : { kind: 'loading' }
}
