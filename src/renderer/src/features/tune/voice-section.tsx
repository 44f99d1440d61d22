import { useState } from 'react'
import { text } from '../../text/en.ts'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { useApp } from '../session/assistant-context.tsx'
import { readNumber } from './number-field.ts'
import { supportOf } from './support.ts'
import { TuneSection } from './tune-section.tsx'
import { useCommand } from './use-command.ts'

const SPEED = { min: 0.5, max: 1.5 }
const EXPRESSIVITY = { min: -2, max: 2 }

export function VoiceSection({ savedVoice }: { savedVoice: string }) {
  const support = useApp((state) => state.support)
  const [model, setModel] = useState('')
  const [speed, setSpeed] = useState('')
  const [expressivity, setExpressivity] = useState('')
  const { outcome, sending, send, refuse } = useCommand()
  const words = text.tune.voice

  const submit = async (): Promise<void> => {
    const fast = readNumber(words.speed, speed, SPEED)
    const lively = readNumber(words.expressivity, expressivity, EXPRESSIVITY)
    const wrong = [fast, lively].find((typed) => typed.kind === 'wrong')
    if (wrong !== undefined) {
      refuse(wrong.problem)
      return
    }
    const change = {
      ...(model.trim() === '' ? {} : { model: model.trim() }),
      ...(fast.kind === 'number' ? { speed: fast.value } : {}),
      ...(lively.kind === 'number' ? { expressivity: Math.round(lively.value) } : {})
    }
    const parts = [
      ...(change.model === undefined ? [] : [change.model]),
      ...(change.speed === undefined ? [] : [words.parts.speed(change.speed)]),
      ...(change.expressivity === undefined ? [] : [words.parts.expressivity(change.expressivity)])
    ]
    if (!(await send({ kind: 'set-voice', ...change }, text.tune.outcome.changed(parts)))) return
    setModel('')
    setSpeed('')
    setExpressivity('')
  }

  return (
    <TuneSection title={words.title} support={supportOf(support, 'set-voice')} outcome={outcome}>
      <div className="grid grid-cols-2 gap-2.5">
        <TextField
          label={words.model}
          value={model}
          onChange={setModel}
          placeholder={text.tune.saved(savedVoice)}
          maxLength={200}
          className="col-span-2"
        />
        <TextField label={words.speed} value={speed} onChange={setSpeed} inputMode="decimal" />
        <TextField label={words.expressivity} value={expressivity} onChange={setExpressivity} inputMode="decimal" />
      </div>
      <p className="text-small text-ink-soft">{words.keeps}</p>
      <Button
        size="small"
        tone="primary"
        className="self-start"
        disabled={sending || `${model}${speed}${expressivity}`.trim() === ''}
        onClick={() => void submit()}
      >
        {words.send}
      </Button>
    </TuneSection>
  )
}
