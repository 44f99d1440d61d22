import { clsx } from 'clsx'
import { text } from '../../text/en.ts'
import { useApp } from '../session/assistant-context.tsx'
import { codePoints } from './code-points.ts'

function number(value: number): string {
  return value.toLocaleString('en')
}

/**
 * Rule P2: code points of the prompt with everything added to it, and this draft, against the limit (rule P3: or none).
 * `replaces`: the draft would be the whole prompt.
 */
export function PromptCounter({ draft, replaces = false }: { draft: string; replaces?: boolean }) {
  const prompt = useApp((state) => state.prompt)
  if (prompt === null || prompt.limit === null) return null
  const used = (replaces ? 0 : prompt.codePoints) + codePoints(draft)
  const over = used - prompt.limit
  return (
    <p className={clsx('pb-2 text-small tabular-nums', over > 0 ? 'text-danger' : 'text-ink-soft')}>
      {over > 0 && <span>{text.composer.overLimit(over)} </span>}
      <span aria-hidden>{`${number(used)} / ${number(prompt.limit)}`}</span>
      <span className="sr-only">{text.composer.counter(number(used), number(prompt.limit))}</span>
    </p>
  )
}
