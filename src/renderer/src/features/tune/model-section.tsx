import { useId, useState } from 'react'
import { text } from '../../text/en.ts'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { useApp } from '../session/assistant-context.tsx'
import type { AgentDefaults } from './agent-defaults.ts'
import { readNumber } from './number-field.ts'
import { supportNote, supportOf } from './support.ts'
import { TuneSection } from './tune-section.tsx'
import { useCommand } from './use-command.ts'

/** Offered while typing; any other name is taken too. */
const PROVIDERS = ['open_ai', 'anthropic', 'google', 'groq', 'aws_bedrock', 'nvidia']

const TEMPERATURE = { min: 0, max: 2 }

export function ModelSection({ saved }: { saved: AgentDefaults }) {
  const support = useApp((state) => state.support)
  const [provider, setProvider] = useState('')
  const [model, setModel] = useState('')
  const [temperature, setTemperature] = useState('')
  const { outcome, sending, send, refuse } = useCommand()
  const providersId = useId()
  const noteId = useId()
  const words = text.tune.model
  const modelSupport = supportOf(support, 'set-model')
  const temperatureSupport = supportOf(support, 'set-model/temperature')
  const own = supportNote(temperatureSupport) === supportNote(modelSupport) ? '' : supportNote(temperatureSupport)

  const submit = async (): Promise<void> => {
    const typed = readNumber(words.temperature, temperature, TEMPERATURE)
    if (typed.kind === 'wrong') {
      refuse(typed.problem)
      return
    }
    const change = {
      ...(provider.trim() === '' ? {} : { provider: provider.trim() }),
      ...(model.trim() === '' ? {} : { model: model.trim() }),
      ...(typed.kind === 'absent' ? {} : { temperature: typed.value })
    }
    const parts = [
      ...(change.provider === undefined ? [] : [change.provider]),
      ...(change.model === undefined ? [] : [change.model]),
      ...(change.temperature === undefined ? [] : [words.temperaturePart(change.temperature)])
    ]
    if (!(await send({ kind: 'set-model', ...change }, text.tune.outcome.changed(parts)))) return
    setProvider('')
    setModel('')
    setTemperature('')
  }

  return (
    <TuneSection title={words.title} support={modelSupport} outcome={outcome}>
      <div className="grid grid-cols-2 gap-2.5">
        <TextField
          label={words.provider}
          value={provider}
          onChange={setProvider}
          placeholder={text.tune.saved(saved.provider)}
          list={providersId}
          maxLength={100}
        />
        <datalist id={providersId}>
          {PROVIDERS.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </datalist>
        <TextField
          label={words.model}
          value={model}
          onChange={setModel}
          placeholder={text.tune.saved(saved.model)}
          maxLength={200}
        />
        <TextField
          label={words.temperature}
          value={temperature}
          onChange={setTemperature}
          placeholder={text.tune.saved(saved.temperature)}
          inputMode="decimal"
          disabled={temperatureSupport?.kind === 'unsupported'}
          aria-describedby={noteId}
        />
      </div>
      <p id={noteId} className="text-small text-ink-soft wrap-anywhere">
        {own === '' ? words.keeps : own}
      </p>
      <Button
        size="small"
        tone="primary"
        className="self-start"
        disabled={sending || `${provider}${model}${temperature}`.trim() === ''}
        onClick={() => void submit()}
      >
        {words.send}
      </Button>
    </TuneSection>
  )
}
