import { type RefObject, useEffect, useRef } from 'react'
import { useController } from '../session/assistant-context.tsx'

/** TEMPORARY until push-to-talk.ts lands. */
export function useHoldToTalk(enabled: boolean): RefObject<HTMLButtonElement | null> {
  const ref = useRef<HTMLButtonElement>(null)
  const controller = useController()
  useEffect(() => {
    const button = ref.current
    if (!enabled || button === null) return
    const down = (): void => controller.setHeld(true)
    const up = (): void => controller.setHeld(false)
    button.addEventListener('pointerdown', down)
    window.addEventListener('pointerup', up)
    return () => {
      button.removeEventListener('pointerdown', down)
      window.removeEventListener('pointerup', up)
      up()
    }
  }, [enabled, controller])
  return ref
}
