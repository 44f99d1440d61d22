import { useId } from 'react'
import { text } from '../../text/en.ts'
import { Button } from '../../ui/button.tsx'
import { useApp } from '../session/assistant-context.tsx'
import { supportNote, supportOf } from './support.ts'
import { OutcomeLine, SupportBadge, SupportNote } from './tune-section.tsx'
import { useCommand } from './use-command.ts'

/** Ends the person's turn at once; C42: natively on Flux only, and the badge says how it is done elsewhere. */
export function EndTurn() {
  const noteId = useId()
  const live = useApp((state) => state.session.phase === 'live')
  const support = useApp((state) => supportOf(state.support, 'end-turn'))
  const { outcome, sending, send } = useCommand()
  return (
    <div className="border-b border-line pb-3">
      <div className="flex items-center gap-2">
        <Button
          size="small"
          aria-describedby={noteId}
          disabled={!live || sending || support?.kind === 'unsupported'}
          onClick={() => void send({ kind: 'end-turn' })}
        >
          {text.tune.turns.end}
        </Button>
        <span className="flex-1" />
        <SupportBadge support={support} />
      </div>
      <div className="mt-1.5 -mb-1.5">
        <SupportNote id={noteId} note={supportNote(support)} />
      </div>
      <OutcomeLine outcome={outcome} />
    </div>
  )
}
