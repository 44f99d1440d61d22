import { useEffect, useRef } from 'react'
import { text } from '../../text/en.ts'
import { Say } from '../../ui/setting-rows.tsx'

/** Of the scale, in dB: below it nothing that matters comes back. */
const FLOOR_DB = -60

/** How much of the agent's voice comes back while it speaks; the engine tells a value now and then, not a level ten times a second. */
export function LeakMeter({ leakDb }: { leakDb: number | null }) {
  return leakDb === null ? <Say>{text.sound.echo.liveUnknown}</Say> : <Leak leakDb={leakDb} />
}

function Leak({ leakDb }: { leakDb: number }) {
  const ref = useRef<HTMLSpanElement>(null)
  const percent = Math.round(Math.min(1, Math.max(0, 1 - leakDb / FLOOR_DB)) * 100)
  useEffect(() => {
    // The page's policy lets no style attribute pass.
    ref.current?.style.setProperty('--filled', `${percent}%`)
  }, [percent])
  return (
    <span className="flex items-center gap-3">
      <span
        ref={ref}
        // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- the native element cannot be drawn as cells
        role="meter"
        aria-label={text.sound.echo.live}
        aria-valuemin={FLOOR_DB}
        aria-valuemax={0}
        aria-valuenow={Math.max(FLOOR_DB, leakDb)}
        aria-valuetext={text.sound.echo.decibel(leakDb)}
        className="level-meter h-2.5 w-36 shrink-0"
      />
      <span aria-hidden className="w-14 text-right text-small text-ink-soft tabular-nums">
        {text.sound.echo.decibel(leakDb)}
      </span>
    </span>
  )
}
