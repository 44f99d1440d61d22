import { assertNever } from '../../../../shared/assert-never.ts'
import { clsx } from 'clsx'
import type { SessionState } from '../../../../shared/events.ts'
import { text } from '../../text/en.ts'
import { useApp } from '../session/assistant-context.tsx'
import { isTextOnly, toldSession } from '../session/state.ts'
import { gateOpen } from '../session/gate.ts'
import { endedQuietly, statusOf } from '../session/status.ts'
import { isHalfDuplex } from '../sound/sound-notes.ts'
import { VoiceCanvas } from './voice-canvas.tsx'
import type { StringMode } from './voice-string.ts'

function modeOf(session: SessionState): StringMode {
  switch (session.phase) {
    case 'idle':
      return 'slack'
    case 'connecting':
    case 'handshaking':
    case 'configuring':
    case 'reconnecting':
      return 'reaching'
    case 'live':
      return session.activity === 'thinking' ? 'thinking' : 'taut'
    case 'ended':
      return endedQuietly(session.reason) ? 'slack' : 'cut'
    default:
      return assertNever(session)
  }
}

function speakerOf(session: SessionState): 'user' | 'agent' | null {
  if (session.phase !== 'live') return null
  if (session.activity === 'userSpeaking') return 'user'
  return session.activity === 'agentSpeaking' ? 'agent' : null
}

/** Who is speaking: both names, the string between them, and one sentence. `low`: nothing is above or below it yet. */
export function VoiceStage({ agent, low }: { agent: string; low: boolean }) {
  const state = useApp((all) => all)
  const session = toldSession(state)
  const speaker = speakerOf(session)
  const status = statusOf({
    ...state,
    session,
    held: state.pushToTalk.kind === 'open',
    talkMode: state.preferences.talkMode,
    textOnly: isTextOnly(state),
    halfDuplex: isHalfDuplex(state),
    agent
  })
  return (
    <section
      className={clsx(
        'flex flex-col items-center pt-1 pb-2 transition-[margin] duration-300 ease-settle wide:pt-5 wide:pb-3',
        low && 'mt-[8dvh] wide:mt-[14dvh]'
      )}
    >
      <div className="grid w-full grid-cols-[auto_minmax(0,1fr)_auto] items-center">
        <Person name={text.people.you} speaks={speaker === 'user'} side="left" />
        <div className="-mx-0.5 h-14 wide:h-24">
          <VoiceCanvas mode={modeOf(session)} speaker={speaker} userHeard={gateOpen(state)} />
        </div>
        <Person name={agent} speaks={speaker === 'agent'} side="right" />
      </div>
      <div aria-live="polite" aria-atomic className="mt-1 text-center">
        <p className="line-clamp-2 text-state font-medium wrap-anywhere">{status.title}</p>
        <p className="min-h-6 text-ink-soft">{status.hint}</p>
      </div>
    </section>
  )
}

function Person({ name, speaks, side }: { name: string; speaks: boolean; side: 'left' | 'right' }) {
  return (
    <span
      aria-hidden
      className={clsx('flex max-w-28 items-center gap-2.5 wide:max-w-48', side === 'left' && 'flex-row-reverse')}
    >
      <span
        className={clsx(
          'size-2.5 shrink-0 rounded-full border transition-shadow duration-200',
          side === 'left' ? 'border-ink bg-ink' : 'border-accent bg-accent',
          speaks && (side === 'left' ? 'shadow-[0_0_0_5px_var(--line)]' : 'shadow-[0_0_0_5px_var(--accent-soft)]')
        )}
      />
      <span
        className={clsx(
          'truncate text-small transition-colors duration-200',
          speaks ? 'font-semibold text-ink' : 'text-ink-soft'
        )}
      >
        {name}
      </span>
    </span>
  )
}
