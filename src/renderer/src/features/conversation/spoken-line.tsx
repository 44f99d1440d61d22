import { clsx } from 'clsx'
import type { ReactNode } from 'react'
import type { Caption, TurnLatency } from '../../../../shared/events.ts'
import { text } from '../../text/en.ts'
import { LatencyMark } from '../latency/latency-mark.tsx'

export interface SpokenLineProps {
  role: Caption['role']
  /** What the agent is called. */
  agent: string
  /** The line before is by the same speaker: the name is not repeated for the eye. */
  sameSpeaker: boolean
  latency: TurnLatency | undefined
  className?: string
  /** The words, and what is to be said of them. */
  children: ReactNode
}

/** One line of a conversation, set like a script: name, then words. */
export function SpokenLine({ role, agent, sameSpeaker, latency, className, children }: SpokenLineProps) {
  const name = role === 'user' ? text.people.you : role === 'agent' ? agent : text.people.parley
  return (
    <div
      data-role={role}
      className={clsx(
        className,
        'grid gap-x-5 wide:grid-cols-[8.5rem_minmax(0,1fr)]',
        sameSpeaker ? 'mt-1' : 'mt-4 first:mt-0'
      )}
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
        {children}
        {/* The gaps are spaces and no margins: a mark that begins a line begins where the words do. */}
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
