import { clsx } from 'clsx'
import { type KeyboardEvent, useEffect, useId, useMemo, useRef } from 'react'
import type { ConversationId, ConversationSummary } from '../../../../shared/ipc/history-calls.ts'
import { text } from '../../text/en.ts'
import { Button } from '../../ui/button.tsx'
import { daysOf, timeOf } from './days.ts'

interface ConversationListProps {
  conversations: readonly ConversationSummary[]
  /** What is today, in ms since 1970. */
  nowMs: number
  more: boolean
  selected: ConversationId | null
  onSelect: (id: ConversationId) => void
  /** Enter, or a click: it is to be read. */
  onOpen: (id: ConversationId) => void
  onRemove: (conversation: ConversationSummary) => void
  onMore: () => void
  listRef: React.RefObject<HTMLDivElement | null>
}

/** Days with their conversations, one of which is selected; arrows move, Enter opens, Delete asks to delete. */
export function ConversationList(props: ConversationListProps) {
  const { conversations, nowMs, more, selected, onSelect, onOpen, onRemove, onMore, listRef } = props
  const id = useId()
  const days = useMemo(() => daysOf(conversations, nowMs), [conversations, nowMs])
  const optionId = (of: ConversationId): string => `${id}-${of}`
  const at = conversations.findIndex((one) => one.id === selected)
  const chosen = conversations[at]
  const moved = useRef(false)

  useEffect(() => {
    if (selected === null || !moved.current) return
    moved.current = false
    document.getElementById(`${id}-${selected}`)?.scrollIntoView({ block: 'nearest' })
  }, [id, selected])

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const to = target(event.key, at, conversations.length)
    const next = to === undefined ? undefined : conversations[to]
    if (next !== undefined) {
      moved.current = true
      onSelect(next.id)
    } else if (event.key === 'Enter' && chosen !== undefined) onOpen(chosen.id)
    else if ((event.key === 'Delete' || event.key === 'Backspace') && chosen !== undefined) onRemove(chosen)
    else return
    event.preventDefault()
  }

  return (
    <>
      <div
        ref={listRef}
        // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- an entry is more than the text that a select can show
        role="listbox"
        tabIndex={0}
        aria-label={text.history.list}
        aria-activedescendant={chosen === undefined ? undefined : optionId(chosen.id)}
        onKeyDown={onKeyDown}
        className="group/list flex flex-col px-2 pb-2 -outline-offset-2"
      >
        {days.map((day) => (
          // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- part of the listbox
          <div key={day.name} role="group" aria-labelledby={`${id}-${day.name}`}>
            <div
              id={`${id}-${day.name}`}
              role="presentation"
              className="px-[0.6875rem] pt-3 pb-1 text-small font-medium text-ink-soft"
            >
              {day.name}
            </div>
            {day.conversations.map((one) => (
              <Option
                key={one.id}
                id={optionId(one.id)}
                conversation={one}
                selected={one.id === selected}
                onOpen={onOpen}
              />
            ))}
          </div>
        ))}
      </div>
      {more && (
        <div className="px-4 pb-3">
          <Button size="small" tone="quiet" className="w-full" onClick={onMore}>
            {text.history.more}
          </Button>
        </div>
      )}
    </>
  )
}

/** Where a key moves to; undefined where it moves nowhere. */
function target(key: string, at: number, count: number): number | undefined {
  if (count === 0) return undefined
  switch (key) {
    case 'ArrowDown':
      return Math.min(at + 1, count - 1)
    case 'ArrowUp':
      return Math.max(at - 1, 0)
    case 'PageDown':
      return Math.min(at + 8, count - 1)
    case 'PageUp':
      return Math.max(at - 8, 0)
    case 'Home':
      return 0
    case 'End':
      return count - 1
    default:
      return undefined
  }
}

interface OptionProps {
  id: string
  conversation: ConversationSummary
  selected: boolean
  onOpen: (id: ConversationId) => void
}

function Option({ id, conversation, selected, onOpen }: OptionProps) {
  const { title, startedAtMs, endedAtMs, profileName, excerpt } = conversation
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus -- the list has the keys and the focus
    <div
      id={id}
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- part of the listbox
      role="option"
      aria-selected={selected}
      onClick={() => {
        onOpen(conversation.id)
      }}
      className={clsx(
        'rounded-lg border px-2.5 py-2',
        selected
          ? 'border-accent bg-accent-soft group-focus-visible/list:outline-2 group-focus-visible/list:outline-accent'
          : 'border-transparent hover:bg-sunken'
      )}
    >
      <div className="flex items-baseline gap-2">
        <span className="min-w-0 flex-1 truncate font-medium">{title === '' ? text.history.untitled : title}</span>
        <span
          className={clsx(
            'shrink-0 text-small tabular-nums',
            endedAtMs === null ? 'font-medium text-accent-ink' : 'text-ink-soft'
          )}
        >
          {endedAtMs === null ? text.history.running : timeOf(startedAtMs)}
        </span>
      </div>
      {excerpt === undefined ? (
        <div className="truncate text-small text-ink-soft">{profileName}</div>
      ) : (
        <div className="line-clamp-2 text-small text-ink-soft wrap-anywhere">
          <Excerpt excerpt={excerpt} />
        </div>
      )}
    </div>
  )
}

/** What was found in an excerpt, where `**` stands around it, and what is between; `at` is where a part begins. */
function partsOf(excerpt: string): { at: number; part: string; found: boolean }[] {
  let at = 0
  return excerpt.split('**').map((part, place) => {
    const begins = at
    at += part.length + 2
    return { at: begins, part, found: place % 2 === 1 }
  })
}

function Excerpt({ excerpt }: { excerpt: string }) {
  return partsOf(excerpt).map(({ at, part, found }) =>
    found ? (
      <mark key={at} className="rounded-sm bg-warn-soft font-medium text-ink">
        {part}
      </mark>
    ) : (
      part
    )
  )
}
