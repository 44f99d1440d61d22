import { useState } from 'react'
import { COMMAND_TEXT_LIMIT } from '../../../../shared/limits.ts'
import { text } from '../../text/en.ts'
import { Button } from '../../ui/button.tsx'
import { TextBox } from '../../ui/field.tsx'
import { useApp } from '../session/assistant-context.tsx'
import { KEYTERMS_LIMIT, keytermsOf } from './keyterms.ts'
import { supportOf } from './support.ts'
import { TuneSection } from './tune-section.tsx'
import { useCommand } from './use-command.ts'

/** Names and words that the service should hear right. The list that is sent takes the place of the one before. */
export function KeytermsSection({ savedKeyterms }: { savedKeyterms: string }) {
  const support = useApp((state) => state.support)
  const conversation = useApp((state) => state.conversation)
  const [draft, setDraft] = useState('')
  /** The conversation in which a list was sent last; 0 before. */
  const [sentIn, setSentIn] = useState(0)
  const { outcome, sending, send, refuse, clear } = useCommand()
  const words = text.tune.keyterms
  const keyterms = keytermsOf(draft)
  const removes = keyterms.length === 0
  const canRemove = savedKeyterms !== '' || sentIn === conversation
  const change = (value: string): void => {
    setDraft(value)
    clear()
  }

  const submit = async (): Promise<void> => {
    if (keyterms.length > KEYTERMS_LIMIT) {
      refuse(words.tooMany(keyterms.length, KEYTERMS_LIMIT))
      return
    }
    const done = await send({ kind: 'configure-listen', provider: { keyterms } }, words.changed(keyterms.length))
    if (done) setSentIn(conversation)
  }

  return (
    <TuneSection title={words.title} support={supportOf(support, 'configure-listen/keyterms')} outcome={outcome}>
      <p className="text-small text-ink-soft">{words.about}</p>
      <TextBox
        label={words.label}
        placeholder={words.placeholder}
        maxLength={COMMAND_TEXT_LIMIT}
        spellCheck={false}
        value={draft}
        onChange={change}
      />
      <div className="flex flex-wrap gap-2">
        <Button
          size="small"
          tone={removes && canRemove ? 'outline' : 'primary'}
          disabled={sending || (removes && !canRemove)}
          onClick={() => void submit()}
        >
          {removes && canRemove ? words.remove : words.send}
        </Button>
        {savedKeyterms !== '' && (
          <Button
            size="small"
            onClick={() => {
              change(savedKeyterms)
            }}
          >
            {words.fromProfile}
          </Button>
        )}
      </div>
    </TuneSection>
  )
}
