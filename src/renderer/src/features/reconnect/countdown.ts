import { useEffect, useState } from 'react'

/**
 * Whole seconds until `retryInMs` after the component was mounted; null once it is over, or while no wait is known. Give the component
 * a key that changes with every wait.
 */
export function useCountdown(retryInMs: number | null): number | null {
  const [leftMs, setLeftMs] = useState(retryInMs)
  useEffect(() => {
    if (retryInMs === null) return undefined
    const endsAtMs = performance.now() + retryInMs
    const timer = setInterval(() => {
      const left = endsAtMs - performance.now()
      setLeftMs(left > 0 ? left : null)
      if (left <= 0) clearInterval(timer)
    }, 250)
    return () => {
      clearInterval(timer)
    }
  }, [retryInMs])
  return leftMs === null ? null : Math.max(1, Math.ceil(leftMs / 1000))
}
