import { clsx } from 'clsx'
import { X } from 'lucide-react'
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import type { ProfileList } from '../../../../shared/ipc/contract.ts'
import type { ProfileId } from '../../../../shared/profile.ts'
import { text } from '../../text/en.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { useApp, useController } from '../session/assistant-context.tsx'
import { chosenProfile } from '../session/state.ts'
import { OutcomeLine } from './state-line.tsx'
import { supportNote, supportOf } from './support.ts'
import type { Outcome } from './use-command.ts'
import { useOfConversation } from './use-of-conversation.ts'

type Asking = 'no' | 'yes' | 'declined'

/** What differs from the saved agent, and the two ways out of it. Absent while nothing differs and nothing is to be told. */
export function ChangesBar() {
  const barRef = useRef<HTMLElement>(null)
  const isChanged = useApp((state) => state.changes.length > 0)
  const title = useApp(({ changes }) =>
    changes.length === 0 ? text.tune.changes.none : text.tune.changes.some(changes)
  )
  const { outcome, busy, save, revert, hide } = useChanges()
  const [asking, setAsking] = useState<Asking>('no')
  // The next change does not begin with a question.
  if (!isChanged && asking !== 'no') setAsking('no')
  if (!isChanged && outcome === null) return null

  /** The buttons go away or are disabled: the keyboard stays here. */
  const stay = (act: () => void): void => {
    setAsking('no')
    barRef.current?.focus()
    act()
  }

  return (
    <section
      ref={barRef}
      tabIndex={-1}
      aria-label={title}
      className={clsx('border-t border-line px-4 pb-2.5 -outline-offset-2', isChanged ? 'pt-2.5' : 'pt-1')}
    >
      {isChanged && <p className="text-small wrap-anywhere">{title}</p>}
      {isChanged && asking !== 'yes' && (
        <Choices
          busy={busy}
          backFromAsking={asking === 'declined'}
          onSave={() => {
            stay(save)
          }}
          onRevert={() => {
            setAsking('yes')
          }}
        />
      )}
      {isChanged && asking === 'yes' && (
        <AskToRevert
          onRevert={() => {
            stay(revert)
          }}
          onKeep={() => {
            setAsking('declined')
          }}
        />
      )}
      <div className="flex items-center gap-2">
        <div className="min-w-0 flex-1">
          <OutcomeLine outcome={outcome} />
        </div>
        {!isChanged && (
          <IconButton
            label={text.tune.changes.hide}
            icon={X}
            size="small"
            className="mt-1.5"
            onClick={(event) => {
              event.currentTarget.closest('aside')?.focus()
              hide()
            }}
          />
        )}
      </div>
    </section>
  )
}

interface ChoicesProps {
  busy: boolean
  /** The question was answered with no: the focus goes back to where it came from. */
  backFromAsking: boolean
  onSave: () => void
  onRevert: () => void
}

function Choices({ busy, backFromAsking, onSave, onRevert }: ChoicesProps) {
  const live = useApp((state) => state.session.phase === 'live')
  const support = useApp((state) => supportOf(state.support, 'revert-changes'))
  const isOwn = useApp((state) => chosenProfile(state)?.builtIn === false)
  const noteId = useId()
  const revertRef = useRef<HTMLButtonElement>(null)
  const words = text.tune.changes
  useEffect(() => {
    if (backFromAsking) revertRef.current?.focus()
  }, [backFromAsking])
  const why = support?.kind === 'unsupported' ? support.why : ''
  return (
    <>
      <div className="mt-1.5 flex flex-wrap gap-2">
        <Button size="small" tone="primary" disabled={busy} onClick={onSave}>
          {isOwn ? words.save : words.saveNew}
        </Button>
        <Button
          ref={revertRef}
          size="small"
          aria-describedby={noteId}
          disabled={busy || !live || why !== ''}
          onClick={onRevert}
        >
          {words.revert}
        </Button>
      </div>
      <p id={noteId} className="mt-1.5 text-small text-ink-soft wrap-anywhere empty:hidden">
        {why}
      </p>
    </>
  )
}

/** Says what reverting does before it is done. The first focus and Escape mean "no". */
function AskToRevert({ onRevert, onKeep }: { onRevert: () => void; onKeep: () => void }) {
  const keepRef = useRef<HTMLButtonElement>(null)
  const aboutId = useId()
  const live = useApp((state) => state.session.phase === 'live')
  const speaking = useApp((state) => state.session.phase === 'live' && state.session.activity === 'agentSpeaking')
  const how = useApp((state) => supportNote(supportOf(state.support, 'revert-changes')))
  const words = text.tune.changes
  useEffect(() => {
    keepRef.current?.focus()
  }, [])

  const onKeyDown = (event: KeyboardEvent): void => {
    // A speaking agent is stopped first.
    if (event.key !== 'Escape' || event.nativeEvent.isComposing || speaking) return
    event.preventDefault()
    onKeep()
  }

  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Escape from either button
    <fieldset aria-labelledby={aboutId} onKeyDown={onKeyDown} className="mt-1.5 flex flex-col gap-2">
      <p id={aboutId} className="text-small text-ink-soft wrap-anywhere">
        {how === '' ? words.revertAbout : how}
      </p>
      <div className="flex flex-wrap gap-2">
        <Button size="small" tone="danger" disabled={!live} onClick={onRevert}>
          {words.revertNow}
        </Button>
        <Button ref={keepRef} size="small" onClick={onKeep}>
          {words.keep}
        </Button>
      </div>
    </fieldset>
  )
}

/** `isNew`: the agent in use could not be written; the new one is chosen in its place. */
type Said =
  { kind: 'outcome'; outcome: Outcome } | { kind: 'saved'; id: ProfileId; isNew: boolean; warnings: readonly string[] }

interface Changes {
  outcome: Outcome | null
  busy: boolean
  save: () => void
  revert: () => void
  hide: () => void
}

/** Saving and reverting, and what became of it; told until something is changed again. */
function useChanges(): Changes {
  const controller = useController()
  const profiles = useApp((state) => state.profiles)
  const [busy, setBusy] = useState(false)
  const [said, setSaid] = useOfConversation<Said | null>(null, (now, isChanged) => (isChanged ? null : now))
  const words = text.tune.changes
  const say = (tone: Outcome['tone'], message: string): void => {
    setSaid(() => ({ kind: 'outcome', outcome: { tone, message } }))
  }

  const save = async (): Promise<void> => {
    const chosenId = profiles?.chosenId
    setBusy(true)
    say('open', words.saving)
    const result = await controller.saveChanges()
    setBusy(false)
    if (!result.saved) {
      say('danger', result.problem)
      return
    }
    const { id, warnings } = result
    setSaid(() => ({ kind: 'saved', id, isNew: id !== chosenId, warnings }))
  }

  const revert = async (): Promise<void> => {
    setBusy(true)
    say('open', words.reverting)
    const result = await controller.send({ kind: 'revert-changes' })
    setBusy(false)
    if (result.outcome === 'applied') say('done', words.reverted)
    else say(result.outcome === 'unconfirmed' ? 'unsure' : 'danger', result.reason)
  }

  return {
    outcome: said === null ? null : said.kind === 'outcome' ? said.outcome : savedOutcome(said, profiles),
    busy,
    save: () => void save(),
    revert: () => void revert(),
    hide: () => {
      setSaid(() => null)
    }
  }
}

/** Into which agent it went. */
function savedOutcome(saved: Extract<Said, { kind: 'saved' }>, profiles: ProfileList | null): Outcome {
  const words = text.tune.changes
  const name = profiles?.profiles.find(({ id }) => id === saved.id)?.name
  const where = saved.isNew ? words.savedNew(name) : words.saved
  return { tone: 'done', message: [where, ...saved.warnings].join(' ') }
}
