import { clsx } from 'clsx'
import { AudioLines, MessageSquareText, Mic, MicOff, Phone, PhoneOff, Square } from 'lucide-react'
import { text } from '../../text/en.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { useApp, useController } from '../session/assistant-context.tsx'
import { isActive, isTextOnly } from '../session/state.ts'
import { useHoldToTalk } from './use-hold-to-talk.ts'

/** The one row of large controls: start, or talk, stop and hang up. */
export function TalkControls() {
  const controller = useController()
  const session = useApp((state) => state.session)
  const textOnly = useApp(isTextOnly)
  const ended = session.phase === 'ended'
  if (!isActive(session)) {
    const first = textOnly ? text.session.connectText : text.session.connect
    const again = textOnly ? text.session.connectTextAgain : text.session.connectAgain
    return (
      <Button
        tone="primary"
        size="large"
        icon={textOnly ? MessageSquareText : Phone}
        className="w-full"
        onClick={() => {
          controller.connect()
        }}
      >
        {ended ? again : first}
      </Button>
    )
  }
  const begun = session.phase === 'live' || session.phase === 'reconnecting'
  if (textOnly) return <TextControls begun={begun} />
  return <LiveControls begun={begun} speaking={session.phase === 'live' && session.activity === 'agentSpeaking'} />
}

/** Of an agent without audio: there is nothing to talk with. */
function TextControls({ begun }: { begun: boolean }) {
  return (
    <div className="flex items-center gap-3">
      <MessageSquareText aria-hidden className="size-5 shrink-0 text-ink-soft" />
      <p className="min-w-0 flex-1">
        {text.session.textOnly}.<span className="block text-small text-ink-soft">{text.session.textOnlyAbout}</span>
      </p>
      <HangUp begun={begun} />
    </div>
  )
}

function HangUp({ begun }: { begun: boolean }) {
  const controller = useController()
  return (
    <IconButton
      label={begun ? text.session.hangUp : text.session.cancel}
      icon={PhoneOff}
      size="large"
      tone="danger"
      onClick={() => {
        controller.hangUp()
      }}
    />
  )
}

function LiveControls({ begun, speaking }: { begun: boolean; speaking: boolean }) {
  const controller = useController()
  const mode = useApp((state) => state.preferences.talkMode)
  const muted = useApp((state) => state.muted)
  const microphoneFailed = useApp((state) => state.microphone.kind === 'failed')
  const toggleMute = (): void => {
    controller.setMuted(!muted)
  }
  const muteLabel = muted ? text.talk.unmute : text.talk.mute
  return (
    <div className="flex gap-2">
      {mode === 'push-to-talk' ? (
        <HoldButton disabled={muted || microphoneFailed} />
      ) : (
        <Button
          size="large"
          tone={muted ? 'outline' : 'soft'}
          icon={muted ? MicOff : Mic}
          aria-label={`${muted ? text.talk.muted : text.talk.open}. ${muteLabel}`}
          disabled={microphoneFailed}
          className="min-w-0 flex-1"
          onClick={toggleMute}
        >
          {muted ? text.talk.muted : text.talk.open}
        </Button>
      )}
      {mode === 'push-to-talk' && (
        <IconButton
          label={muteLabel}
          icon={muted ? MicOff : Mic}
          size="large"
          tone="outline"
          className={clsx(muted && 'border-warn! text-warn!')}
          disabled={microphoneFailed}
          onClick={toggleMute}
        />
      )}
      <IconButton
        label={`${text.session.stopSpeaking} (${text.session.stopSpeakingKey})`}
        icon={Square}
        size="large"
        tone="outline"
        disabled={!speaking}
        onClick={() => {
          void controller.stopSpeaking()
        }}
      />
      <HangUp begun={begun} />
    </div>
  )
}

function HoldButton({ disabled }: { disabled: boolean }) {
  const held = useApp((state) => state.pushToTalk.kind === 'open')
  const buttonRef = useHoldToTalk(!disabled)
  return (
    <Button
      ref={buttonRef}
      size="large"
      tone={held ? 'primary' : 'soft'}
      icon={AudioLines}
      aria-pressed={held}
      disabled={disabled}
      className={clsx('min-w-0 flex-1 touch-none max-wide:px-2', held && 'shadow-[0_0_0_4px_var(--accent-soft)]')}
    >
      <span className="truncate">{held ? text.talk.holding : text.talk.hold}</span>
      {!held && (
        <kbd className="rounded border border-current px-1.5 font-sans text-small leading-5 max-wide:hidden">
          {text.talk.key}
        </kbd>
      )}
    </Button>
  )
}
