import { clsx } from 'clsx'
import { ChevronRight, Wrench } from 'lucide-react'
import { Collapsible } from 'radix-ui'
import { memo } from 'react'
import type { ToolCall } from '../../../../shared/events.ts'
import { text } from '../../text/en.ts'
import { readable } from './tool-text.ts'

/** A tool call in the conversation: one quiet line, which opens. `status`: said instead of the call's own. */
export const ToolRow = memo(function ToolRow({ call, status }: { call: ToolCall; status?: string | undefined }) {
  const noted = call.status === 'waiting-for-person' || call.status === 'failed'
  return (
    <Collapsible.Root
      data-tool={call.id}
      className="enter mt-2 grid gap-x-5 text-small wide:grid-cols-[8.5rem_minmax(0,1fr)]"
    >
      <div className="min-w-0 wide:col-start-2">
        <Collapsible.Trigger className="group -ml-2 flex max-w-full items-center gap-2 rounded-lg px-2 py-1 text-left text-ink-soft hover:bg-sunken">
          <Wrench aria-hidden className="size-3.5 shrink-0" />
          <span className="sr-only">{`${text.tools.call(call.name)}: `}</span>
          <span
            aria-hidden
            className="min-w-0 truncate font-mono text-ink wrap-anywhere group-data-[state=open]:whitespace-normal"
          >
            {call.name}
          </span>
          <span className={clsx('shrink-0', noted && 'text-warn')}>{status ?? text.tools.status[call.status]}</span>
          <ChevronRight
            aria-hidden
            className="size-3.5 shrink-0 transition-transform duration-100 group-data-[state=open]:rotate-90"
          />
        </Collapsible.Trigger>
        <Collapsible.Content className="mt-1 mb-2 max-w-[62ch] rounded-lg border border-line bg-surface p-3">
          <p className="text-ink-soft">{text.tools.where[call.where]}</p>
          <Detail name={text.tools.arguments} content={call.arguments} />
          {call.content !== undefined && <Detail name={text.tools.content} content={call.content} />}
        </Collapsible.Content>
      </div>
    </Collapsible.Root>
  )
})

/** What the agent asked a function with, or got back; `named`: its name stands above it. */
export function Detail({ name, content, named = true }: { name: string; content: string; named?: boolean }) {
  const shown = readable(content)
  return (
    <>
      {named && <p className="mt-1.5 font-medium">{name}</p>}
      {shown === '' || shown === '{}' ? (
        <p className="text-ink-soft">{text.tools.noArguments}</p>
      ) : (
        <pre
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a long answer scrolls by itself, also with the keyboard
          tabIndex={0}
          // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- preformatted text that scrolls
          role="region"
          aria-label={name}
          className="max-h-40 overflow-auto font-mono text-small whitespace-pre-wrap wrap-anywhere"
        >
          {shown}
        </pre>
      )}
    </>
  )
}
