import { useId, useState } from 'react'
import type { Command, Support, SupportKey } from '../../../../shared/commands.ts'
import { text } from '../../text/en.ts'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { useApp } from '../session/assistant-context.tsx'
import type { AgentDefaults } from './agent-defaults.ts'
import { type NumberRange, readNumber } from './number-field.ts'
import { commonSupport, supportNote, supportOf } from './support.ts'
import { SupportBadge, TuneSection } from './tune-section.tsx'
import { useCommand } from './use-command.ts'

const FIELDS = [
  'eotThreshold',
  'eagerEotThreshold',
  'eotTimeoutMs',
  'silenceDurationMs',
  'threshold',
  'prefixPaddingMs'
] as const
type Field = (typeof FIELDS)[number]

/** Flux's own ranges; what the others may be is the service's to say. */
const RANGES: Partial<Record<Field, NumberRange>> = {
  eotThreshold: { min: 0.5, max: 1 },
  eagerEotThreshold: { min: 0.3, max: 0.9 },
  eotTimeoutMs: { min: 500, max: 60_000 }
}

const keyOf = (field: Field): SupportKey => `set-turn-detection/${field}`
const nothingTyped = Object.fromEntries(FIELDS.map((field) => [field, ''])) as Record<Field, string>

export function TurnSection({ saved }: { saved: AgentDefaults }) {
  const support = useApp((state) => state.support)
  const [typed, setTyped] = useState(nothingTyped)
  const { outcome, sending, send, refuse } = useCommand()
  const words = text.tune.turns
  const whole = supportOf(support, 'set-turn-detection')
  const common = whole?.kind === 'unsupported' ? whole : commonSupport(support, FIELDS.map(keyOf))
  const savedValues: Partial<Record<Field, string>> = saved

  const submit = async (): Promise<void> => {
    const command: Extract<Command, { kind: 'set-turn-detection' }> = { kind: 'set-turn-detection' }
    const parts: string[] = []
    for (const field of FIELDS) {
      const read = readNumber(words.fields[field].name, typed[field], RANGES[field])
      if (read.kind === 'wrong') {
        refuse(read.problem)
        return
      }
      if (read.kind === 'absent') continue
      command[field] = read.value
      parts.push(`${words.fields[field].name} ${read.value}`)
    }
    if (await send(command, text.tune.outcome.changed(parts))) setTyped(nothingTyped)
  }

  return (
    <TuneSection title={words.title} support={common} outcome={outcome}>
      {FIELDS.map((field) => (
        <TurnField
          key={field}
          field={field}
          support={common === undefined ? supportOf(support, keyOf(field)) : undefined}
          saved={savedValues[field] ?? ''}
          value={typed[field]}
          onChange={(value) => {
            setTyped({ ...typed, [field]: value })
          }}
        />
      ))}
      <Button
        size="small"
        tone="primary"
        className="self-start"
        disabled={sending || Object.values(typed).join('').trim() === ''}
        onClick={() => void submit()}
      >
        {words.send}
      </Button>
    </TuneSection>
  )
}

interface TurnFieldProps {
  field: Field
  /** Where it is not that of the whole section. */
  support: Support | undefined
  /** What the agent's file says. */
  saved: string
  value: string
  onChange: (value: string) => void
}

function TurnField({ field, support, saved, value, onChange }: TurnFieldProps) {
  const id = useId()
  const { name, about } = text.tune.turns.fields[field]
  return (
    <div className="grid grid-cols-[minmax(0,1fr)_6rem] items-start gap-x-3">
      <div className="min-w-0 text-small">
        <p className="flex flex-wrap items-center gap-x-2">
          <span className="font-mono">{name}</span>
          {support?.kind !== 'native' && <SupportBadge support={support} />}
        </p>
        <p id={id} className="text-ink-soft wrap-anywhere">
          {support?.kind === 'unsupported' ? '' : `${about}. ${text.tune.savedSentence(saved)}`}
          {supportNote(support)}
        </p>
      </div>
      <TextField
        label=""
        aria-label={name}
        aria-describedby={id}
        inputMode="decimal"
        disabled={support?.kind === 'unsupported'}
        value={value}
        onChange={onChange}
      />
    </div>
  )
}
