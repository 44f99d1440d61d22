import type { TurnLatency } from '../../../../shared/events.ts'

/** What a person felt of a turn, in ms: until the first sound; else the nearest that is known. Null when nothing is. */
export function feltMs({ client, service }: TurnLatency): number | null {
  return client.firstSampleMs ?? service.totalMs ?? client.firstByteMs ?? null
}

/** Nearest-rank percentile of `values` (0 < `rank` <= 100): the smallest value that `rank` of 100 do not exceed. Null without values. */
export function percentile(values: readonly number[], rank: number): number | null {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.ceil((rank / 100) * sorted.length) - 1] ?? null
}

/** What was heard of the turns that were spoken, and how late half and 95 of 100 of them came. */
export function summaryOf(latencies: readonly TurnLatency[]): { count: number; p50: number; p95: number } | null {
  const heard = latencies.flatMap(({ client }) => (client.firstSampleMs === undefined ? [] : [client.firstSampleMs]))
  const p50 = percentile(heard, 50)
  const p95 = percentile(heard, 95)
  return p50 === null || p95 === null ? null : { count: heard.length, p50, p95 }
}
