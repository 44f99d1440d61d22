import { clsx } from 'clsx'
import { type KeyboardEvent, useState } from 'react'
import type { CommandResult } from '../../../../shared/commands.ts'
import { COMMAND_TEXT_LIMIT } from '../../../../shared/limits.ts'
import { text } from '../../text/en.ts'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { useApp, useController } from '../session/assistant-context.tsx'
import { supportOf } from './support.ts'
import { TuneSection } from './tune-section.tsx'

interface Announcement {
  id: number
  conversation: number
  words: string
  result: CommandResult | null
}

/** Most that are listed; the oldest go first. */
const LISTED = 20

/** Rule I14: progress of something long, said in order. Each line tells what became of it. */
export function AnnounceSection() {
  const controller = useController()
  const support = useApp((state) => state.support)
  const conversation = useApp((state) => state.conversation)
  const [draft, setDraft] = useState('')
  const [all, setAll] = useState<readonly Announcement[]>([])
  const words = text.tune.announce
  const listed = all.filter((announcement) => announcement.conversation === conversation)

  const add = async (): Promise<void> => {
    if (draft.trim() === '') return
    const id = (all.at(-1)?.id ?? 0) + 1
    setAll([...all, { id, conversation, words: draft, result: null }].slice(-LISTED))
    setDraft('')
    const result = await controller.send({ kind: 'announce', text: draft })
    setAll((now) => now.map((announcement) => (announcement.id === id ? { ...announcement, result } : announcement)))
  }

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || event.nativeEvent.isComposing) return
    event.preventDefault()
    void add()
  }

  return (
    <TuneSection title={words.title} support={supportOf(support, 'announce')} outcome={null}>
      <p className="text-small text-ink-soft">{words.about}</p>
      <div className="flex items-end gap-2">
        <TextField
          label={words.label}
          value={draft}
          onChange={setDraft}
          maxLength={COMMAND_TEXT_LIMIT}
          onKeyDown={onKeyDown}
          className="flex-1"
        />
        <Button className="h-9!" disabled={draft.trim() === ''} onClick={() => void add()}>
          {words.send}
        </Button>
      </div>
      {listed.length > 0 && (
        <ol aria-label={words.list} aria-live="polite" className="flex flex-col gap-1 text-small">
          {listed.map((announcement) => (
            <Row key={announcement.id} announcement={announcement} />
          ))}
        </ol>
      )}
    </TuneSection>
  )
}

function Row({ announcement: { words, result } }: { announcement: Announcement }) {
  const failed = result?.outcome === 'refused' || result?.outcome === 'failed'
  return (
    <li className="flex flex-wrap gap-x-2">
      <span className="min-w-0 flex-1 wrap-anywhere">{words}</span>
      <span className={clsx('shrink-0', failed ? 'text-danger' : 'text-ink-soft')}>{stateOf(result)}</span>
      {result !== null && result.outcome !== 'applied' && (
        <span className="w-full text-ink-soft wrap-anywhere">{result.reason}</span>
      )}
    </li>
  )
}

function stateOf(result: CommandResult | null): string {
  if (result === null) return text.tune.announce.waiting
  if (result.outcome === 'applied') return text.tune.announce.said
  return result.outcome === 'unconfirmed' ? text.tune.announce.unconfirmed : text.tune.announce.failed
}
