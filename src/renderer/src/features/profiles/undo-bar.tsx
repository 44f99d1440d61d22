import { Undo2 } from 'lucide-react'
import { text } from '../../text/en.ts'
import { Button } from '../../ui/button.tsx'
import type { Undo } from './use-undo.ts'

const words = text.profiles
const isMac = /mac/i.test(navigator.platform)

/** What was deleted last, and the way back. */
export function UndoBar({ undo }: { undo: Undo }) {
  const { last, hold } = undo
  return (
    <div
      aria-live="polite"
      className="pointer-events-none absolute inset-x-0 bottom-20 z-10 flex justify-center px-4 empty:hidden"
    >
      {last !== null && (
        // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- it only stays while it is looked at
        <div
          key={last.id}
          className="enter pointer-events-auto flex max-w-full items-center gap-3 rounded-xl border border-line-strong bg-surface py-1.5 pr-1.5 pl-4 shadow-float"
          onPointerEnter={() => {
            hold(true)
          }}
          onPointerLeave={() => {
            hold(false)
          }}
          onFocus={() => {
            hold(true)
          }}
          onBlur={() => {
            hold(false)
          }}
        >
          <span className="min-w-0 truncate text-small">{words.deleted(last.name)}</span>
          <Button
            size="small"
            tone="soft"
            icon={Undo2}
            aria-keyshortcuts={isMac ? 'Meta+Z' : 'Control+Z'}
            onClick={undo.undo}
          >
            {words.undo}
            <kbd className="font-sans text-small max-wide:hidden">{isMac ? words.undoKeyMac : words.undoKey}</kbd>
          </Button>
        </div>
      )}
    </div>
  )
}
