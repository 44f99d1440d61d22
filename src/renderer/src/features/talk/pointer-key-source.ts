import type { KeySource } from './key-source.ts'

/** The main pointer button on `button`. The pointer is captured: it may wander off while it is held. */
export function pointerKeySource(button: HTMLElement): KeySource {
  return {
    id: 'pointer',
    listen(onSignal) {
      const closing = new AbortController()
      const { signal } = closing
      button.addEventListener(
        'pointerdown',
        (event) => {
          if (event.button !== 0) return
          button.setPointerCapture(event.pointerId)
          onSignal('press')
        },
        { signal }
      )
      button.addEventListener('pointerup', () => onSignal('release'), { signal })
      const lost = (): void => onSignal('lost')
      button.addEventListener('pointercancel', lost, { signal })
      button.addEventListener('lostpointercapture', lost, { signal })
      window.addEventListener('blur', lost, { signal })
      document.addEventListener('visibilitychange', lost, { signal })
      button.addEventListener('contextmenu', (event) => event.preventDefault(), { signal })
      return () => {
        closing.abort()
      }
    }
  }
}
