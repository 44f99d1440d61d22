import { clsx } from 'clsx'
import {
  AudioLines,
  Bluetooth,
  CircleAlert,
  EarOff,
  Headphones,
  type LucideIcon,
  Mic,
  MonitorSpeaker,
  Unplug,
  X
} from 'lucide-react'
import { useState } from 'react'
import { text } from '../../text/en.ts'
import { IconButton } from '../../ui/button.tsx'
import { useApp, useController } from '../session/assistant-context.tsx'
import { type NoteAction, type NoteIcon, type SoundNote, soundNotes } from './sound-notes.ts'

const icons: Record<NoteIcon, LucideIcon> = {
  unplugged: Unplug,
  headphones: Headphones,
  quiet: AudioLines,
  bluetooth: Bluetooth,
  'half-duplex': EarOff,
  system: MonitorSpeaker,
  warm: Mic,
  problem: CircleAlert
}

/** Of a narrow window; the others wait behind a button there. */
const NARROW_LIMIT = 2

const tones: Record<SoundNote['tone'], string> = {
  warn: 'text-warn',
  sent: 'rounded-lg bg-accent-soft text-accent-ink',
  calm: 'text-ink-soft'
}

const linkStyle =
  'min-h-6 shrink-0 rounded-md px-1.5 text-small font-medium text-accent-ink underline underline-offset-2 hover:bg-sunken'

/** What is to be said of sound now, each with the one thing to do about it. */
export function SoundNoteList({ onSettings }: { onSettings: () => void }) {
  const { sound } = useController()
  const notes = soundNotes(useApp((all) => all))
  const [all, setAll] = useState(false)

  const act = (action: NoteAction): void => {
    switch (action) {
      case 'settings':
        onSettings()
        return
      case 'system-audio-off':
        sound.prefer({ systemAudio: { kind: 'off' } })
        return
      case 'keep-warm-off':
        sound.prefer({ keepWarm: false })
        return
      case 'open-microphone':
      case 'open-system-audio':
        sound.open()
        return
      case 'default-microphone':
        sound.chooseMicrophone(null)
    }
  }

  return (
    <div aria-live="polite">
      <ul className="flex flex-col gap-1 empty:hidden">
        {notes.map((note, at) => (
          <Note
            key={note.key}
            note={note}
            wideOnly={!all && at >= NARROW_LIMIT}
            onAct={act}
            onHide={() => {
              sound.hideNote(note.key)
            }}
          />
        ))}
        {!all && notes.length > NARROW_LIMIT && (
          <li className="px-1 wide:hidden">
            <button
              type="button"
              className={linkStyle}
              onClick={() => {
                setAll(true)
              }}
            >
              {text.sound.note.more(notes.length - NARROW_LIMIT)}
            </button>
          </li>
        )}
      </ul>
    </div>
  )
}

interface NoteProps {
  note: SoundNote
  wideOnly: boolean
  onAct: (action: NoteAction) => void
  onHide: () => void
}

function Note({ note, wideOnly, onAct, onHide }: NoteProps) {
  const { tone, icon, words, action, canHide = false } = note
  const Icon = icons[icon]
  return (
    <li className={clsx('flex items-start gap-2 px-2.5 py-1 text-small', tones[tone], wideOnly && 'max-wide:hidden')}>
      <Icon aria-hidden className="mt-0.5 size-4 shrink-0" />
      <span className="min-w-0 flex-1 wrap-anywhere">{words}</span>
      {action !== undefined && (
        <button
          type="button"
          className={`${linkStyle} -my-0.5`}
          onClick={() => {
            onAct(action.action)
          }}
        >
          {action.label}
        </button>
      )}
      {canHide && (
        <IconButton label={text.sound.note.hide} icon={X} size="small" className="-my-1.5" onClick={onHide} />
      )}
    </li>
  )
}
