import { useEffect, useRef } from 'react'
import type { Levels } from '../../audio/api.ts'
import { text } from '../../text/en.ts'
import { useEngine } from '../session/assistant-context.tsx'
import { meterPosition } from './meter-position.ts'

const CELLS = 12

interface LevelMeterProps {
  label: string
  of: keyof Levels
  live: boolean
  className?: string
}

/** What is heard, straight from the engine to the element: no rendering per level. */
export function LevelMeter({ label, of, live, className = 'w-18' }: LevelMeterProps) {
  const ref = useRef<HTMLSpanElement>(null)
  const engine = useEngine()

  useEffect(() => {
    const meter = ref.current
    if (meter === null) return undefined
    let shown = -1
    const show = (cells: number): void => {
      if (cells === shown) return
      shown = cells
      const percent = Math.round((cells / CELLS) * 100)
      meter.style.setProperty('--filled', `${percent}%`)
      meter.setAttribute('aria-valuenow', String(percent))
      meter.setAttribute('aria-valuetext', text.microphone.levelText(percent))
    }
    show(0)
    if (!live) return undefined
    return engine.onLevels((levels) => {
      show(Math.round(meterPosition(levels[of]) * CELLS))
    })
  }, [engine, live, of])

  return (
    <span
      ref={ref}
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- the native element cannot be drawn as cells
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={0}
      className={`level-meter h-2.5 shrink-0 ${className}`}
    />
  )
}
