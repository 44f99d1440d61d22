import { useLayoutEffect } from 'react'
import { useApp } from '../session/assistant-context.tsx'

/** Puts the chosen theme on the page; without a choice the system's preference decides (tokens.css). */
export function useTheme(): void {
  const theme = useApp((state) => state.preferences.theme)
  useLayoutEffect(() => {
    if (theme === 'system') delete document.documentElement.dataset['theme']
    else document.documentElement.dataset['theme'] = theme
  }, [theme])
}
