import { Scissors } from 'lucide-react'
import { useMemo } from 'react'
import type { ConversationId, ConversationLine, KeptConversation } from '../../../../shared/ipc/history-calls.ts'
import { text } from '../../text/en.ts'
import { SpokenLine } from '../conversation/spoken-line.tsx'
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
          <SpokenLine
            key={row.key}
            role={row.line.role}
            agent={summary.profileName}
            sameSpeaker={row.sameSpeaker}
            latency={times ? row.latency : undefined}
          >
            <Words line={row.line} />
          </SpokenLine>
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

/** The words, and where they were cut off; what was not heard stands back. Apart, so that nothing in them turns round what is beside. */
function Words({ line }: { line: ConversationLine }) {
  if (!line.interrupted) return <bdi>{line.text}</bdi>
  const parts = partsOf(line)
  const percent = Math.round((line.heard?.share ?? 0) * 100)
  const mark = line.heard === undefined ? text.conversation.interrupted : text.history.cutHere(percent)
  return (
    <>
      <bdi>{parts?.heard ?? line.text}</bdi>
      {parts?.heard === '' ? '' : '  '}
      <span className="text-small text-warn not-italic">
        <Scissors aria-hidden className="mr-1 inline size-3.5 align-[-0.15em]" />
        {mark}
      </span>
      {parts !== undefined && parts.unheard !== '' && (
        <>
          {'  '}
          <bdi className="text-ink-soft italic">{parts.unheard.trimStart()}</bdi>
        </>
      )}
    </>
  )
}
