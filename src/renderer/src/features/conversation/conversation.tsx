import { clsx } from 'clsx'
import { ArrowDown, Scissors } from 'lucide-react'
import { memo, useLayoutEffect, useRef, useState } from 'react'
import type { Caption } from '../../../../shared/events.ts'
import { text } from '../../text/en.ts'
import { Button } from '../../ui/button.tsx'
import { Scroll } from '../../ui/scroll.tsx'
import { useApp } from '../session/assistant-context.tsx'
import { follows } from './follow.ts'

/** What was said, set like a script: name, then words. Follows the newest line until the person scrolls up. */
export function Conversation({ agent }: { agent: string }) {
  const captions = useApp((state) => state.captions)
  const viewportRef = useRef<HTMLDivElement>(null)
  const contentRef = useRef<HTMLDivElement>(null)
  const following = useRef(true)
  const lastTop = useRef(0)
  const [away, setAway] = useState(false)

  useLayoutEffect(() => {
    const viewport = viewportRef.current
    const content = contentRef.current
    if (viewport === null || content === null) return undefined
    const resizing = new ResizeObserver(() => {
      if (following.current) viewport.scrollTop = viewport.scrollHeight
    })
    resizing.observe(viewport)
    resizing.observe(content)
    return () => {
      resizing.disconnect()
    }
  }, [])

  const onScroll = (): void => {
    const viewport = viewportRef.current
    if (viewport === null) return
    following.current = follows(following.current, lastTop.current, viewport)
    lastTop.current = viewport.scrollTop
    setAway(!following.current)
  }

  const goToNewest = (): void => {
    following.current = true
    setAway(false)
    viewportRef.current?.scrollTo({ top: viewportRef.current.scrollHeight, behavior: 'smooth' })
  }

  return (
    <div className="conversation relative min-h-0 flex-1">
      <Scroll label={text.conversation.label} className="size-full" viewportRef={viewportRef} onScroll={onScroll}>
        <div ref={contentRef} role="log" aria-live="polite" aria-label={text.conversation.label} className="pt-6 pb-3">
          {captions.map((caption, at) => (
            <Line
              key={caption.id}
              caption={caption}
              agent={agent}
              sameSpeaker={captions[at - 1]?.role === caption.role}
            />
          ))}
        </div>
      </Scroll>
      {away && (
        <Button
          size="small"
          icon={ArrowDown}
          className="enter absolute bottom-2 left-1/2 -translate-x-1/2 rounded-full! shadow-float"
          onClick={goToNewest}
        >
          {text.conversation.newest}
        </Button>
      )}
    </div>
  )
}

interface LineProps {
  caption: Caption
  agent: string
  /** The line before is by the same speaker: the name is not repeated for the eye. */
  sameSpeaker: boolean
}

const Line = memo(function Line({ caption, agent, sameSpeaker }: LineProps) {
  const { role } = caption
  const name = role === 'user' ? text.people.you : role === 'agent' ? agent : text.people.parley
  return (
    <div
      data-role={role}
      className={clsx(
        'enter grid gap-x-5 wide:grid-cols-[8.5rem_minmax(0,1fr)]',
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
        {caption.text}
        {caption.interrupted && (
          <span className="ml-2 inline-flex items-center gap-1 align-baseline text-small text-warn not-italic">
            <Scissors aria-hidden className="size-3.5" />
            {text.conversation.interrupted}
          </span>
        )}
      </p>
    </div>
  )
})
