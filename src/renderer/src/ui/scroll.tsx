import { clsx } from 'clsx'
import { ScrollArea } from 'radix-ui'
import type { ReactNode, Ref } from 'react'
import { styleNonce } from './nonce.ts'

interface ScrollProps {
  children: ReactNode
  className?: string
  /** The element that scrolls. */
  viewportRef?: Ref<HTMLDivElement>
  /** Names the region for the keyboard, which can focus and scroll it. */
  label: string
  onScroll?: () => void
}

export function Scroll({ children, className, viewportRef, label, onScroll }: ScrollProps) {
  return (
    <ScrollArea.Root type="scroll" className={clsx('relative min-h-0 overflow-hidden', className)}>
      <ScrollArea.Viewport
        ref={viewportRef}
        nonce={styleNonce}
        tabIndex={0}
        // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- the kit draws the element that scrolls
        role="region"
        aria-label={label}
        onScroll={onScroll}
        className="size-full -outline-offset-2 [&>div]:block!"
      >
        {children}
      </ScrollArea.Viewport>
      <ScrollArea.Scrollbar orientation="vertical" className="flex w-2.5 p-0.5">
        <ScrollArea.Thumb className="flex-1 rounded-full bg-line-strong" />
      </ScrollArea.Scrollbar>
    </ScrollArea.Root>
  )
}
