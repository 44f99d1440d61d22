import { useState } from 'react'
import type { Command } from '../../../../shared/commands.ts'
import { text } from '../../text/en.ts'
import { useController } from '../session/assistant-context.tsx'
import { useOfConversation } from './use-of-conversation.ts'

/** `open`: not answered yet. `unsure`: it may have been done. */
export interface Outcome {
  tone: 'open' | 'done' | 'unsure' | 'danger'
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
  /** Says what was done here without sending anything. */
  tell: (message: string) => void
  clear: () => void
}

/** Sends commands from one place of the screen and keeps the result for that place. */
export function useCommand(): CommandSlot {
  const controller = useController()
  const [sending, setSending] = useState(false)
  const [outcome, setOutcome] = useOfConversation<Outcome | null>(null, (now, isChanged) =>
    isChanged || !(now?.tone === 'done' || now?.tone === 'unsure') ? now : null
  )
  const say = (tone: Outcome['tone'], message: string): void => {
    setOutcome(() => ({ tone, message }))
  }

  return {
    sending,
    outcome,
    send: async (command, applied = text.tune.outcome.applied) => {
      setSending(true)
      say('open', text.tune.outcome.sending)
      const result = await controller.send(command)
      setSending(false)
      if (result.outcome === 'applied') say('done', applied)
      else if (result.outcome === 'unconfirmed') say('unsure', text.tune.outcome.unconfirmed(result.reason))
      else say('danger', result.reason)
      return result.outcome === 'applied' || result.outcome === 'unconfirmed'
    },
    refuse: (problem) => {
      say('danger', problem)
    },
    tell: (message) => {
      say('done', message)
    },
    clear: () => {
      setOutcome(() => null)
    }
  }
}
