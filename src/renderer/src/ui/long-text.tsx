import { clsx } from 'clsx'
import { useLayoutEffect, useRef, useState } from 'react'

interface LongTextProps {
  children: string
  /** Says how high it may become. */
  className: string
  /** Names the region for the keyboard where the text scrolls. */
  label: string
}

/** A text of unknown length: one that is longer than its place scrolls, and the keyboard reaches it then and only then. */
export function LongText({ children, className, label }: LongTextProps) {
  const place = useRef<HTMLParagraphElement>(null)
  const [scrolls, setScrolls] = useState(false)

  useLayoutEffect(() => {
    const element = place.current
    const words = element?.firstElementChild
    if (element === null || !words) return undefined
    const watch = new ResizeObserver(() => setScrolls(element.scrollHeight > element.clientHeight))
    watch.observe(element)
    watch.observe(words)
    return () => watch.disconnect()
  }, [])

  return (
    <p
      ref={place}
      className={clsx('overflow-y-auto wrap-anywhere', className)}
      {...(scrolls && { tabIndex: 0, role: 'region', 'aria-label': label })}
    >
      <span className="block">{children}</span>
    </p>
  )
}
