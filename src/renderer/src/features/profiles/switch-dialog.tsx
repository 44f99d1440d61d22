import { AlertDialog } from 'radix-ui'
import { useState } from 'react'
import type { ProfileSummary } from '../../../../shared/profile.ts'
import { text } from '../../text/en.ts'
import { Button } from '../../ui/button.tsx'
import { Check } from '../../ui/field.tsx'
import { useApp, useController } from '../session/assistant-context.tsx'
import { messageOf } from '../session/controller.ts'
import { conversationAgent } from '../session/state.ts'

const words = text.profiles.change

interface SwitchDialogProps {
  /** The agent to talk to instead; null: nothing is asked. */
  profile: ProfileSummary | null
  onClose: () => void
}

/** Asks before a conversation that runs is ended for one with another agent. */
export function SwitchDialog({ profile, onClose }: SwitchDialogProps) {
  const controller = useController()
  const now = useApp(conversationAgent)
  const [carry, setCarry] = useState(true)
  const [problem, setProblem] = useState('')
  const close = (): void => {
    setProblem('')
    onClose()
  }
  const change = async (): Promise<void> => {
    if (profile === null) return
    setProblem('')
    try {
      await controller.switchTo(profile.id, carry)
      close()
    } catch (cause) {
      setProblem(messageOf(cause))
    }
  }
  return (
    <AlertDialog.Root
      open={profile !== null}
      onOpenChange={(open) => {
        if (!open) close()
      }}
    >
      <AlertDialog.Portal>
        <AlertDialog.Overlay className="fade fixed inset-0 z-40 bg-overlay" />
        <AlertDialog.Content className="enter fixed top-1/2 left-1/2 z-40 flex max-h-[calc(100dvh-2rem)] w-[calc(100vw-1.5rem)] max-w-md -translate-x-1/2 -translate-y-1/2 flex-col gap-1 rounded-2xl border border-line bg-surface p-5 shadow-float outline-none">
          <AlertDialog.Title className="text-title font-semibold wrap-anywhere">
            {words.title(profile?.name ?? '')}
          </AlertDialog.Title>
          <AlertDialog.Description className="text-ink-soft wrap-anywhere">{words.about(now)}</AlertDialog.Description>
          <div className="mt-3">
            <Check label={words.carry} checked={carry} onChange={setCarry} />
            <p className="mt-0.5 pl-6 text-small text-ink-soft">{words.carryAbout}</p>
          </div>
          <p role="alert" className="mt-2 text-danger wrap-anywhere empty:hidden">
            {problem}
          </p>
          <div className="mt-4 flex flex-wrap justify-end gap-2">
            <AlertDialog.Cancel asChild>
              <Button>{words.stay}</Button>
            </AlertDialog.Cancel>
            <Button tone="primary" onClick={() => void change()}>
              {words.now}
            </Button>
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  )
}
