import { useCallback, useEffect, useRef, useState } from 'react'
import type { ProfileSummary } from '../../../../shared/profile.ts'
import { text } from '../../text/en.ts'
import { useController } from '../session/assistant-context.tsx'
import { messageOf } from '../session/controller.ts'
import type { Said } from './profile-rows.tsx'

/** How long a deletion offers itself to be taken back, while nobody looks at the offer. */
const OFFERED_MS = 10_000

/** Deletions that can be taken back, the newest first. */
export interface Undo {
  last: ProfileSummary | null
  remove: (profile: ProfileSummary) => Promise<void>
  undo: () => void
  /** Somebody points at the offer, or has the focus in it: it stays. */
  hold: (held: boolean) => void
  forget: () => void
}

export function useUndo(onSaid: (said: Said | null) => void): Undo {
  const controller = useController()
  const [removed, setRemoved] = useState<readonly ProfileSummary[]>([])
  const [held, hold] = useState(false)
  const undoing = useRef(false)
  const forget = useCallback(() => {
    setRemoved([])
    hold(false)
  }, [])
  useEffect(() => {
    if (removed.length === 0 || held) return undefined
    const timer = setTimeout(forget, OFFERED_MS)
    return () => {
      clearTimeout(timer)
    }
  }, [removed, held, forget])

  const remove = async (profile: ProfileSummary): Promise<void> => {
    try {
      controller.showProfiles(await controller.call('profiles:remove', { id: profile.id }))
      setRemoved((before) => [profile, ...before])
    } catch (cause) {
      onSaid({ problem: messageOf(cause) })
    }
  }
  const restore = async (profile: ProfileSummary): Promise<void> => {
    if (undoing.current) return
    undoing.current = true
    try {
      controller.showProfiles(await controller.call('profiles:restore', { id: profile.id }))
      setRemoved((before) => before.filter(({ id }) => id !== profile.id))
      onSaid({ message: text.profiles.undone(profile.name), warnings: [] })
    } catch (cause) {
      onSaid({ problem: messageOf(cause) })
    } finally {
      undoing.current = false
    }
  }
  const last = removed[0] ?? null
  return {
    last,
    remove,
    undo: () => {
      hold(false)
      if (last !== null) void restore(last)
    },
    hold,
    forget
  }
}
