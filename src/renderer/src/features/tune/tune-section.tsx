import { clsx } from 'clsx'
import { ChevronRight } from 'lucide-react'
import { Collapsible } from 'radix-ui'
import { type ReactNode, useId } from 'react'
import type { Support } from '../../../../shared/commands.ts'
import { text } from '../../text/en.ts'
import { useApp } from '../session/assistant-context.tsx'
import { OutcomeLine } from './state-line.tsx'
import { supportNote } from './support.ts'
import type { Outcome } from './use-command.ts'

interface TuneSectionProps {
  title: string
  support: Support | undefined
  /** Of the whole section; absent where each field has its own. */
  outcome?: Outcome | null
  startsOpen?: boolean
  /** What decides which `support` this is; usable whatever it says. */
  head?: ReactNode
  children: ReactNode
}

/**
 * One thing that can be tuned: how the service does it, its controls, and what became of the last command. Where the service cannot do it
 * the reason stands in the place of the controls, which keep what was typed.
 */
export function TuneSection({ title, support, outcome = null, startsOpen = false, head, children }: TuneSectionProps) {
  const noteId = useId()
  const live = useApp((state) => state.session.phase === 'live')
  const note = supportNote(support)
  return (
    <Collapsible.Root defaultOpen={startsOpen} className="border-b border-line last:border-0">
      <h3>
        <Collapsible.Trigger className="group flex w-full items-center gap-2 rounded-lg py-2.5 text-left font-medium -outline-offset-2">
          <ChevronRight
            aria-hidden
            className="size-4 shrink-0 text-ink-soft transition-transform duration-100 group-data-[state=open]:rotate-90"
          />
          <span className="min-w-0 flex-1 truncate">{title}</span>
          <SupportBadge support={support} />
        </Collapsible.Trigger>
      </h3>
      <Collapsible.Content forceMount className="pb-4 pl-6 data-[state=closed]:hidden">
        {head !== undefined && <div className="mb-2.5 flex flex-col items-start gap-2">{head}</div>}
        <SupportNote id={noteId} note={note} />
        <fieldset
          aria-label={title}
          aria-describedby={noteId}
          disabled={!live}
          hidden={support?.kind === 'unsupported'}
          className="flex min-w-0 flex-col gap-2.5 [&[hidden]]:hidden"
        >
          {children}
        </fieldset>
        <OutcomeLine outcome={outcome} />
      </Collapsible.Content>
    </Collapsible.Root>
  )
}

/** Native, emulated or unsupported; nothing while the service has not been heard. */
export function SupportBadge({ support }: { support: Support | undefined }) {
  if (support === undefined) return null
  const kind = text.tune.support[support.kind]
  return (
    <span
      title={text.tune.supportLabel(kind)}
      className={clsx(
        'shrink-0 rounded-md border px-1.5 text-small font-normal',
        support.kind === 'native' && 'border-line text-ink-soft',
        support.kind === 'emulated' && 'border-accent text-accent-ink',
        support.kind === 'unsupported' && 'border-line-strong border-dashed text-ink-soft'
      )}
    >
      {kind}
    </span>
  )
}

export function SupportNote({ id, note }: { id: string; note: string }) {
  return (
    <p id={id} className="mb-2.5 text-small text-ink-soft wrap-anywhere empty:hidden">
      {note}
    </p>
  )
}
