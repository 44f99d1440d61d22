import { type RefObject, useCallback, useEffect, useRef, useState } from 'react'
import { useApp } from '../session/assistant-context.tsx'

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
  const mac = useApp((state) => state.host.kind === 'up' && isMac(state.host.info.platform))
  const open = wanted && available

  const toggle = useCallback(() => {
    if (panelRef.current?.contains(document.activeElement) === true) buttonRef.current?.focus()
    setWanted((was) => !was)
  }, [])

  useEffect(() => {
    if (open) panelRef.current?.focus()
  }, [open])

  useEffect(() => {
    if (!available) return undefined
    const onKeyDown = (event: KeyboardEvent): void => {
      const modifier = mac ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey
      if (event.code !== 'KeyB' || !modifier || event.altKey || event.shiftKey || event.isComposing) return
      if (document.querySelector('[role=dialog], [role=alertdialog]') !== null) return
      event.preventDefault()
      if (!event.repeat) toggle()
    }
    window.addEventListener('keydown', onKeyDown)
    return () => {
      window.removeEventListener('keydown', onKeyDown)
    }
  }, [available, mac, toggle])

  return { open, panelRef, buttonRef, toggle }
}

function isMac(platform: string): boolean {
  return platform === 'darwin'
}

/** The shortcut as the platform writes it. */
export function useShortcut(): string {
  return useApp((state) => (state.host.kind === 'up' && isMac(state.host.info.platform) ? '⌘B' : 'Ctrl+B'))
}
