import { ArrowDown, Cable, History, Scissors } from 'lucide-react'
import { memo, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { useShallow } from 'zustand/react/shallow'
import { assertNever } from '../../../../shared/assert-never.ts'
import type { Caption } from '../../../../shared/events.ts'
import { text } from '../../text/en.ts'
import { Button } from '../../ui/button.tsx'
import { Scroll } from '../../ui/scroll.tsx'
import { useApp } from '../session/assistant-context.tsx'
import type { ConnectionReturn } from '../session/state.ts'
import { ToolRow } from '../tools/tool-row.tsx'
import { follows } from './follow.ts'
import { SpokenLine, type SpokenLineProps } from './spoken-line.tsx'
import { type TimelineItem, timelineOf } from './timeline.ts'

/** What was said, set like a script: name, then words. Follows the newest line until the person scrolls up. */
export function Conversation({ agent }: { agent: string }) {
  const items = useTimeline()
  const viewportRef = useRef<HTMLDivElement>(null)
  const contentRef = useRef<HTMLDivElement>(null)
  const following = useRef(true)
  const lastTop = useRef(0)
  const [away, setAway] = useState(false)

  useLayoutEffect(() => {
    const viewport = viewportRef.current
    const content = contentRef.current
    if (viewport === null || content === null) return undefined
    // Who opens a tool call wants to read it: what grows then must not push it out of view.
    const opening = (event: MouseEvent): void => {
      if (event.target instanceof Element && event.target.closest('[data-tool]') !== null) following.current = false
    }
    content.addEventListener('click', opening)
    const resizing = new ResizeObserver(() => {
      if (following.current) viewport.scrollTop = viewport.scrollHeight
    })
    resizing.observe(viewport)
    resizing.observe(content)
    return () => {
      resizing.disconnect()
      content.removeEventListener('click', opening)
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
        <div
          ref={contentRef}
          role="log"
          aria-live="polite"
          aria-label={text.conversation.label}
          className="pt-6 pr-3 pb-3"
        >
          <GoesOn />
          {items.map((item) => (
            <Item key={keyOf(item)} item={item} agent={agent} />
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

function useTimeline(): readonly TimelineItem[] {
  const parts = useApp(
    useShallow(({ captions, toolCalls, latencies, returns, placement }) => ({
      captions,
      toolCalls,
      latencies,
      returns,
      placement
    }))
  )
  return useMemo(() => timelineOf(parts), [parts])
}

function keyOf(item: TimelineItem): string {
  switch (item.kind) {
    case 'caption':
      return `caption ${item.caption.id}`
    case 'tool-call':
      return `call ${item.call.id}`
    case 'return':
      return `return ${item.back.id}`
    default:
      return assertNever(item)
  }
}

function Item({ item, agent }: { item: TimelineItem; agent: string }) {
  switch (item.kind) {
    case 'caption':
      return <Line caption={item.caption} agent={agent} sameSpeaker={item.sameSpeaker} latency={item.latency} />
    case 'tool-call':
      return <ToolRow call={item.call} />
    case 'return':
      return <Return back={item.back} />
    default:
      return assertNever(item)
  }
}

/** The agent knows more than what is on the screen. */
function GoesOn() {
  const title = useApp((state) => state.goesOnFrom)
  if (title === null) return null
  return (
    <p className="enter flex items-start gap-2 text-small text-ink-soft wide:pl-[9.75rem]">
      <History aria-hidden className="mt-0.5 size-3.5 shrink-0" />
      <span className="min-w-0 wrap-anywhere">{text.conversation.goesOnFrom(title)}</span>
    </p>
  )
}

/** The connection is back: a quiet line, also where a question has to be asked again. */
function Return({ back: { tookMs, answerLost } }: { back: ConnectionReturn }) {
  return (
    <p className="enter mt-3 flex items-start gap-2 text-small text-ink-soft wide:pl-[9.75rem]">
      <Cable aria-hidden className="mt-0.5 size-3.5 shrink-0" />
      <span>
        {text.reconnect.back(text.notice.milliseconds(tookMs))}
        {answerLost && <span className="font-medium text-ink">{` ${text.reconnect.answerLost}`}</span>}
      </span>
    </p>
  )
}

interface LineProps extends Pick<SpokenLineProps, 'agent' | 'sameSpeaker' | 'latency'> {
  caption: Caption
}

const Line = memo(function Line({ caption, ...rest }: LineProps) {
  return (
    <SpokenLine role={caption.role} className="enter" {...rest}>
      {/* Apart, so that no character in it turns round the words beside it. */}
      <bdi>{caption.text}</bdi>
      {caption.interrupted && (
        <>
          {'  '}
          <span className="text-small whitespace-nowrap text-warn not-italic">
            <Scissors aria-hidden className="mr-1 inline size-3.5 align-[-0.15em]" />
            {text.conversation.interrupted}
          </span>
        </>
      )}
    </SpokenLine>
  )
})
