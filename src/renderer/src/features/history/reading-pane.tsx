import { ArrowLeft, Download, MessagesSquare, Play, Timer, TimerOff, Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { ConversationId, ConversationSummary, KeptConversation } from '../../../../shared/ipc/history-calls.ts'
import { text } from '../../text/en.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Confirm } from '../../ui/dialog.tsx'
import { Menu, MenuItem } from '../../ui/menu.tsx'
import { Scroll } from '../../ui/scroll.tsx'
import { useApp, useController } from '../session/assistant-context.tsx'
import { messageOf } from '../session/controller.ts'
import { chosenProfile, isActive } from '../session/state.ts'
import { dayName, lengthOf, timeOf } from './days.ts'
import { download } from './download.ts'
import { Transcript } from './transcript.tsx'
import { useConversation } from './use-history.ts'

interface ReadingPaneProps {
  id: ConversationId | null
  /** There is something to choose. */
  choice: boolean
  /** In a narrow window: back to the list. */
  onBack: () => void
  onRemove: (conversation: ConversationSummary) => void
  onContinued: () => void
  onOpen: (id: ConversationId) => void
}

/** One conversation to read, and what can be done with it. */
export function ReadingPane({ id, choice, onBack, onRemove, onContinued, onOpen }: ReadingPaneProps) {
  const reading = useConversation(id)
  const back = (
    <IconButton label={text.history.back} icon={ArrowLeft} size="small" className="broad:hidden" onClick={onBack} />
  )
  if (reading.kind === 'read') {
    const { conversation } = reading
    return (
      <Conversation
        key={conversation.summary.id}
        conversation={conversation}
        back={back}
        onRemove={onRemove}
        onContinued={onContinued}
        onOpen={onOpen}
      />
    )
  }
  return (
    <>
      <div className="px-3 pt-3">{back}</div>
      <div className="grid flex-1 place-items-center px-6 pb-12 text-center text-small text-ink-soft">
        <div className="flex flex-col items-center gap-2">
          {reading.kind === 'none' && choice && <MessagesSquare aria-hidden className="size-6" />}
          {reading.kind === 'none' && choice && <p>{text.history.choose}</p>}
          {reading.kind === 'loading' && <p>{text.history.loading}</p>}
          {reading.kind === 'failed' && <p role="alert">{reading.message}</p>}
        </div>
      </div>
    </>
  )
}

interface ConversationProps {
  conversation: KeptConversation
  back: React.ReactNode
  onRemove: (conversation: ConversationSummary) => void
  onContinued: () => void
  onOpen: (id: ConversationId) => void
}

function Conversation({ conversation, back, onRemove, onContinued, onOpen }: ConversationProps) {
  const { summary, items } = conversation
  const [times, setTimes] = useState(false)
  const [problem, setProblem] = useState('')
  const title = summary.title === '' ? text.history.untitled : summary.title
  const timed = items.some(({ kind }) => kind === 'latency')
  return (
    <>
      <div className="flex flex-col gap-2 border-b border-line px-5 pt-3 pb-3 max-broad:px-3">
        <div className="flex min-w-0 items-start gap-2">
          {back}
          <div className="min-w-0 flex-1">
            <h3 className="truncate font-semibold">{title}</h3>
            <p className="text-small text-ink-soft wrap-anywhere">{about(summary)}</p>
          </div>
        </div>
        <div className="flex flex-wrap items-center gap-2">
          <Continue summary={summary} onContinued={onContinued} onProblem={setProblem} />
          <Export id={summary.id} onProblem={setProblem} />
          <span className="flex-1" />
          {timed && (
            <IconButton
              label={times ? text.history.hideTimes : text.history.times}
              icon={times ? TimerOff : Timer}
              size="small"
              aria-pressed={times}
              onClick={() => {
                setTimes(!times)
              }}
            />
          )}
          <IconButton
            label={text.history.remove}
            icon={Trash2}
            size="small"
            onClick={() => {
              onRemove(summary)
            }}
          />
        </div>
        {problem !== '' && (
          <p role="alert" className="text-small text-danger wrap-anywhere">
            {problem}
          </p>
        )}
      </div>
      <Scroll label={text.history.transcript(title)} className="min-h-0 flex-1">
        <Transcript conversation={conversation} times={times} onOpen={onOpen} />
      </Scroll>
    </>
  )
}

function about({ profileName, startedAtMs, endedAtMs, lines }: ConversationSummary): string {
  const began = `${dayName(startedAtMs, Date.now())}, ${timeOf(startedAtMs)}`
  const took = endedAtMs === null ? text.history.running : lengthOf(endedAtMs - startedAtMs)
  return [profileName, began, took, text.history.lines(lines)].join(' · ')
}

interface ActionProps {
  onProblem: (message: string) => void
}

/** Begins a conversation with the chosen agent; one that runs is ended, which is asked before. */
function Continue({
  summary,
  onContinued,
  onProblem
}: ActionProps & { summary: ConversationSummary; onContinued: () => void }) {
  const controller = useController()
  const active = useApp((state) => isActive(state.session))
  const chosen = useApp(chosenProfile)
  const [asking, setAsking] = useState(false)
  const same = chosen === undefined || chosen.id === summary.profileId
  const go = async (): Promise<void> => {
    onProblem('')
    try {
      await controller.continueFrom(summary.id, summary.title)
      onContinued()
    } catch (cause) {
      onProblem(messageOf(cause))
    }
  }
  return (
    <>
      <Button
        size="small"
        tone="primary"
        icon={Play}
        className="max-w-full min-w-0"
        onClick={() => {
          if (active) setAsking(true)
          else void go()
        }}
      >
        <span className="truncate">{same ? text.history.continue : text.history.continueWith(chosen.name)}</span>
      </Button>
      <Confirm
        open={asking}
        title={text.history.switchTitle}
        about={text.history.switchAbout}
        confirm={text.history.switchConfirm}
        cancel={text.history.switchCancel}
        onCancel={() => {
          setAsking(false)
        }}
        onConfirm={() => {
          setAsking(false)
          void go()
        }}
      />
    </>
  )
}

function Export({ id, onProblem }: ActionProps & { id: ConversationId }) {
  const controller = useController()
  const save = async (format: 'markdown' | 'json'): Promise<void> => {
    onProblem('')
    try {
      const { fileName, text: content } = await controller.call('history:export', { id, format })
      download(fileName, content)
    } catch (cause) {
      onProblem(messageOf(cause))
    }
  }
  return (
    <Menu
      align="start"
      trigger={
        <Button size="small" icon={Download} className="data-[state=open]:bg-sunken">
          {text.history.export}
        </Button>
      }
    >
      <MenuItem onSelect={() => void save('markdown')}>{text.history.markdown}</MenuItem>
      <MenuItem onSelect={() => void save('json')}>{text.history.json}</MenuItem>
    </Menu>
  )
}
