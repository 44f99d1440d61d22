import { useState } from 'react'
import { useApp } from '../session/assistant-context.tsx'

/**
 * Something said of this conversation, and nothing in the next one. `turned` is what is left of it when the agent begins to differ from the
 * saved one (`isChanged`), or when its changes were undone or saved.
 */
export function useOfConversation<T>(
  nothing: T,
  turned: (value: T, isChanged: boolean) => T
): [T, (update: (now: T) => T) => void] {
  const conversation = useApp((state) => state.conversation)
  const isChanged = useApp((state) => state.changes.length > 0)
  const [wasChanged, setWasChanged] = useState(isChanged)
  const [kept, setKept] = useState({ conversation, value: nothing })

  if (wasChanged !== isChanged) {
    setWasChanged(isChanged)
    setKept({ ...kept, value: turned(kept.value, isChanged) })
  }

  const change = (update: (now: T) => T): void => {
    // What comes late from an earlier conversation says nothing of this one.
    setKept((now) => {
      if (now.conversation > conversation) return now
      return { conversation, value: update(now.conversation === conversation ? now.value : nothing) }
    })
  }
  return [kept.conversation === conversation ? kept.value : nothing, change]
}
