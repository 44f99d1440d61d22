const LOOK_EVERY_MS = 1_000

/** Ends this process when the one that started it has ended, however that came; where the system gives orphans another parent. */
export function endWithParent(): void {
  const parent = process.ppid
  setInterval(() => {
    if (process.ppid !== parent) process.exit(0)
  }, LOOK_EVERY_MS)
}
