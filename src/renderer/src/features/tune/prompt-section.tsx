import { useRef, useState } from 'react'
import { COMMAND_TEXT_LIMIT } from '../../../../shared/limits.ts'
import { text } from '../../text/en.ts'
import { Button } from '../../ui/button.tsx'
import { TextBox } from '../../ui/field.tsx'
import { Segmented } from '../../ui/segmented.tsx'
import { PromptCounter } from '../composer/prompt-counter.tsx'
import { useApp } from '../session/assistant-context.tsx'
import { insertText } from './insert-text.ts'
import { RoleMenu, type TakenRole } from './role-menu.tsx'
import { supportOf } from './support.ts'
import { TuneSection } from './tune-section.tsx'
import { useCommand } from './use-command.ts'

type Mode = 'append' | 'replace'

/** Adding to the prompt and replacing it are two things apart: each has its own text, button and result. */
export function PromptSection() {
  const support = useApp((state) => state.support)
  const [mode, setMode] = useState<Mode>('append')
  const [drafts, setDrafts] = useState({ append: '', replace: '' })
  const slots = { append: useCommand(), replace: useCommand() }
  const replaceRef = useRef<HTMLTextAreaElement>(null)
  const { outcome, sending, send, refuse, tell, clear } = slots[mode]
  const words = text.tune.prompt
  const draft = drafts[mode]

  const submit = async (): Promise<void> => {
    if (mode === 'replace') {
      await send({ kind: 'replace-prompt', text: draft }, words.replaced)
      return
    }
    const done = await send({ kind: 'append-prompt', text: draft }, words.added)
    // What was typed meanwhile stays.
    if (done) setDrafts((now) => (now.append === draft ? { ...now, append: '' } : now))
  }

  const take = (taken: TakenRole): void => {
    if (taken.kind === 'none') {
      refuse(taken.problem)
      return
    }
    if (replaceRef.current === null) return
    insertText(replaceRef.current, taken.role)
    tell(text.tune.role.taken(taken.from))
  }

  return (
    <TuneSection
      title={words.title}
      support={supportOf(support, mode === 'append' ? 'append-prompt' : 'replace-prompt')}
      outcome={outcome}
      startsOpen
      head={
        <>
          <Segmented
            label={words.modeLabel}
            value={mode}
            onChange={setMode}
            choices={[
              { value: 'append', label: words.append },
              { value: 'replace', label: words.replace }
            ]}
          />
          <p className="text-small text-ink-soft">{words.about[mode]}</p>
        </>
      }
    >
      <TextBox
        key={mode}
        ref={mode === 'replace' ? replaceRef : null}
        label={words.label[mode]}
        placeholder={words.label[mode]}
        maxLength={COMMAND_TEXT_LIMIT}
        value={draft}
        onChange={(value) => {
          setDrafts({ ...drafts, [mode]: value })
          clear()
        }}
      />
      <PromptCounter draft={draft} replaces={mode === 'replace'} />
      <div className="flex flex-wrap gap-2">
        <Button size="small" tone="primary" disabled={sending || draft.trim() === ''} onClick={() => void submit()}>
          {words.send[mode]}
        </Button>
        {mode === 'replace' && <RoleMenu disabled={sending} onTake={take} />}
      </div>
    </TuneSection>
  )
}
