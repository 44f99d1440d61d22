import { type RefObject, useEffect, useRef } from 'react'
import { useController } from '../session/assistant-context.tsx'

/** Where Space means something else than "I want to talk". */
const OWN_SPACE = 'input, textarea, select, button, a, [role=dialog], [role=alertdialog], [role=menu], [role=listbox]'

/** Whether Space pressed at `target` is for talking; the hold button itself always is. */
function isTalkSpace(event: KeyboardEvent, button: HTMLElement): boolean {
  if (event.code !== 'Space' || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return false
  const { target } = event
  if (!(target instanceof Element)) return true
  return button.contains(target) || target.closest(OWN_SPACE) === null
}

/**
 * Space anywhere on the screen, or the pointer on the button, holds the talk key while it is down. A release that never
 * comes (window left, pointer taken away, button gone) counts as one: an open microphone nobody holds must not happen.
 */
export function useHoldToTalk(enabled: boolean): RefObject<HTMLButtonElement | null> {
  const buttonRef = useRef<HTMLButtonElement>(null)
  const controller = useController()

  useEffect(() => {
    const button = buttonRef.current
    if (!enabled || button === null) return undefined
    const closing = new AbortController()
    const { signal } = closing
    const holding = new Set<'space' | 'pointer'>()
    const show = (): void => {
      controller.setHeld(holding.size > 0)
    }
    const press = (source: 'space' | 'pointer'): void => {
      holding.add(source)
      show()
    }
    const release = (source: 'space' | 'pointer'): void => {
      holding.delete(source)
      show()
    }
    const releaseAll = (): void => {
      holding.clear()
      show()
    }

    window.addEventListener(
      'keydown',
      (event) => {
        if (!isTalkSpace(event, button)) return
        event.preventDefault()
        if (!event.repeat) press('space')
      },
      { signal }
    )
    window.addEventListener(
      'keyup',
      (event) => {
        if (event.code !== 'Space' || !holding.has('space')) return
        event.preventDefault()
        release('space')
      },
      { signal }
    )
    button.addEventListener(
      'pointerdown',
      (event) => {
        if (event.button !== 0) return
        button.setPointerCapture(event.pointerId)
        press('pointer')
      },
      { signal }
    )
    button.addEventListener('lostpointercapture', () => release('pointer'), { signal })
    button.addEventListener('contextmenu', (event) => event.preventDefault(), { signal })
    window.addEventListener('blur', releaseAll, { signal })
    document.addEventListener('visibilitychange', releaseAll, { signal })
    return () => {
      closing.abort()
      releaseAll()
    }
  }, [enabled, controller])

  return buttonRef
}
