import { useId } from 'react'
import { text } from '../../text/en.ts'
import { TextField } from '../../ui/field.tsx'
import { ChoiceField } from '../choices/choice-field.tsx'
import { useApp } from '../session/assistant-context.tsx'
import type { AgentDefaults } from './agent-defaults.ts'
import { FieldsForm } from './fields-form.tsx'
import { temperatureRange } from './ranges.ts'
import { commonSupport, supportOf } from './support.ts'
import { MissingFields, NameField, NumberField } from './tune-fields.tsx'
import { TuneSection } from './tune-section.tsx'
import { readName, readNumber } from './typed-value.ts'
import { useFields } from './use-fields.ts'
import { useService } from './use-service.ts'

/** Offered while typing; any other name is taken too. */
const PROVIDERS = ['open_ai', 'anthropic', 'google', 'groq', 'aws_bedrock', 'nvidia']

export function ModelSection({ saved }: { saved: AgentDefaults }) {
  const support = useApp((state) => state.support)
  const service = useService()
  const providersId = useId()
  const rangeWith = (provider = '') => temperatureRange(service, provider.trim() || saved.provider)
  const fields = useFields({
    provider: { word: 'provider', read: readName },
    model: { word: 'model', read: readName },
    temperature: { word: 'temperature', read: (typed, all) => readNumber(rangeWith(all['provider']))(typed) }
  })
  const range = rangeWith(fields.typed('provider'))
  const words = text.tune.model
  const common = commonSupport(support, ['set-model', 'set-model/temperature'])
  const modelSupport = supportOf(support, 'set-model')
  const temperatureSupport = supportOf(support, 'set-model/temperature')
  const hasModel = modelSupport?.kind !== 'unsupported'
  const own = common === undefined ? temperatureSupport : undefined

  return (
    <TuneSection title={words.title} support={common}>
      <FieldsForm
        send={hasModel ? words.send : words.sendTemperature}
        disabled={fields.sending || fields.empty}
        onSubmit={(form) => void fields.submit(form, (values) => ({ kind: 'set-model', ...values }))}
      >
        {hasModel && (
          <>
            <NameField state={fields.state('model')}>
              {(described) => (
                <ChoiceField
                  of={{ service, what: 'models', ...(saved.url === '' ? {} : { url: saved.url }) }}
                  label={words.model}
                  name="model"
                  value={fields.typed('model')}
                  onChange={(value) => {
                    fields.change('model', value)
                  }}
                  onPick={({ about }) => {
                    // Deepgram lists a model with its provider, and takes one only with the other.
                    if (about !== undefined && about !== saved.provider) fields.change('provider', about)
                  }}
                  placeholder={text.tune.saved(saved.model)}
                  maxLength={200}
                  {...described}
                />
              )}
            </NameField>
            <NameField state={fields.state('provider')}>
              {(described) => (
                <TextField
                  label={words.provider}
                  name="provider"
                  value={fields.typed('provider')}
                  onChange={(value) => {
                    fields.change('provider', value)
                  }}
                  placeholder={text.tune.saved(saved.provider)}
                  list={providersId}
                  maxLength={100}
                  {...described}
                />
              )}
            </NameField>
            <datalist id={providersId}>
              {PROVIDERS.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </datalist>
          </>
        )}
        {temperatureSupport?.kind !== 'unsupported' && (
          <NumberField
            name="temperature"
            label={words.temperature}
            about={[text.tune.number.range(range), text.tune.savedSentence(saved.temperature)]}
            support={own}
            state={fields.state('temperature')}
            value={fields.typed('temperature')}
            onChange={(value) => {
              fields.change('temperature', value)
            }}
          />
        )}
      </FieldsForm>
      <MissingFields
        fields={[
          { label: words.both, support: modelSupport },
          { label: words.temperature, support: temperatureSupport }
        ]}
      />
    </TuneSection>
  )
}
