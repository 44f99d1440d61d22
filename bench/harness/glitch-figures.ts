import type { Figure } from './bench.ts'
import type { HeardGlitch, HeardTone } from './glitch-cause.ts'
import type { GlitchRun } from './glitch-run.ts'

type Which = 'speaker' | 'microphone'

const causes = ({ glitches }: HeardTone): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const { cause } of glitches) counts[cause] = (counts[cause] ?? 0) + 1
  return counts
}

const unexplained = ({ glitches }: HeardTone): HeardGlitch[] => glitches.filter(({ cause }) => cause === 'unexplained')

function detail(runs: readonly GlitchRun[], which: Which, seconds: number): Record<string, unknown> {
  return {
    seconds,
    causes: runs.map((run) => causes(run[which])),
    unexplained: runs.map((run) => unexplained(run[which]).map(({ atMs, ms }) => ({ atMs: Math.round(atMs), ms }))),
    silentMs: runs.map((run) => run[which].glitches.reduce((sum, { silentMs }) => sum + silentMs, 0)),
    turnedDownMs: runs.map((run) => Math.round(run[which].turnedDownMs)),
    excusedPercent: runs.map((run) => Math.round(run[which].excused * 100)),
    busyPercent: runs.map(({ busy }) => Math.round(busy * 100)),
    browser: runs.map(({ browser }) => browser)
  }
}

const caused = (runs: readonly GlitchRun[], which: Which, by: HeardGlitch['cause']): number[] =>
  runs.map((run) => run[which].glitches.filter(({ cause }) => cause === by).length)

/**
 * Both ways, what nobody accounts for and what the browser lost. The latter is no excuse: how small its buffers are is Parley's
 * choice. What the virtual sound card's server tore is in `all` only. `mode` begins every name.
 */
export function glitchFigures(runs: readonly GlitchRun[], seconds: number, mode = ''): Figure[] {
  return (['speaker', 'microphone'] as const).flatMap((which): Figure[] => {
    const one = { kind: 'value', unit: 'count' } as const
    const none = { ...one, target: { atMost: 0 } }
    return [
      {
        ...none,
        figure: `${mode}${which}: unexplained`,
        values: caused(runs, which, 'unexplained'),
        detail: detail(runs, which, seconds)
      },
      { ...none, figure: `${mode}${which}: browser`, values: caused(runs, which, 'browser') },
      { ...one, figure: `${mode}${which}: all`, values: runs.map((run) => run[which].glitches.length) }
    ]
  })
}
