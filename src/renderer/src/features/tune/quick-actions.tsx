import { type ComponentProps, useId } from 'react'
import type { Command, SupportKey } from '../../../../shared/commands.ts'
import { text } from '../../text/en.ts'
import { Button } from '../../ui/button.tsx'
import { useApp } from '../session/assistant-context.tsx'
import { NOISY_ROOM_SILENCE_MS } from './ranges.ts'
import { OutcomeLine } from './state-line.tsx'
import { supportNote, supportOf } from './support.ts'
import { SupportBadge } from './tune-section.tsx'
import { useCommand } from './use-command.ts'

interface QuickAction {
  label: string
  /** What it does, where that is not what it is called. */
  about: string
  key: SupportKey
  command: Command
  applied: string
}

const actions = {
  endTurn: {
    label: text.tune.turns.end,
    about: '',
    key: 'end-turn',
    command: { kind: 'end-turn' },
    applied: text.tune.turns.ended
  },
  noisyRoom: {
    label: text.tune.noisy.title,
    about: text.tune.noisy.about,
    key: 'set-turn-detection/silenceDurationMs',
    command: { kind: 'set-turn-detection', silenceDurationMs: NOISY_ROOM_SILENCE_MS },
    applied: text.tune.noisy.applied
  }
} as const satisfies Record<string, QuickAction>

/** What is done with one press: C42, the person's turn is over; N22, the room is noisy. */
export function QuickActions() {
  const endTurn = useQuickAction(actions.endTurn)
  const noisyRoom = useQuickAction(actions.noisyRoom)
  return (
    <div className="flex flex-col gap-1.5 border-b border-line pb-3">
      <div className="flex flex-wrap gap-2">
        <Button size="small" {...endTurn.button}>
          {actions.endTurn.label}
        </Button>
        <Button size="small" {...noisyRoom.button}>
          {actions.noisyRoom.label}
        </Button>
      </div>
      {[endTurn.note, noisyRoom.note]}
    </div>
  )
}

function useQuickAction({ label, about, key, command, applied }: QuickAction): {
  button: Pick<ComponentProps<'button'>, 'disabled' | 'onClick' | 'aria-describedby'>
  note: React.ReactNode
} {
  const noteId = useId()
  const live = useApp((state) => state.session.phase === 'live')
  const table = useApp((state) => state.support)
  const { outcome, sending, send } = useCommand()
  const support = supportOf(table, key)
  // What is noted of a native one stands in its section.
  const how = support?.kind === 'native' ? '' : supportNote(support)
  const sentences = [about, how].filter((sentence) => sentence !== '').join(' ')
  return {
    button: {
      disabled: !live || sending || support?.kind === 'unsupported',
      'aria-describedby': noteId,
      onClick: () => void send(command, applied)
    },
    note: (
      <div key={key} className="text-small text-ink-soft">
        {sentences !== '' && (
          <p className="flex flex-wrap items-center gap-x-2">
            <span className="font-medium text-ink">{label}</span>
            {how !== '' && <SupportBadge support={support} />}
          </p>
        )}
        <p id={noteId} className="wrap-anywhere empty:hidden">
          {sentences}
        </p>
        <OutcomeLine outcome={outcome} />
      </div>
    )
  }
}
