import { clsx } from 'clsx'
import { ArrowUp, LoaderCircle } from 'lucide-react'
import { type KeyboardEvent, useRef, useState } from 'react'
import { COMMAND_TEXT_LIMIT } from '../../../../shared/limits.ts'
import { text } from '../../text/en.ts'
import { IconButton } from '../../ui/button.tsx'
import { useApp } from '../session/assistant-context.tsx'
import { isActive } from '../session/state.ts'
import { choiceSupport, initialTimings, possible, purposeObstacle, type Purpose } from './composer-choice.ts'
import { PurposeMenu, TimingMenu } from './composer-menus.tsx'
import { PromptCounter } from './prompt-counter.tsx'
import { useOutbox } from './use-outbox.ts'

/** Typing to the agent. A text that was refused comes back here, with the reason, so that nothing is lost. */
export function Composer() {
  const active = useApp((state) => isActive(state.session))
  const support = useApp((state) => state.support)
  const [wanted, setWanted] = useState<Purpose>('message')
  const [chosen, setChosen] = useState(initialTimings)
  const boxRef = useRef<HTMLTextAreaElement>(null)
  const { draft, setDraft, feedback, held, sending, send } = useOutbox()

  // The next agent may not do what was chosen for the last one.
  const purpose = purposeObstacle(support, wanted) === '' ? wanted : 'message'
  const now = possible(support, purpose, chosen)
  const { obstacle } = choiceSupport(support, purpose, now[purpose])
  const canSend = active && obstacle === '' && draft.trim() !== ''
  const focusBox = (): void => boxRef.current?.focus()

  const submit = (): void => {
    if (canSend) void send(purpose, now)
  }

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
    event.preventDefault()
    submit()
  }

  return (
    <form
      hidden={!active}
      className="rounded-xl border border-line-strong bg-surface focus-within:border-accent focus-within:outline-1 focus-within:outline-accent"
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <div className="flex items-end gap-1 p-1.5">
        <textarea
          ref={boxRef}
          aria-label={text.composer.label}
          aria-describedby="composer-feedback"
          placeholder={text.composer.purpose[purpose].placeholder}
          value={draft}
          maxLength={COMMAND_TEXT_LIMIT}
          rows={1}
          className="field-sizing-content block max-h-40 min-w-0 flex-1 resize-none self-center bg-transparent px-2.5 py-1.5 outline-none placeholder:text-ink-soft"
          onChange={(event) => {
            setDraft(event.target.value)
          }}
          onKeyDown={onKeyDown}
        />
        <PurposeMenu purpose={purpose} support={support} onChange={setWanted} focusAfter={focusBox} />
        <TimingMenu purpose={purpose} chosen={now} support={support} onChange={setChosen} focusAfter={focusBox} />
        <IconButton
          label={text.composer.send}
          icon={sending ? LoaderCircle : ArrowUp}
          tone="primary"
          size="small"
          type="submit"
          disabled={!canSend}
        />
      </div>
      <div className="flex flex-wrap items-center justify-between gap-x-4 px-4">
        <output
          id="composer-feedback"
          className={clsx(
            'min-w-0 text-small wrap-anywhere not-empty:pb-2',
            obstacle !== '' || feedback?.tone === 'danger' ? 'text-danger' : 'text-ink-soft'
          )}
        >
          {obstacle === '' ? (feedback?.message ?? (held > 0 ? text.composer.held(held) : '')) : obstacle}
        </output>
        {purpose === 'append-prompt' && <PromptCounter draft={draft} />}
      </div>
    </form>
  )
}
