import { Wrench } from 'lucide-react'
import { useState } from 'react'
import type { ToolCall } from '../../../../shared/events.ts'
import { COMMAND_TEXT_LIMIT } from '../../../../shared/limits.ts'
import { text } from '../../text/en.ts'
import { Button } from '../../ui/button.tsx'
import { useApp, useController } from '../session/assistant-context.tsx'
import { Detail } from './tool-row.tsx'
import { errorContent, isBrokenJson } from './tool-text.ts'

/**
 * The oldest call that waits for the person, next to the hands. It never takes the focus. One that the agent takes back while
 * an answer is being written stays until the person closes it, so that no key press lands somewhere else.
 */
export function ToolAnswer() {
  const calls = useApp((state) => state.toolCalls)
  const [writing, setWriting] = useState<string | null>(null)
  const waiting = calls.filter(({ status }) => status === 'waiting-for-person')
  const call = calls.find(({ id }) => id === writing) ?? waiting[0]
  return (
    <>
      <p aria-live="polite" className="sr-only">
        {call !== undefined && text.tools.asks(call.name)}
      </p>
      {call !== undefined && (
        <AnswerCard
          key={call.id}
          call={call}
          others={waiting.filter(({ id }) => id !== call.id).length}
          onWriting={(busy) => {
            setWriting(busy ? call.id : null)
          }}
        />
      )}
    </>
  )
}

interface AnswerCardProps {
  call: ToolCall
  others: number
  onWriting: (busy: boolean) => void
}

function AnswerCard({ call, others, onWriting }: AnswerCardProps) {
  const controller = useController()
  const [draft, setDraft] = useState('')
  const [problem, setProblem] = useState('')
  const [sending, setSending] = useState(false)
  const [sent, setSent] = useState(false)
  const gone = call.status !== 'waiting-for-person' && !sending

  const send = async (content: string): Promise<void> => {
    setSending(true)
    setProblem('')
    const result = await controller.send({ kind: 'tool-result', id: call.id, content })
    setSending(false)
    if (result.outcome === 'refused' || result.outcome === 'failed') setProblem(result.reason)
    else {
      setSent(true)
      onWriting(false)
    }
  }

  if (sent) return null

  return (
    <section
      aria-label={text.tools.asks(call.name)}
      className="enter rounded-xl border border-line-strong bg-surface p-3.5 max-wide:p-2.5"
    >
      <header className="flex items-start gap-2">
        <Wrench aria-hidden className="mt-0.75 size-4 shrink-0 text-accent" />
        <h2 className="min-w-0 flex-1 font-semibold wrap-anywhere">{text.tools.asks(call.name)}</h2>
        {others > 0 && (
          <span className="shrink-0 text-small leading-[1.375rem] text-ink-soft">{text.tools.more(others)}</span>
        )}
      </header>
      <div className="mt-2 max-h-[20dvh] overflow-auto rounded-lg bg-sunken px-2.5 py-1.5 text-small max-wide:max-h-[10dvh]">
        <Detail name={text.tools.arguments} content={call.arguments} named={false} />
      </div>
      <textarea
        aria-label={text.tools.answerLabel}
        aria-describedby="tool-answer-note"
        placeholder={text.tools.answerLabel}
        rows={1}
        value={draft}
        maxLength={COMMAND_TEXT_LIMIT}
        spellCheck={false}
        className="mt-2 block field-sizing-content max-h-32 min-h-9 w-full resize-none rounded-lg border border-line-strong bg-paper px-2.5 py-1.5 font-mono text-small placeholder:font-sans placeholder:text-ink-soft"
        onFocus={() => {
          onWriting(true)
        }}
        onBlur={() => {
          if (draft === '' && !gone) onWriting(false)
        }}
        onChange={(event) => {
          setDraft(event.target.value)
          setProblem('')
          onWriting(true)
        }}
      />
      <p id="tool-answer-note" aria-live="polite" className="mt-1 text-small text-ink-soft empty:hidden">
        {noteOf(gone, problem, draft)}
      </p>
      <div className="mt-2 flex flex-wrap gap-2">
        {gone ? (
          <Button
            size="small"
            onClick={() => {
              onWriting(false)
            }}
          >
            {text.tools.close}
          </Button>
        ) : (
          <>
            <Button
              size="small"
              tone="primary"
              disabled={sending || draft.trim() === ''}
              onClick={() => void send(draft)}
            >
              {text.tools.answer}
            </Button>
            <Button size="small" disabled={sending} onClick={() => void send(errorContent(draft))}>
              {text.tools.answerError}
            </Button>
          </>
        )}
      </div>
    </section>
  )
}

function noteOf(gone: boolean, problem: string, draft: string): string {
  if (problem !== '') return problem
  if (gone) return text.tools.gone
  return isBrokenJson(draft) ? text.tools.brokenJson : ''
}
