import { clsx } from 'clsx'
import { History, Search, TriangleAlert, X } from 'lucide-react'
import { type KeyboardEvent, type ReactNode, useRef, useState } from 'react'
import type { ConversationId, ConversationSummary } from '../../../../shared/ipc/history-calls.ts'
import { text } from '../../text/en.ts'
import { flushSync } from 'react-dom'
import { Button, IconButton } from '../../ui/button.tsx'
import { Confirm, Dialog } from '../../ui/dialog.tsx'
import { Scroll } from '../../ui/scroll.tsx'
import { useApp, useController } from '../session/assistant-context.tsx'
import { messageOf } from '../session/controller.ts'
import { ConversationList } from './conversation-list.tsx'
import { ReadingPane } from './reading-pane.tsx'
import { useHistoryList, type HistoryList } from './use-history.ts'

interface HistoryDialogProps {
  open: boolean
  onOpenChange: (open: boolean) => void
}

/** Every conversation that is kept: a list that is searched, and one to read. In a narrow window one after the other. */
export function HistoryDialog({ open, onOpenChange }: HistoryDialogProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={text.history.title}
      closeLabel={text.history.close}
      size="wide"
    >
      <Body
        onDone={() => {
          onOpenChange(false)
        }}
      />
    </Dialog>
  )
}

function Body({ onDone }: { onDone: () => void }) {
  const controller = useController()
  const [query, setQuery] = useState('')
  const { list, showMore, reload } = useHistoryList(query)
  const [selected, setSelected] = useState<ConversationId | null>(null)
  /** In a narrow window: the conversation is shown and not the list. */
  const [reading, setReading] = useState(false)
  const [removing, setRemoving] = useState<ConversationSummary | null>(null)
  const [problem, setProblem] = useState('')
  const searchRef = useRef<HTMLInputElement>(null)
  const listRef = useRef<HTMLDivElement>(null)
  const paneRef = useRef<HTMLDivElement>(null)
  const conversations = list.kind === 'loaded' ? list.conversations : []

  const onSearchKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape' && query !== '') {
      event.preventDefault()
      setQuery('')
    } else if (event.key === 'ArrowDown' || event.key === 'Enter') {
      const first = conversations[0]
      if (first === undefined) return
      event.preventDefault()
      const there = conversations.find(({ id }) => id === selected) ?? first
      setSelected(there.id)
      listRef.current?.focus()
      if (event.key === 'Enter') open(there.id)
    }
  }

  /** In a narrow window it takes the place of the list, and its focus. */
  const open = (id: ConversationId): void => {
    flushSync(() => {
      setSelected(id)
      setReading(true)
    })
    if (listRef.current?.checkVisibility() === false) paneRef.current?.focus()
  }

  const back = (): void => {
    flushSync(() => {
      setReading(false)
    })
    listRef.current?.focus()
  }

  const remove = async (conversation: ConversationSummary): Promise<void> => {
    const at = conversations.findIndex(({ id }) => id === conversation.id)
    const next = conversations[at + 1] ?? conversations[at - 1]
    setProblem('')
    try {
      await controller.call('history:remove', { id: conversation.id })
      setSelected(next?.id ?? null)
      reload()
      back()
    } catch (cause) {
      setProblem(messageOf(cause))
    }
  }

  return (
    <div className="flex min-h-0 flex-1 border-t border-line">
      <div
        className={clsx(
          'flex min-h-0 min-w-0 flex-1 flex-col broad:max-w-80 broad:border-r broad:border-line',
          reading && 'max-broad:hidden'
        )}
      >
        <div className="relative px-4 pt-3 pb-1">
          <Search aria-hidden className="pointer-events-none absolute top-[1.4rem] left-6.5 size-4 text-ink-soft" />
          <input
            ref={searchRef}
            type="search"
            aria-label={text.history.search}
            placeholder={text.history.search}
            autoComplete="off"
            spellCheck={false}
            maxLength={500}
            value={query}
            onChange={(event) => {
              setQuery(event.target.value)
            }}
            onKeyDown={onSearchKey}
            className="h-9 w-full min-w-0 rounded-lg border border-line-strong bg-paper pr-9 pl-8.5 placeholder:text-ink-soft [&::-webkit-search-cancel-button]:hidden"
          />
          {query !== '' && (
            <IconButton
              label={text.history.clearSearch}
              icon={X}
              size="small"
              className="absolute top-3.5 right-4.5"
              onClick={() => {
                setQuery('')
                searchRef.current?.focus()
              }}
            />
          )}
        </div>
        <Off />
        <Said list={list} />
        {problem !== '' && (
          <p role="alert" className="px-5 pt-2 text-small text-danger wrap-anywhere">
            {problem}
          </p>
        )}
        <Scroll label={text.history.list} className="min-h-0 flex-1">
          <Found list={list} query={query} onAgain={reload}>
            <ConversationList
              conversations={conversations}
              nowMs={list.kind === 'loaded' ? list.atMs : 0}
              more={list.kind === 'loaded' && list.more}
              selected={selected}
              onSelect={setSelected}
              onOpen={open}
              onRemove={setRemoving}
              onMore={showMore}
              listRef={listRef}
            />
          </Found>
        </Scroll>
      </div>
      <div
        ref={paneRef}
        tabIndex={-1}
        className={clsx('flex min-h-0 min-w-0 flex-1 flex-col outline-none', !reading && 'max-broad:hidden')}
      >
        <ReadingPane
          id={selected}
          choice={conversations.length > 0}
          onBack={back}
          onRemove={setRemoving}
          onContinued={onDone}
          onOpen={setSelected}
        />
      </div>
      <Confirm
        open={removing !== null}
        title={text.history.removeTitle}
        about={`${text.history.removeAbout(titleOf(removing))}${removing?.endedAtMs === null ? ` ${text.history.removeRunning}` : ''}`}
        confirm={text.history.removeConfirm}
        cancel={text.history.keep}
        onCancel={() => {
          setRemoving(null)
        }}
        onConfirm={() => {
          if (removing !== null) void remove(removing)
          setRemoving(null)
        }}
      />
    </div>
  )
}

function titleOf(conversation: ConversationSummary | null): string {
  return conversation === null || conversation.title === '' ? text.history.untitled : conversation.title
}

/** Nothing new is kept. */
function Off() {
  const controller = useController()
  const history = useApp((state) => state.preferences.history)
  if (history.keep) return null
  return (
    <div className="mx-4 mt-2 flex flex-col items-start gap-2 rounded-lg border border-warn bg-warn-soft p-3 text-small">
      <p>
        <span className="font-medium">{text.history.off.title}.</span> {text.history.off.body}
      </p>
      <Button
        size="small"
        onClick={() => {
          controller.prefer({ history: { ...history, keep: true } })
        }}
      >
        {text.history.off.action}
      </Button>
    </div>
  )
}

/** How many were found, for who does not see the list. */
function Said({ list }: { list: HistoryList }) {
  const said =
    list.kind === 'loaded' && list.query.trim() !== '' ? text.history.found(list.conversations.length, list.more) : ''
  return <output className="sr-only">{said}</output>
}

interface FoundProps {
  list: HistoryList
  query: string
  onAgain: () => void
  children: ReactNode
}

/** The list, or a word on why there is none. */
function Found({ list, query, onAgain, children }: FoundProps) {
  const off = useApp((state) => !state.preferences.history.keep)
  if (list.kind === 'loading') return <p className="px-5 py-6 text-small text-ink-soft">{text.history.loading}</p>
  if (list.kind === 'failed') {
    return (
      <Instead
        icon={<TriangleAlert aria-hidden className="size-6 text-warn" />}
        title={text.history.failed}
        body={list.message}
      >
        <Button size="small" onClick={onAgain}>
          {text.history.again}
        </Button>
      </Instead>
    )
  }
  if (list.conversations.length > 0) return children
  if (list.query.trim() !== '' && query.trim() !== '') {
    return <Instead title={text.history.noMatch(list.query.trim())} body={text.history.noMatchHint} />
  }
  const { title, body } = text.history.empty
  return (
    <Instead icon={<History aria-hidden className="size-6 text-ink-soft" />} title={title} body={off ? '' : body} />
  )
}

interface InsteadProps {
  icon?: ReactNode
  title: string
  body: string
  children?: ReactNode
}

export function Instead({ icon, title, body, children }: InsteadProps) {
  return (
    <div className="flex flex-col items-center gap-2 px-6 py-10 text-center">
      {icon}
      <p className="font-medium wrap-anywhere">{title}</p>
      {body !== '' && <p className="max-w-72 text-small text-ink-soft wrap-anywhere">{body}</p>}
      {children}
    </div>
  )
}
