import { type RefObject, useCallback, useEffect, useRef, useState } from 'react'
import { useShortcut } from '../settings/use-shortcut.ts'

interface Panel {
  open: boolean
  panelRef: RefObject<HTMLElement | null>
  buttonRef: RefObject<HTMLButtonElement | null>
  toggle: () => void
}

/**
 * Opens and closes the panel by its button and by Ctrl+B (Command+B on macOS). Opening it moves the focus into it; closing
 * it from inside gives the focus back to the button. `available`: there is a conversation to tune.
 */
export function usePanel(available: boolean): Panel {
  const [wanted, setWanted] = useState(false)
  const panelRef = useRef<HTMLElement>(null)
  const buttonRef = useRef<HTMLButtonElement>(null)
  const open = wanted && available

  const toggle = useCallback(() => {
    if (panelRef.current?.contains(document.activeElement) === true) buttonRef.current?.focus()
    setWanted((was) => !was)
  }, [])

  useEffect(() => {
    if (open) panelRef.current?.focus()
  }, [open])

  useShortcut('KeyB', 'b', toggle, available)

  return { open, panelRef, buttonRef, toggle }
}
