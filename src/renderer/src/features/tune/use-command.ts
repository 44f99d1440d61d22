import { useState } from 'react'
import type { Command } from '../../../../shared/commands.ts'
import { text } from '../../text/en.ts'
import { useApp, useController } from '../session/assistant-context.tsx'

export interface Outcome {
  tone: 'soft' | 'danger'
  message: string
}

interface CommandSlot {
  sending: boolean
  /** What became of the last command from this place in this conversation. */
  outcome: Outcome | null
  /** True when it was done, or may have been. `applied` is what is said then. */
  send: (command: Command, applied?: string) => Promise<boolean>
  /** Says what is wrong with what was typed; nothing was sent. */
  refuse: (problem: string) => void
  clear: () => void
}

/** Sends commands from one place of the screen and keeps the result for that place. */
export function useCommand(): CommandSlot {
  const controller = useController()
  const conversation = useApp((state) => state.conversation)
  const [sending, setSending] = useState(false)
  const [last, setLast] = useState<{ outcome: Outcome; conversation: number } | null>(null)
  const say = (tone: Outcome['tone'], message: string): void => {
    setLast({ outcome: { tone, message }, conversation })
  }

  return {
    sending,
    outcome: last !== null && last.conversation === conversation ? last.outcome : null,
    send: async (command, applied = text.tune.outcome.applied) => {
      setSending(true)
      say('soft', text.tune.outcome.sending)
      const result = await controller.send(command)
      setSending(false)
      if (result.outcome === 'applied') say('soft', applied)
      else if (result.outcome === 'unconfirmed') say('soft', text.tune.outcome.unconfirmed(result.reason))
      else say('danger', result.reason)
      return result.outcome === 'applied' || result.outcome === 'unconfirmed'
    },
    refuse: (problem) => {
      say('danger', problem)
    },
    clear: () => {
      setLast(null)
    }
  }
}
