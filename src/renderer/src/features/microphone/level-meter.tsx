import { useEffect, useRef } from 'react'
import { text } from '../../text/en.ts'
import { useEngine } from '../session/assistant-context.tsx'
import { meterPosition } from './meter-position.ts'

const CELLS = 12

/** What the microphone hears, straight from the engine to the element: no rendering per level. */
export function LevelMeter({ live }: { live: boolean }) {
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
      show(Math.round(meterPosition(levels.inputDbfs) * CELLS))
    })
  }, [engine, live])

  return (
    <span
      ref={ref}
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- the native element cannot be drawn as cells
      role="meter"
      aria-label={text.microphone.level}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={0}
      className="level-meter h-2.5 w-18 shrink-0"
    />
  )
}
