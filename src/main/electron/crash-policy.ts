/** A page that crashes more often than this is not brought back by itself. */
export const CRASH_LIMIT = { crashes: 3, withinMs: 60_000 }

/** Decides, from the times of earlier crashes, whether to reload once more; returns the times worth keeping. */
export function afterCrash(earlierMs: readonly number[], nowMs: number): { reload: boolean; crashesMs: number[] } {
  const crashesMs = [...earlierMs.filter((atMs) => nowMs - atMs < CRASH_LIMIT.withinMs), nowMs]
  return { reload: crashesMs.length < CRASH_LIMIT.crashes, crashesMs }
}
