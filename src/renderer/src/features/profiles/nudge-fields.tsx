import { useState } from 'react'
import { text } from '../../text/en.ts'
import { Check, Group, TextBox, TextField } from '../../ui/field.tsx'
import { useDraft } from './draft.tsx'
import { record } from './profile-fields.ts'

/** What the agent says after a silence (rule I11). */
export function NudgeFields() {
  const { profile, set } = useDraft()
  const words = text.options
  const { nudge } = profile
  const { afterSeconds, say } = record(nudge)
  const [seconds, setSeconds] = useState(typeof afterSeconds === 'number' ? String(afterSeconds) : '')
  const line = typeof say === 'string' ? say : ''
  const change = (typed: string, next: string): void => {
    const value = Number(typed)
    // What is no number is kept as null, so that it cannot be saved instead of keeping an older one.
    const after = typed.trim() === '' || Number.isNaN(value) ? null : value
    set(['nudge'], { ...record(nudge), afterSeconds: after, say: next })
  }
  const outside = !(Number(seconds) >= 3 && Number(seconds) <= 3600)
  return (
    <Group title={words.nudge}>
      {profile['service'] === 'napster' && <p className="text-small text-ink-soft">{text.napster.nudgeUnused}</p>}
      <Check
        label={words.nudgeOn}
        checked={nudge !== undefined}
        onChange={(checked) => {
          setSeconds(checked ? String(words.nudgeStart.afterSeconds) : '')
          set(['nudge'], checked ? words.nudgeStart : undefined)
        }}
      />
      {nudge !== undefined && (
        <div data-field="nudge" className="flex flex-col gap-2.5">
          <TextField
            label={words.nudgeAfter}
            inputMode="decimal"
            value={seconds}
            aria-invalid={outside}
            aria-describedby="nudge-problem"
            onChange={(typed) => {
              setSeconds(typed)
              change(typed, line)
            }}
          />
          <TextBox
            label={words.nudgeSay}
            placeholder={words.nudgeSay}
            maxLength={2000}
            value={line}
            aria-invalid={line === ''}
            aria-describedby="nudge-problem"
            onChange={(value) => {
              change(seconds, value)
            }}
          />
          <p id="nudge-problem" aria-live="polite" className="text-small text-danger empty:hidden">
            {outside ? words.nudgeSeconds : line === '' ? words.nudgeWords : ''}
          </p>
        </div>
      )}
    </Group>
  )
}
