/**
 * `now` without the change from `before` to `after` that was made earlier; JSON values, undefined where there is none. What was changed
 * again since stays; of objects each field counts for itself, and of lists what was added to their end.
 */
export function undone(before: unknown, after: unknown, now: unknown): unknown {
  if (same(before, after)) return now
  if (same(now, after)) return before
  if (isFields(after) && isFields(now)) return undoneFields(isFields(before) ? before : {}, after, now)
  if (Array.isArray(after) && Array.isArray(now)) return withoutAdded(Array.isArray(before) ? before : [], after, now)
  return now
}

type Fields = Readonly<Record<string, unknown>>

function undoneFields(before: Fields, after: Fields, now: Fields): Fields {
  const keys = Object.keys({ ...before, ...after, ...now })
  const fields = keys.map((key) => [key, undone(before[key], after[key], now[key])] as const)
  return Object.fromEntries(fields.filter(([, value]) => value !== undefined))
}

function withoutAdded(before: unknown[], after: unknown[], now: unknown[]): unknown[] {
  const added = same(after.slice(0, before.length), before) && same(now.slice(0, after.length), after)
  return added ? [...before, ...now.slice(after.length)] : now
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether two JSON values are written the same. */
export function same(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b)
}
