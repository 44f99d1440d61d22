import { useLayoutEffect } from 'react'
import { useApp } from '../session/assistant-context.tsx'

/**
 * Puts the chosen theme on the page; without a choice the system's preference decides (tokens.css). Until the preferences have
 * been read, the theme stays that main wrote into the page: a choice that differs from the system's does not flash.
 */
export function useTheme(): void {
  const theme = useApp((state) => state.preferences.theme)
  const read = useApp((state) => state.host.kind === 'up')
  useLayoutEffect(() => {
    if (!read) return
    if (theme === 'system') delete document.documentElement.dataset['theme']
    else document.documentElement.dataset['theme'] = theme
  }, [theme, read])
}
