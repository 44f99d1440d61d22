import { useEffect, useRef } from 'react'
import { text } from '../../text/en.ts'
import type { JsonFault } from '../tune/json-fault.ts'
import type { Fault } from './check-profile.ts'
import { placeOf } from './json-fields.ts'

/** What is selected and brought into view. */
export interface Mark {
  start: number
  end: number
}

interface JsonViewProps {
  /** Null until it has come. */
  draft: string | null
  onChange: (draft: string) => void
  broken: JsonFault | null
  faults: readonly Fault[]
  mark: Mark | null
  onMark: (mark: Mark | null) => void
}

/** Longest list of what is wrong below the text. */
const SHOWN_FAULTS = 20

/** The file's own text, with what is wrong in it below: each line goes to its place. */
export function JsonView({ draft, onChange, broken, faults, mark, onMark }: JsonViewProps) {
  const words = text.profiles.editor
  const boxRef = useRef<HTMLTextAreaElement>(null)
  useEffect(() => {
    const box = boxRef.current
    if (mark === null || box === null) return
    goTo(box, mark)
    onMark(null)
  }, [mark, onMark])
  const rows =
    draft === null
      ? []
      : broken === null
        ? faults.slice(0, SHOWN_FAULTS).flatMap((fault) => rowsOf(draft, fault))
        : [
            {
              place: { start: broken.at, end: broken.at + 1 },
              line: broken.line,
              label: '',
              message: broken.problem,
              blocks: true
            }
          ]
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <textarea
        ref={boxRef}
        aria-label={words.json}
        aria-invalid={broken !== null || faults.some(({ blocks }) => blocks)}
        aria-describedby="profile-problem"
        spellCheck={false}
        disabled={draft === null}
        value={draft ?? ''}
        onChange={(event) => {
          onChange(event.target.value)
        }}
        className="min-h-0 w-full flex-1 resize-none bg-paper px-5 py-3 font-mono text-small -outline-offset-2 max-wide:px-4"
      />
      {rows.length > 0 && (
        <ul
          aria-label={words.jsonFaults}
          className="max-h-32 shrink-0 overflow-auto border-t border-line px-3 py-1.5 max-wide:px-2"
        >
          {rows.map(({ place, line, label, message, blocks }) => (
            <li key={`${label} ${message}`}>
              <button
                type="button"
                className="flex w-full gap-3 rounded-md px-2 py-1 text-left text-small hover:bg-sunken"
                onClick={() => {
                  onMark(place)
                }}
              >
                <span className="shrink-0 text-ink-soft tabular-nums">{words.line(line)}</span>
                <span className="min-w-0 wrap-anywhere">
                  {label !== '' && <span className="font-mono">{label} </span>}
                  <span className={blocks ? 'text-danger' : 'text-warn'}>{message}</span>
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

/** A fault of something that is missing stands where it is missing. */
function rowsOf(draft: string, { path, message, blocks }: Fault) {
  for (let length = path.length; length >= 0; length -= 1) {
    const place = placeOf(draft, path.slice(0, length))
    if (place === null) continue
    const line = draft.slice(0, place.start).split('\n').length
    return [{ place, line, label: path.join('.'), message, blocks }]
  }
  return []
}

/** Chromium scrolls a box to its selection when it gets the focus. */
function goTo(box: HTMLTextAreaElement, { start, end }: Mark): void {
  box.blur()
  box.setSelectionRange(start, start)
  box.focus()
  box.setSelectionRange(start, end)
}
