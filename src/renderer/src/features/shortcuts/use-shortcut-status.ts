import { useEffect, useState } from 'react'
import type { ShortcutStatus } from '../../../../shared/ipc/shortcut-calls.ts'
import { useController } from '../session/assistant-context.tsx'
import { messageOf } from '../session/controller.ts'

export type ShortcutsKnown =
  { kind: 'asking' } | { kind: 'known'; status: ShortcutStatus } | { kind: 'failed'; message: string }

/** What of hotkeys works here, as main says it, and goes on saying it. */
export function useShortcutStatus(): ShortcutsKnown {
  const controller = useController()
  const [known, setKnown] = useState<ShortcutsKnown>({ kind: 'asking' })
  useEffect(() => {
    let gone = false
    let told = false
    const stop = controller.on('shortcuts:changed', (status) => {
      told = true
      setKnown({ kind: 'known', status })
    })
    controller.call('shortcuts:status', undefined).then(
      (status) => {
        // What was told meanwhile is newer.
        if (!gone && !told) setKnown({ kind: 'known', status })
      },
      (cause: unknown) => {
        if (!gone && !told) setKnown({ kind: 'failed', message: messageOf(cause) })
      }
    )
    return () => {
      gone = true
      stop()
    }
  }, [controller])
  return known
}
