import { useState } from 'react'
import type { SupportKey } from '../../../../shared/commands.ts'
import { COMMAND_TEXT_LIMIT } from '../../../../shared/limits.ts'
import { text } from '../../text/en.ts'
import { Button } from '../../ui/button.tsx'
import { TextBox } from '../../ui/field.tsx'
import { Segmented } from '../../ui/segmented.tsx'
import { useApp } from '../session/assistant-context.tsx'
import { supportOf } from './support.ts'
import { TuneSection } from './tune-section.tsx'
import { useCommand } from './use-command.ts'

type Behavior = 'if-quiet' | 'queue' | 'interrupt'

const keys: Record<Behavior, SupportKey> = {
  'if-quiet': 'agent-speech',
  queue: 'agent-speech/queue',
  interrupt: 'agent-speech/interrupt'
}

/** Words that the agent says as they stand. A refused text stays in the box. */
export function SaySection() {
  const support = useApp((state) => state.support)
  const [behavior, setBehavior] = useState<Behavior>('if-quiet')
  const [draft, setDraft] = useState('')
  const { outcome, sending, send, clear } = useCommand()
  const words = text.tune.say

  const submit = async (): Promise<void> => {
    if (await send({ kind: 'agent-speech', text: draft, behavior })) setDraft('')
  }

  return (
    <TuneSection
      title={words.title}
      support={supportOf(support, keys[behavior])}
      outcome={outcome}
      head={
        <>
          <Segmented
            label={words.behaviorLabel}
            value={behavior}
            onChange={(next) => {
              setBehavior(next)
              clear()
            }}
            choices={[
              { value: 'if-quiet', label: words.behavior['if-quiet'] },
              { value: 'queue', label: words.behavior.queue },
              { value: 'interrupt', label: words.behavior.interrupt }
            ]}
          />
          <p className="text-small text-ink-soft">{words.about[behavior]}</p>
        </>
      }
    >
      <TextBox
        label={words.label}
        placeholder={words.label}
        maxLength={COMMAND_TEXT_LIMIT}
        value={draft}
        onChange={(value) => {
          setDraft(value)
          clear()
        }}
      />
      <Button
        size="small"
        tone="primary"
        className="self-start"
        disabled={sending || draft.trim() === ''}
        onClick={() => void submit()}
      >
        {words.send}
      </Button>
    </TuneSection>
  )
}
