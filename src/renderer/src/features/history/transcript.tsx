import { clsx } from 'clsx'
import { Scissors } from 'lucide-react'
import { useMemo } from 'react'
import type { ConversationId, ConversationLine, KeptConversation } from '../../../../shared/ipc/history-calls.ts'
import type { TurnLatency } from '../../../../shared/events.ts'
import { text } from '../../text/en.ts'
import { LatencyMark } from '../latency/latency-mark.tsx'
import { ToolRow } from '../tools/tool-row.tsx'
import { partsOf, rowsOf } from './transcript-rows.ts'

interface TranscriptProps {
  conversation: KeptConversation
  times: boolean
  /** Shows another conversation. */
  onOpen: (id: ConversationId) => void
}

/** What was said, set like the conversation itself. */
export function Transcript({ conversation: { summary, reason, items }, times, onOpen }: TranscriptProps) {
  const over = summary.endedAtMs !== null
  const { continues } = summary
  const rows = useMemo(() => rowsOf(items, over), [items, over])
  return (
    <div className="px-5 py-4">
      {continues !== undefined && (
        <button
          type="button"
          className="block cursor-pointer rounded text-left text-small text-ink-soft underline underline-offset-2 hover:text-ink wide:ml-[9.75rem]"
          onClick={() => {
            onOpen(continues)
          }}
        >
          {text.history.continues}
        </button>
      )}
      {rows.map((row) =>
        row.kind === 'line' ? (
          <Line
            key={row.key}
            line={row.line}
            agent={summary.profileName}
            sameSpeaker={row.sameSpeaker}
            latency={times ? row.latency : undefined}
          />
        ) : (
          <ToolRow key={row.key} call={row.call} status={row.unfinished ? text.history.unfinished : undefined} />
        )
      )}
      <Note>
        {over ? (reason === null ? text.history.broke : text.history.ended(reason.message)) : text.history.runs}
      </Note>
    </div>
  )
}

function Note({ children }: { children: string }) {
  return <p className="mt-4 text-small text-ink-soft first:mt-0 wide:pl-[9.75rem]">{children}</p>
}

interface LineProps {
  line: ConversationLine
  agent: string
  sameSpeaker: boolean
  latency: TurnLatency | undefined
}

function Line({ line, agent, sameSpeaker, latency }: LineProps) {
  const { role } = line
  const name = role === 'user' ? text.people.you : role === 'agent' ? agent : text.people.parley
  return (
    <div
      data-role={role}
      className={clsx('grid gap-x-5 wide:grid-cols-[8.5rem_minmax(0,1fr)]', sameSpeaker ? 'mt-1' : 'mt-4 first:mt-0')}
    >
      <span
        className={clsx(
          'truncate text-small leading-[1.65rem] wide:text-right',
          role === 'agent' ? 'font-medium text-accent' : 'text-ink-soft',
          sameSpeaker && 'sr-only'
        )}
      >
        {name}
      </span>
      <p
        className={clsx(
          'max-w-[62ch] whitespace-pre-wrap wrap-anywhere wide:col-start-2',
          role === 'parley' ? 'border-l-2 border-line pl-3 text-body text-ink-soft italic' : 'text-speech',
          role === 'user' && 'text-ink-soft'
        )}
      >
        <Words line={line} />
        {latency !== undefined && (
          <>
            {'  '}
            <LatencyMark latency={latency} />
          </>
        )}
      </p>
    </div>
  )
}

/** The words, and where they were cut off; what was not heard stands back. */
function Words({ line }: { line: ConversationLine }) {
  if (!line.interrupted) return line.text
  const parts = partsOf(line)
  const percent = Math.round((line.heard?.share ?? 0) * 100)
  const mark = line.heard === undefined ? text.conversation.interrupted : text.history.cutHere(percent)
  return (
    <>
      {parts?.heard ?? line.text}
      {parts?.heard === '' ? '' : '  '}
      <span className="text-small text-warn not-italic">
        <Scissors aria-hidden className="mr-1 inline size-3.5 align-[-0.15em]" />
        {mark}
      </span>
      {parts !== undefined && parts.unheard !== '' && (
        <span className="text-ink-soft italic">{`  ${parts.unheard.trimStart()}`}</span>
      )}
    </>
  )
}
