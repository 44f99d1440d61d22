import { clsx } from 'clsx'
import { X } from 'lucide-react'
import { Fragment, useEffect, useId, useRef, useState } from 'react'
import type { Hotkey } from '../../../../shared/hotkey.ts'
import { hotkeyLabels, hotkeyText } from '../../../../shared/hotkey-rules.ts'
import { text } from '../../text/en.ts'
import { IconButton } from '../../ui/button.tsx'
import { useApp, useController } from '../session/assistant-context.tsx'
import { Say } from '../../ui/setting-rows.tsx'
import { type Recorded, recordDown, recordUp } from './record-hotkey.ts'

const words = text.shortcuts.record

interface HotkeyFieldProps {
  /** What the hotkey is for, as a person calls it. */
  name: string
  value: Hotkey | null
  onChange: (hotkey: Hotkey | null) => void
  /** Who has a hotkey already, by name; undefined: nobody else. */
  takenBy?: (hotkey: Hotkey) => string | undefined
  describedBy?: string
}

/**
 * A hotkey, and how to change it: press the button, then the keys. Escape cancels; what may not be had is refused at once, with the reason.
 * While it records, hotkeys do nothing.
 */
export function HotkeyField({ name, value, onChange, takenBy, describedBy }: HotkeyFieldProps) {
  const platform = useApp((state) => (state.host.kind === 'up' ? state.host.info.platform : ''))
  const [recording, setRecording] = useState(false)
  const [refusal, setRefusal] = useState<string | null>(null)
  const last = useRef<Recorded>({ kind: 'waiting' })
  const refusalId = useId()
  useKeysAtRest(recording)

  const take = (recorded: Recorded): void => {
    last.current = recorded
    if (recorded.kind === 'waiting') return
    if (recorded.kind === 'refused') {
      setRefusal(recorded.problem)
      return
    }
    if (recorded.kind === 'recorded') {
      const owner = takenBy?.(recorded.hotkey)
      if (owner !== undefined) {
        setRefusal(words.takenBy(hotkeyText(recorded.hotkey, platform), owner))
        return
      }
      onChange(recorded.hotkey)
    }
    setRefusal(null)
    setRecording(false)
  }
  useRecorder(recording, (event) => {
    // Tab leaves the field, as anywhere.
    if (event.code === 'Tab' && !event.ctrlKey && !event.altKey && !event.metaKey) return
    event.preventDefault()
    event.stopImmediatePropagation()
    if (event.repeat) return
    take(event.type === 'keydown' ? recordDown(event, platform) : recordUp(last.current, event, platform))
  })
  const labels = value === null ? [] : hotkeyLabels(value, platform)
  const label = recording
    ? words.recording(name)
    : value === null
      ? words.set(name)
      : words.change(name, hotkeyText(value, platform))
  return (
    <div className="flex min-w-0 flex-col items-end gap-1 max-wide:items-stretch">
      <span className="flex items-center gap-1">
        <button
          type="button"
          aria-label={label}
          aria-pressed={recording}
          aria-describedby={clsx(refusal !== null && refusalId, describedBy) || undefined}
          data-hotkey-recording={recording}
          onClick={() => {
            last.current = { kind: 'waiting' }
            setRefusal(null)
            setRecording(!recording)
          }}
          onBlur={() => {
            setRecording(false)
          }}
          className={clsx(
            'inline-flex h-9 min-w-36 items-center justify-center gap-1 rounded-lg border px-2.5 text-small transition-colors duration-100 max-wide:flex-1',
            recording
              ? 'border-accent bg-accent-soft text-accent-ink'
              : 'border-line-strong bg-surface hover:bg-sunken',
            value === null && !recording && 'text-ink-soft'
          )}
        >
          {recording ? words.press : labels.length === 0 ? words.none : <Keys labels={labels} />}
        </button>
        {value === null ? (
          <span aria-hidden className="size-8 max-wide:hidden" />
        ) : (
          <IconButton
            label={words.clear(name)}
            icon={X}
            size="small"
            onClick={() => {
              setRefusal(null)
              onChange(null)
            }}
          />
        )}
      </span>
      <span id={refusalId} role="alert" className="empty:hidden">
        {refusal !== null && <Say warn>{refusal}</Say>}
      </span>
    </div>
  )
}

/** The keys of a hotkey, one by one. */
export function Keys({ labels }: { labels: readonly string[] }) {
  return labels.map((label, at) => (
    <Fragment key={label}>
      {at > 0 && <span className="text-ink-soft">+</span>}
      <kbd className="rounded border border-line-strong bg-paper px-1.5 font-sans leading-5 text-ink">{label}</kbd>
    </Fragment>
  ))
}

/** Every key while `recording`, before a dialog around the field takes Escape for itself. */
function useRecorder(recording: boolean, onKey: (event: KeyboardEvent) => void): void {
  const onKeyRef = useRef(onKey)
  useEffect(() => {
    onKeyRef.current = onKey
  })
  useEffect(() => {
    if (!recording) return undefined
    const listen = (event: KeyboardEvent): void => onKeyRef.current(event)
    window.addEventListener('keydown', listen, { capture: true })
    window.addEventListener('keyup', listen, { capture: true })
    return () => {
      window.removeEventListener('keydown', listen, { capture: true })
      window.removeEventListener('keyup', listen, { capture: true })
    }
  }, [recording])
}

/** While `recording`, main is asked to let hotkeys do nothing: the one that is pressed may be one of them. */
function useKeysAtRest(recording: boolean): void {
  const controller = useController()
  useEffect(() => {
    if (!recording) return undefined
    // A host without hotkeys refuses; then there is none that could do anything.
    const ask = (on: boolean): void => void controller.call('shortcuts:test', { on }).catch(() => undefined)
    ask(true)
    return () => {
      ask(false)
    }
  }, [recording, controller])
}
