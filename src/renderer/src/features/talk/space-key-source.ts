import type { KeySource } from './key-source.ts'

/** Where Space means something else than "I want to talk". */
const OWN_SPACE = 'input, textarea, select, button, a, [role=dialog], [role=alertdialog], [role=menu], [role=listbox]'

/** Whether Space at the event's target is for talking; on the hold button itself it always is. */
function isTalkSpace(event: KeyboardEvent, button: HTMLElement): boolean {
  if (event.code !== 'Space' || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return false
  const { target } = event
  if (!(target instanceof Element)) return true
  return button.contains(target) || target.closest(OWN_SPACE) === null
}

/** Space anywhere on the screen where it has no other meaning. Its release may happen outside the window: then it is lost. */
export function spaceKeySource(button: HTMLElement): KeySource {
  return {
    id: 'space',
    listen(onSignal) {
      const closing = new AbortController()
      const { signal } = closing
      window.addEventListener(
        'keydown',
        (event) => {
          if (!isTalkSpace(event, button)) return
          event.preventDefault()
          onSignal(event.repeat ? 'repeat' : 'press')
        },
        { signal }
      )
      window.addEventListener(
        'keyup',
        (event) => {
          if (event.code !== 'Space') return
          if (isTalkSpace(event, button)) event.preventDefault()
          onSignal('release')
        },
        { signal }
      )
      const lost = (): void => onSignal('lost')
      window.addEventListener('blur', lost, { signal })
      document.addEventListener('visibilitychange', lost, { signal })
      return () => {
        closing.abort()
      }
    }
  }
}
