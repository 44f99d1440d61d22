import { useEffect, useRef } from 'react'

interface SliderProps {
  label: string
  value: number
  min: number
  max: number
  step: number
  /** The value with its unit, shown beside it and read aloud. */
  valueText: string
  /** At every step. */
  onChange: (value: number) => void
  /** When it was let go, and after every key. */
  onCommit: (value: number) => void
}

/** A number out of a range. */
export function Slider({ label, value, min, max, step, valueText, onChange, onCommit }: SliderProps) {
  const ref = useRef<HTMLInputElement>(null)
  const commitRef = useRef(onCommit)
  useEffect(() => {
    commitRef.current = onCommit
  })
  useEffect(() => {
    const input = ref.current
    // React's own onChange is the native "input" event.
    const commit = (): void => commitRef.current(Number(input?.value))
    input?.addEventListener('change', commit)
    return () => input?.removeEventListener('change', commit)
  }, [])
  return (
    <span className="flex min-w-0 items-center gap-3 max-wide:w-full">
      <input
        ref={ref}
        type="range"
        aria-label={label}
        aria-valuetext={valueText}
        min={min}
        max={max}
        step={step}
        value={value}
        onChange={(event) => {
          onChange(Number(event.target.value))
        }}
        className="h-6 w-44 min-w-0 accent-accent max-wide:flex-1"
      />
      <span aria-hidden className="w-14 shrink-0 text-right text-small text-ink-soft tabular-nums">
        {valueText}
      </span>
    </span>
  )
}
