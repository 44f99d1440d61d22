import { Hourglass } from 'lucide-react'
import { useEffect, useState } from 'react'
import { text } from '../../text/en.ts'
import { Button } from '../../ui/button.tsx'
import { useApp, useController } from '../session/assistant-context.tsx'
import { HangUpButton } from '../session/hang-up-button.tsx'
import { isActive } from '../session/state.ts'

/** The last minute of a silent conversation, counted down; one button keeps it. */
export function IdleCard() {
  const controller = useController()
  const active = useApp((state) => isActive(state.session))
  const [endsInSeconds, setEndsIn] = useState<number | null>(null)
  useEffect(
    () =>
      controller.on('presence:idle', (idle) => {
        setEndsIn(idle.endsInSeconds)
      }),
    [controller]
  )
  const words = text.presence.card
  const shown = active && endsInSeconds !== null
  return (
    <>
      {/* Told once, and again near the end: a number every second says nothing to who only hears it. */}
      <p aria-live="assertive" className="sr-only">
        {shown && `${words.title} ${words.endsIn(endsInSeconds > 15 ? 60 : 15)}`}
      </p>
      {shown && (
        <section
          aria-label={words.title}
          className="enter flex flex-wrap items-center gap-x-3 gap-y-2 rounded-xl border border-warn bg-warn-soft p-3.5"
        >
          <Hourglass aria-hidden className="size-5 shrink-0 text-warn" />
          <div className="min-w-48 flex-1">
            <h2 className="font-semibold">{words.title}</h2>
            <p>
              {words.body} <span className="tabular-nums">{words.endsIn(endsInSeconds)}</span>
            </p>
          </div>
          <div className="flex flex-wrap gap-2">
            <Button
              size="small"
              tone="primary"
              onClick={() => {
                setEndsIn(null)
                controller.stay()
              }}
            >
              {words.stay}
            </Button>
            <HangUpButton />
          </div>
        </section>
      )}
    </>
  )
}
