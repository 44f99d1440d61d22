import { useEffect, useState } from 'react'
import type { Enabled } from '../../../../shared/ipc/profile-calls.ts'
import type { ProfileId } from '../../../../shared/profile.ts'
import { useController } from '../session/assistant-context.tsx'
import { messageOf } from '../session/controller.ts'

export type HeldFor =
  { kind: 'asking' } | { kind: 'known'; enables: readonly Enabled[] } | { kind: 'problem'; problem: string }

/** What a held profile waits for. */
export function useEnables(id: ProfileId): HeldFor {
  const controller = useController()
  const [heldFor, setHeldFor] = useState<HeldFor>({ kind: 'asking' })
  useEffect(() => {
    let current = true
    const ask = async (): Promise<void> => {
      try {
        const { enables } = await controller.call('profiles:enables', { id })
        if (current) setHeldFor({ kind: 'known', enables })
      } catch (cause) {
        if (current) setHeldFor({ kind: 'problem', problem: messageOf(cause) })
      }
    }
    void ask()
    return () => {
      current = false
    }
  }, [controller, id])
  return heldFor
}
