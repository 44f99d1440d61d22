import { useState } from 'react'
import { COMMAND_TEXT_LIMIT } from '../../../../shared/limits.ts'
import { text } from '../../text/en.ts'
import { Button } from '../../ui/button.tsx'
import { TextBox } from '../../ui/field.tsx'
import { Segmented } from '../../ui/segmented.tsx'
import { PromptCounter } from '../composer/prompt-counter.tsx'
import { useApp } from '../session/assistant-context.tsx'
import { supportOf } from './support.ts'
import { TuneSection } from './tune-section.tsx'
import { useCommand } from './use-command.ts'

type Mode = 'append' | 'replace'

export function PromptSection({ savedPrompt }: { savedPrompt: string }) {
  const support = useApp((state) => state.support)
  const [mode, setMode] = useState<Mode>('append')
  const [draft, setDraft] = useState('')
  const { outcome, sending, send, clear } = useCommand()
  const words = text.tune.prompt

  const submit = async (): Promise<void> => {
    const command = { kind: mode === 'append' ? 'append-prompt' : 'replace-prompt', text: draft } as const
    const done = await send(command, mode === 'append' ? words.added : words.replaced)
    if (done && mode === 'append') setDraft('')
  }

  return (
    <TuneSection
      title={words.title}
      support={supportOf(support, mode === 'append' ? 'append-prompt' : 'replace-prompt')}
      outcome={outcome}
      startsOpen
      head={
        <Segmented
          label={words.modeLabel}
          value={mode}
          onChange={(next) => {
            setMode(next)
            clear()
          }}
          choices={[
            { value: 'append', label: words.append },
            { value: 'replace', label: words.replace }
          ]}
        />
      }
    >
      <TextBox
        label={words.label}
        placeholder={words.placeholder[mode]}
        maxLength={COMMAND_TEXT_LIMIT}
        value={draft}
        onChange={(value) => {
          setDraft(value)
          clear()
        }}
      />
      <PromptCounter draft={draft} replaces={mode === 'replace'} />
      <div className="flex flex-wrap gap-2">
        <Button size="small" tone="primary" disabled={sending || draft.trim() === ''} onClick={() => void submit()}>
          {words.send[mode]}
        </Button>
        {mode === 'replace' && savedPrompt !== '' && (
          <Button
            size="small"
            onClick={() => {
              setDraft(savedPrompt)
            }}
          >
            {words.fromProfile}
          </Button>
        )}
      </div>
    </TuneSection>
  )
}
