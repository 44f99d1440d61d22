import { useState } from 'react'
import { text } from '../../text/en.ts'
import { useApp, useController } from '../session/assistant-context.tsx'
import { agentHasTurn, commandOf, type Purpose, type Timings } from './composer-choice.ts'

type Feedback = { tone: 'soft' | 'danger'; message: string }

interface Outbox {
  draft: string
  setDraft: (draft: string) => void
  /** What became of the last text of this conversation; null when there is nothing to say. */
  feedback: Feedback | null
  /** Texts that wait until the agent has finished speaking. */
  held: number
  /** A text that does not wait is on its way. */
  sending: boolean
  /** Empties the box and sends what was in it. */
  send: (purpose: Purpose, chosen: Timings) => Promise<void>
}

/** The text in the box and those on their way. One that was refused is put back above whatever has been typed since. */
export function useOutbox(): Outbox {
  const controller = useController()
  const conversation = useApp((state) => state.conversation)
  const waits = useApp((state) => agentHasTurn(state.session))
  const [draft, setDraft] = useState('')
  const [last, setLast] = useState<{ feedback: Feedback; conversation: number } | null>(null)
  const [held, setHeld] = useState(0)
  const [sending, setSending] = useState(0)

  const say = (feedback: Feedback | null): void => {
    setLast(feedback === null ? null : { feedback, conversation })
  }

  const send = async (purpose: Purpose, chosen: Timings): Promise<void> => {
    const words = draft
    const command = commandOf(purpose, chosen, words)
    const count = waits && 'when' in command && command.when === 'after-speech' ? setHeld : setSending
    setDraft('')
    say(null)
    count((many) => many + 1)
    const result = await controller.send(command)
    count((many) => many - 1)
    if (result.outcome === 'refused' || result.outcome === 'failed') {
      setDraft((typed) => (typed === '' ? words : `${words}\n${typed}`))
      say({ tone: 'danger', message: result.reason })
      return
    }
    const message =
      result.outcome === 'unconfirmed' ? text.composer.unconfirmed(result.reason) : text.composer.applied[purpose]
    say(message === '' ? null : { tone: 'soft', message })
  }

  return {
    draft,
    setDraft: (typed) => {
      setDraft(typed)
      setLast(null)
    },
    feedback: last !== null && last.conversation === conversation ? last.feedback : null,
    held: waits ? held : 0,
    sending: sending > 0,
    send
  }
}
