import { clsx } from 'clsx'
import { TriangleAlert } from 'lucide-react'
import { type ReactNode, useId } from 'react'

interface SectionProps {
  title: string
  about?: string
  children: ReactNode
}

/** Settings that belong together: one frame, one row each. */
export function Section({ title, about, children }: SectionProps) {
  const id = useId()
  return (
    <section aria-labelledby={id}>
      <h3 id={id} className="font-semibold">
        {title}
      </h3>
      {about !== undefined && <p className="text-small text-ink-soft">{about}</p>}
      <div className="mt-2 divide-y divide-line rounded-xl border border-line bg-paper [&>*]:px-3.5 [&>*]:py-3">
        {children}
      </div>
    </section>
  )
}

interface RowProps {
  label: string
  /** Beside the label; below it in a narrow window. */
  control: ReactNode
  children?: ReactNode
}

/** A setting with its name; what is to be said about it stands below. */
export function Row({ label, control, children }: RowProps) {
  return (
    <div className="flex flex-col gap-2">
      <div className="flex min-w-0 items-center justify-between gap-x-4 gap-y-1.5 flex-wrap max-wide:flex-col max-wide:items-stretch">
        <span className="shrink-0">{label}</span>
        {control}
      </div>
      {children}
    </div>
  )
}

/** A sentence below a setting. */
export function Say({ children, warn = false }: { children: ReactNode; warn?: boolean }) {
  return (
    <p className={clsx('flex gap-1.5 text-small', warn ? 'text-warn' : 'text-ink-soft')}>
      {warn && <TriangleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0" />}
      <span className="min-w-0 wrap-anywhere">{children}</span>
    </p>
  )
}

/** Something that did not work: what, what to do, and the button that does it. */
export function Trouble({ title, body, action }: { title: string; body: string; action?: ReactNode }) {
  return (
    <div className="flex items-start gap-2 text-small">
      <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-warn" />
      <div className="flex min-w-0 flex-1 flex-col items-start gap-2">
        <p className="wrap-anywhere">
          <span className="font-medium">{title}.</span> {body}
        </p>
        {action}
      </div>
    </div>
  )
}
