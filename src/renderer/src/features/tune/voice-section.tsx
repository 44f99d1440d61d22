import { text } from '../../text/en.ts'
import { ChoiceField } from '../choices/choice-field.tsx'
import { useApp } from '../session/assistant-context.tsx'
import type { AgentDefaults } from './agent-defaults.ts'
import { FieldsForm } from './fields-form.tsx'
import { EXPRESSIVITY, SPEED } from './ranges.ts'
import { supportOf } from './support.ts'
import { NameField, NumberField } from './tune-fields.tsx'
import { TuneSection } from './tune-section.tsx'
import { readName, readNumber } from './typed-value.ts'
import { useFields } from './use-fields.ts'
import { useService } from './use-service.ts'

/** A change of the manner alone leaves the voice as it is. */
export function VoiceSection({ saved }: { saved: AgentDefaults }) {
  const support = useApp((state) => state.support)
  const service = useService()
  const fields = useFields({
    model: { word: 'voice', read: readName },
    speed: { word: 'speed', read: readNumber(SPEED) },
    expressivity: { word: 'expressivity', read: readNumber(EXPRESSIVITY) }
  })
  const words = text.tune.voice

  return (
    <TuneSection title={words.title} support={supportOf(support, 'set-voice')}>
      <FieldsForm
        send={words.send}
        disabled={fields.sending || fields.empty}
        onSubmit={(form) => void fields.submit(form, (values) => ({ kind: 'set-voice', ...values }))}
      >
        <NameField state={fields.state('model')}>
          {(described) => (
            <ChoiceField
              of={{ service, what: 'voices', ...(saved.url === '' ? {} : { url: saved.url }) }}
              label={words.model}
              name="model"
              value={fields.typed('model')}
              onChange={(value) => {
                fields.change('model', value)
              }}
              placeholder={text.tune.saved(saved.voice)}
              maxLength={200}
              {...described}
            />
          )}
        </NameField>
        <NumberField
          name="speed"
          label={words.speed}
          about={[text.tune.number.range(SPEED)]}
          state={fields.state('speed')}
          value={fields.typed('speed')}
          onChange={(value) => {
            fields.change('speed', value)
          }}
        />
        <NumberField
          name="expressivity"
          label={words.expressivity}
          about={[text.tune.number.range(EXPRESSIVITY)]}
          state={fields.state('expressivity')}
          value={fields.typed('expressivity')}
          onChange={(value) => {
            fields.change('expressivity', value)
          }}
        />
      </FieldsForm>
    </TuneSection>
  )
}
