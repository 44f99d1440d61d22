import { loadavg } from 'node:os'
import type { Bench, BenchContext } from './bench.ts'
import { lineOf, type Line } from './report.ts'

export interface MeasureDeps extends Pick<BenchContext, 'runs' | 'buildDir' | 'say'> {
  /** Told every figure as it comes. */
  onLine: (line: Line) => void
}

/**
 * Every figure of one bench. What it opened is closed on the way out, the last one first, however it ends; one that cannot be
 * closed keeps none of the others open. Rejects where the bench failed or something could not be closed.
 */
export async function measure(bench: Bench, { onLine, ...given }: MeasureDeps): Promise<Line[]> {
  await using open = new AsyncDisposableStack()
  const lines: Line[] = []
  for await (const figure of bench.run({ ...given, defer: (end) => open.defer(end) })) {
    const line = lineOf(bench.name, figure, loadavg()[0] ?? 0)
    lines.push(line)
    onLine(line)
  }
  return lines
}
