import { useEffect, useState } from 'react'
import { useApp, useController } from '../session/assistant-context.tsx'
import { messageOf } from '../session/controller.ts'
import { type AgentDefaults, defaultsOf } from './agent-defaults.ts'

/** What the chosen agent's file says, read again when one is chosen or saved. The panel works without it. */
export function useAgentDefaults(): { saved: AgentDefaults; problem: string } {
  const controller = useController()
  const profiles = useApp((state) => state.profiles)
  const [profileText, setProfileText] = useState('')
  const [problem, setProblem] = useState('')
  useEffect(() => {
    if (profiles === null) return undefined
    let current = true
    const load = async (): Promise<void> => {
      try {
        const file = await controller.call('profiles:read', { id: profiles.chosenId })
        if (!current) return
        setProfileText(file.text)
        setProblem('')
      } catch (cause) {
        if (current) setProblem(messageOf(cause))
      }
    }
    void load()
    return () => {
      current = false
    }
  }, [controller, profiles])
  return { saved: defaultsOf(profileText), problem }
}
