import { useSyncExternalStore } from 'react'

/** As `wide:` in the styles. */
const WIDE = '(min-width: 40rem)'

function follow(onChange: () => void): () => void {
  const query = window.matchMedia(WIDE)
  query.addEventListener('change', onChange)
  return () => {
    query.removeEventListener('change', onChange)
  }
}

/** True where there is room for things side by side. */
export function useWide(): boolean {
  return useSyncExternalStore(follow, () => window.matchMedia(WIDE).matches)
}
