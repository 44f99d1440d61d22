import { type RefObject, useEffect, useRef } from 'react'
import { useController } from '../session/assistant-context.tsx'
import { pointerKeySource } from './pointer-key-source.ts'
import { spaceKeySource } from './space-key-source.ts'

/** Wires the talk keys of the screen to the controller. A key whose button goes away, or may no longer be held, is lost. */
export function useHoldToTalk(enabled: boolean): RefObject<HTMLButtonElement | null> {
  const buttonRef = useRef<HTMLButtonElement>(null)
  const controller = useController()

  useEffect(() => {
    const button = buttonRef.current
    if (!enabled || button === null) return undefined
    const stops = [spaceKeySource(button), pointerKeySource(button)].map((source) => {
      const stop = source.listen((signal) => {
        controller.talkKey(source.id, signal)
      })
      return () => {
        stop()
        controller.talkKey(source.id, 'lost')
      }
    })
    return () => {
      for (const stop of stops) stop()
    }
  }, [enabled, controller])

  return buttonRef
}
