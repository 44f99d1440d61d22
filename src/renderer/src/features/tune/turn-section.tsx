import type { SupportKey } from '../../../../shared/commands.ts'
import { text } from '../../text/en.ts'
import { useApp } from '../session/assistant-context.tsx'
import type { AgentDefaults } from './agent-defaults.ts'
import { FieldsForm } from './fields-form.tsx'
import { TURN_FIELDS, type TurnField, turnRange } from './ranges.ts'
import { commonSupport, supportOf } from './support.ts'
import { MissingFields, NumberField } from './tune-fields.tsx'
import { TuneSection } from './tune-section.tsx'
import { readNumber } from './typed-value.ts'
import { useFields } from './use-fields.ts'
import { useService } from './use-service.ts'

const keyOf = (field: TurnField): SupportKey => `set-turn-detection/${field}`

/** Only what is filled in is sent (rule N15): what a service has, with its own ranges; what it does not have, with the reason. */
export function TurnSection({ saved }: { saved: AgentDefaults }) {
  const support = useApp((state) => state.support)
  const service = useService()
  const words = text.tune.turns
  const kind = (field: TurnField) => ({
    word: words.fields[field].name,
    read: readNumber(turnRange(service, field))
  })
  const fields = useFields({
    eotThreshold: kind('eotThreshold'),
    eagerEotThreshold: kind('eagerEotThreshold'),
    eotTimeoutMs: kind('eotTimeoutMs'),
    silenceDurationMs: kind('silenceDurationMs'),
    threshold: kind('threshold'),
    prefixPaddingMs: kind('prefixPaddingMs')
  })
  const whole = supportOf(support, 'set-turn-detection')
  const isMissing = (field: TurnField) => supportOf(support, keyOf(field))?.kind === 'unsupported'
  const present = TURN_FIELDS.filter((field) => !isMissing(field))
  const hasNone = whole?.kind === 'unsupported' || present.length === 0
  const common = hasNone ? whole : commonSupport(support, present.map(keyOf))
  const aboutOf = (field: TurnField) => {
    const { about } = words.fields[field]
    // Elsewhere it is sent as the time-out of a service that ends a turn by its confidence too.
    return field === 'silenceDurationMs' && service !== 'napster' ? `${about} ${words.silenceAtMost}` : about
  }
  const rangeOf = (field: TurnField) => text.tune.number.range(turnRange(service, field), words.fields[field].unit)

  return (
    <TuneSection title={words.title} support={common}>
      <FieldsForm
        send={words.send}
        disabled={fields.sending || fields.empty}
        onSubmit={(form) => void fields.submit(form, (values) => ({ kind: 'set-turn-detection', ...values }))}
      >
        {present.map((field) => (
          <NumberField
            key={field}
            name={field}
            label={words.fields[field].name}
            code
            about={[aboutOf(field), rangeOf(field), text.tune.savedSentence(saved[field])]}
            support={common === undefined ? supportOf(support, keyOf(field)) : undefined}
            state={fields.state(field)}
            value={fields.typed(field)}
            onChange={(value) => {
              fields.change(field, value)
            }}
          />
        ))}
      </FieldsForm>
      {!hasNone && (
        <MissingFields
          code
          fields={TURN_FIELDS.map((field) => ({
            label: words.fields[field].name,
            support: supportOf(support, keyOf(field))
          }))}
        />
      )}
    </TuneSection>
  )
}
