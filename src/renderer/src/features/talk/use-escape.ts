import { useEffect } from 'react'
import { useApp, useController } from '../session/assistant-context.tsx'
import { isTextOnly } from '../session/state.ts'

/** Escape stops the agent's speech, unless a menu, list or dialog is open and wants it for itself. */
export function useEscapeToStop(): void {
  const controller = useController()
  const speaking = useApp(
    (state) => state.session.phase === 'live' && state.session.activity === 'agentSpeaking' && !isTextOnly(state)
  )
  useEffect(() => {
    if (!speaking) return undefined
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || event.defaultPrevented || event.isComposing) return
      if (document.querySelector('[role=dialog], [role=alertdialog], [role=menu], [role=listbox]') !== null) return
      void controller.stopSpeaking()
    }
    window.addEventListener('keydown', onKeyDown)
    return () => {
      window.removeEventListener('keydown', onKeyDown)
    }
  }, [speaking, controller])
}
