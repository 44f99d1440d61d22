import { useState } from 'react'
import type { SupportKey, When } from '../../../../shared/commands.ts'
import { text } from '../../text/en.ts'
import { Check } from '../../ui/field.tsx'
import { Segmented } from '../../ui/segmented.tsx'
import { useApp } from '../session/assistant-context.tsx'
import { DraftForm } from './draft-form.tsx'
import { jointSupport } from './support.ts'
import { TuneSection } from './tune-section.tsx'
import { useCommand } from './use-command.ts'

/** Rules N13 and N21: what the agent should know without the person having said it; it answers only when asked to. */
export function ContextSection() {
  const support = useApp((state) => state.support)
  const [when, setWhen] = useState<When>('now')
  const [respond, setRespond] = useState(false)
  const { outcome, sending, send, clear } = useCommand()
  const words = text.tune.context

  return (
    <TuneSection
      title={words.title}
      support={jointSupport(support, keysOf(when, respond))}
      outcome={outcome}
      head={
        <>
          <p className="text-small text-ink-soft">{words.about}</p>
          <Segmented
            label={words.whenLabel}
            value={when}
            onChange={setWhen}
            choices={[
              { value: 'now', label: words.when.now },
              { value: 'after-speech', label: words.when['after-speech'] }
            ]}
          />
          <Check label={words.respond} checked={respond} onChange={setRespond} />
        </>
      }
    >
      <DraftForm
        label={words.label}
        send={words.send}
        sending={sending}
        onEdit={clear}
        onSend={(draft) => send({ kind: 'context', text: draft, when, respond }, words.told[when])}
      />
    </TuneSection>
  )
}

/** Which variants a context is: both at once where it waits and is answered. */
function keysOf(when: When, respond: boolean): SupportKey[] {
  if (when === 'now') return [respond ? 'context/respond' : 'context']
  return respond ? ['context/after-speech', 'context/respond'] : ['context/after-speech']
}
