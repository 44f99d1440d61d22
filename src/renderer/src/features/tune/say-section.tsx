import { useState } from 'react'
import type { SupportKey } from '../../../../shared/commands.ts'
import { text } from '../../text/en.ts'
import { Segmented } from '../../ui/segmented.tsx'
import { useApp } from '../session/assistant-context.tsx'
import { DraftForm } from './draft-form.tsx'
import { commonSupport, supportOf } from './support.ts'
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
  const { outcome, sending, send, clear } = useCommand()
  const words = text.tune.say
  const none = commonSupport(support, Object.values(keys))?.kind === 'unsupported'

  const head = (
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
  )
  return (
    <TuneSection
      title={words.title}
      support={supportOf(support, keys[behavior])}
      outcome={outcome}
      {...(none ? {} : { head })}
    >
      <DraftForm
        label={words.label}
        send={words.send}
        sending={sending}
        onEdit={clear}
        onSend={(draft) => send({ kind: 'agent-speech', text: draft, behavior })}
      />
    </TuneSection>
  )
}
