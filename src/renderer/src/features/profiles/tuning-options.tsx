import { Trash2 } from 'lucide-react'
import { text } from '../../text/en.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Group } from '../../ui/field.tsx'
import { record } from './profile-fields.ts'
import { type TuningPart, tuningParts, withoutTuningPart } from './napster-fields.ts'

interface TuningOptionsProps {
  tuning: unknown
  /** Sets one field of `tuning`, or removes all of it. */
  onTuning: (name: string, value: unknown) => void
  onRemoveAll: () => void
}

/** What was saved from the tune panel: Parley changes the agent by it at the start of every conversation. */
export function TuningOptions({ tuning, onTuning, onRemoveAll }: TuningOptionsProps) {
  const words = text.napster
  const parts = tuningParts(tuning)
  const last = parts.length === 1
  return (
    <Group title={words.tuning}>
      <p className="text-small text-ink-soft">{parts.length === 0 ? words.noTuning : words.tuningAbout}</p>
      {parts.length > 0 && (
        <ul className="flex flex-col gap-1.5">
          {parts.map((part) => (
            <Row
              key={part.at.join(' ')}
              part={part}
              onRemove={() => {
                if (last) onRemoveAll()
                else onTuning(part.at[0], withoutTuningPart(tuning, part.at))
              }}
            />
          ))}
        </ul>
      )}
      {(parts.length > 1 || (parts.length === 0 && tuning !== undefined)) && (
        <Button size="small" icon={Trash2} className="self-start" onClick={onRemoveAll}>
          {words.removeAll}
        </Button>
      )}
    </Group>
  )
}

/** The name of a change, as the tune panel calls it. */
function nameOf([field, inner]: TuningPart['at']): string {
  const { parts } = text.napster
  if (field === 'context' && typeof inner === 'number') return parts.context(inner + 1)
  const key = typeof inner === 'string' ? inner : field
  const known = record(parts)[key]
  return typeof known === 'string' ? known : parts.other(key)
}

function Row({ part, onRemove }: { part: TuningPart; onRemove: () => void }) {
  const name = nameOf(part.at)
  return (
    <li className="flex items-start gap-2 rounded-lg bg-sunken py-1.5 pr-1.5 pl-2.5 text-small">
      <div className="min-w-0 flex-1 py-0.5">
        <p className="text-ink-soft">{name}</p>
        <p className="line-clamp-4 whitespace-pre-line wrap-anywhere">{part.value}</p>
      </div>
      <IconButton label={text.napster.remove(name)} icon={Trash2} size="small" onClick={onRemove} />
    </li>
  )
}
