import { clsx } from 'clsx'
import { ArrowUp, ChevronDown, LoaderCircle } from 'lucide-react'
import { type KeyboardEvent, useRef, useState } from 'react'
import { COMMAND_TEXT_LIMIT } from '../../../../shared/limits.ts'
import { text } from '../../text/en.ts'
import { IconButton } from '../../ui/button.tsx'
import { Menu, MenuChoices } from '../../ui/menu.tsx'
import { useApp, useController } from '../session/assistant-context.tsx'
import { isActive } from '../session/state.ts'
import { commandOf, composerModes, type ComposerMode } from './composer-mode.ts'
import { PromptCounter } from './prompt-counter.tsx'

type Feedback = { tone: 'soft' | 'danger'; message: string } | null

/** Typing to the agent. A text that was refused stays here, with the reason, so that nothing is lost. */
export function Composer() {
  const controller = useController()
  const active = useApp((state) => isActive(state.session))
  const [mode, setMode] = useState<ComposerMode>('user-text')
  const [draft, setDraft] = useState('')
  const [sending, setSending] = useState(false)
  const [feedback, setFeedback] = useState<Feedback>(null)
  const boxRef = useRef<HTMLTextAreaElement>(null)
  const canSend = active && !sending && draft.trim() !== ''

  const send = async (): Promise<void> => {
    if (!canSend) return
    setSending(true)
    setFeedback(null)
    const result = await controller.send(commandOf(mode, draft))
    setSending(false)
    if (result.outcome === 'refused' || result.outcome === 'failed') {
      setFeedback({ tone: 'danger', message: result.reason })
      return
    }
    setDraft('')
    const message =
      result.outcome === 'unconfirmed' ? text.composer.unconfirmed(result.reason) : text.composer.applied[mode]
    setFeedback(message === '' ? null : { tone: 'soft', message })
  }

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
    event.preventDefault()
    void send()
  }

  const words = text.composer.mode[mode]
  return (
    <form
      className="rounded-xl border border-line-strong bg-surface focus-within:border-accent focus-within:outline-1 focus-within:outline-accent"
      onSubmit={(event) => {
        event.preventDefault()
        void send()
      }}
    >
      <div className="flex items-end gap-1 p-1.5">
        <textarea
          ref={boxRef}
          aria-label={text.composer.label}
          aria-describedby="composer-feedback"
          placeholder={words.placeholder}
          value={draft}
          maxLength={COMMAND_TEXT_LIMIT}
          rows={1}
          className="field-sizing-content block max-h-40 min-w-0 flex-1 resize-none self-center bg-transparent px-2.5 py-1.5 outline-none placeholder:text-ink-soft"
          onChange={(event) => {
            setDraft(event.target.value)
            setFeedback(null)
          }}
          onKeyDown={onKeyDown}
        />
        <ModeMenu mode={mode} onChange={setMode} focusAfter={() => boxRef.current?.focus()} />
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
            'text-small wrap-anywhere not-empty:pb-2',
            feedback?.tone === 'danger' ? 'text-danger' : 'text-ink-soft'
          )}
        >
          {feedback?.message}
        </output>
        {mode === 'append-prompt' && <PromptCounter draft={draft} />}
      </div>
    </form>
  )
}

interface ModeMenuProps {
  mode: ComposerMode
  onChange: (mode: ComposerMode) => void
  focusAfter: () => void
}

function ModeMenu({ mode, onChange, focusAfter }: ModeMenuProps) {
  return (
    <Menu
      focusAfter={focusAfter}
      trigger={
        <button
          type="button"
          aria-label={`${text.composer.modeLabel}: ${text.composer.mode[mode].name}`}
          className="inline-flex h-8 shrink-0 items-center gap-1 rounded-lg px-2 text-small text-ink-soft transition-colors duration-100 hover:bg-sunken hover:text-ink data-[state=open]:bg-sunken"
        >
          {text.composer.mode[mode].name}
          <ChevronDown aria-hidden className="size-3.5" />
        </button>
      }
    >
      <MenuChoices
        value={mode}
        onChange={onChange}
        choices={composerModes.map((value) => ({
          value,
          label: text.composer.mode[value].name,
          about: text.composer.mode[value].about
        }))}
      />
    </Menu>
  )
}
