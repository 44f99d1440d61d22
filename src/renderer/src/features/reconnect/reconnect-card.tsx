import { Unplug } from 'lucide-react'
import { useId } from 'react'
import type { SessionState } from '../../../../shared/events.ts'
import { text } from '../../text/en.ts'
import { Button } from '../../ui/button.tsx'
import { useApp, useController } from '../session/assistant-context.tsx'
import { HangUpButton } from '../session/hang-up-button.tsx'
import { useCountdown } from './countdown.ts'

type Reconnecting = Extract<SessionState, { phase: 'reconnecting' }>

/** What happened to the connection, when Parley tries again, and what a person can do meanwhile. */
export function ReconnectCard() {
  const session = useApp((state) => state.session)
  const reconnecting = session.phase === 'reconnecting' ? session : null
  return (
    <>
      <p aria-live="polite" className="sr-only">
        {reconnecting !== null &&
          `${text.reconnect.title}. ${text.reconnect.attempt(reconnecting.attempt)}. ${reconnecting.reason.message}`}
      </p>
      {reconnecting !== null && <Card session={reconnecting} />}
    </>
  )
}

function Card({ session }: { session: Reconnecting }) {
  const controller = useController()
  const { message, serviceCode } = session.reason
  const { attempt, retryInMs, canRetryNow } = session
  const whyNotId = useId()
  const isHeld = retryInMs !== null && !canRetryNow
  const canTry = retryInMs !== null && canRetryNow
  return (
    <section
      aria-label={text.reconnect.title}
      className="enter flex gap-3 rounded-xl border border-warn bg-warn-soft p-3.5"
    >
      <Unplug aria-hidden className="mt-0.5 size-5 shrink-0 text-warn" />
      <div className="min-w-0 flex-1">
        <h2 className="font-semibold">{text.reconnect.title}</h2>
        <p className="wrap-anywhere">
          {serviceCode === undefined ? message : `${message} (${text.problem.code(serviceCode)})`}
        </p>
        <Progress key={`${attempt} ${retryInMs}`} attempt={attempt} retryInMs={retryInMs} />
        <p id={whyNotId} className="text-small text-ink empty:hidden">
          {isHeld && text.reconnect.asksToWait}
        </p>
        <div className="mt-2.5 flex flex-wrap gap-2">
          <Button
            size="small"
            tone="primary"
            // Not "disabled", which would take the focus from who presses it with the keyboard.
            aria-disabled={!canTry}
            aria-describedby={whyNotId}
            onClick={() => {
              if (canTry) controller.retry()
            }}
          >
            {text.reconnect.tryNow}
          </Button>
          <HangUpButton />
        </div>
      </div>
    </section>
  )
}

/** A screen reader hears each attempt once, from the line above; here it can read the seconds when it wants. */
function Progress({ attempt, retryInMs }: { attempt: number; retryInMs: number | null }) {
  const seconds = useCountdown(retryInMs)
  return (
    <p className="text-small text-ink tabular-nums">
      {`${text.reconnect.attempt(attempt)}, ${seconds === null ? text.reconnect.underWay : text.reconnect.nextIn(seconds)}`}
    </p>
  )
}
