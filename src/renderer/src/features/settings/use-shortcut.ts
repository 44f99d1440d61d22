import { useEffect } from 'react'
import { useApp } from '../session/assistant-context.tsx'

function useIsMac(): boolean {
  return useApp((state) => state.host.kind === 'up' && state.host.info.platform === 'darwin')
}

/**
 * Runs `run` on Ctrl and the key (Command on macOS) while it is `available` and no dialog is open. `code` and `key` as of a KeyboardEvent:
 * one is the place of the key, the other what it writes, which another layout writes elsewhere.
 */
export function useShortcut(code: string, key: string, run: () => void, available = true): void {
  const mac = useIsMac()
  useEffect(() => {
    if (!available) return undefined
    const onKeyDown = (event: KeyboardEvent): void => {
      const modifier = mac ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey
      if (
        (event.code !== code && event.key !== key) ||
        !modifier ||
        event.altKey ||
        event.shiftKey ||
        event.isComposing
      )
        return
      if (document.querySelector('[role=dialog], [role=alertdialog]') !== null) return
      event.preventDefault()
      if (!event.repeat) run()
    }
    window.addEventListener('keydown', onKeyDown)
    return () => {
      window.removeEventListener('keydown', onKeyDown)
    }
  }, [code, key, mac, run, available])
}

/** The key that opens the history: H, and Y on macOS, where Command and H hides the program. */
export function useHistoryKey(): { code: string; key: string; name: string } {
  const key = useIsMac() ? 'y' : 'h'
  const name = key.toUpperCase()
  return { code: `Key${name}`, key, name }
}

/** The shortcut as the platform writes it. */
export function useShortcutName(key: string): string {
  return useIsMac() ? `⌘${key}` : `Ctrl+${key}`
}
