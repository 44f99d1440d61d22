import type { Bench } from '../harness/bench.ts'
import { glitchRun, type GlitchRun, type HeardGlitch, type HeardTone } from '../harness/glitch-run.ts'
import { openStage } from '../harness/stage.ts'

const SECONDS = 30
const LOAD = 0.8

const causes = ({ glitches }: HeardTone): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const { cause } of glitches) counts[cause] = (counts[cause] ?? 0) + 1
  return counts
}

const unexplained = ({ glitches }: HeardTone): HeardGlitch[] => glitches.filter(({ cause }) => cause === 'unexplained')

function detail(runs: readonly GlitchRun[], which: 'speaker' | 'microphone'): Record<string, unknown> {
  return {
    seconds: SECONDS,
    causes: runs.map((run) => causes(run[which])),
    unexplained: runs.map((run) => unexplained(run[which]).map(({ atMs, ms }) => ({ atMs: Math.round(atMs), ms }))),
    silentMs: runs.map((run) => run[which].glitches.reduce((sum, { silentMs }) => sum + silentMs, 0)),
    excusedPercent: runs.map((run) => Math.round(run[which].excused * 100)),
    busyPercent: runs.map(({ busy }) => Math.round(busy * 100)),
    browser: runs.map(({ browser }) => browser)
  }
}

export const bench: Bench = {
  name: 'glitches',
  question: 'How often is sound torn on its way to and from the service while every core is 80 % busy?',
  async *run(context) {
    const stage = await openStage(context)
    const runs: GlitchRun[] = []
    for (let run = 0; run < context.runs; run += 1) {
      runs.push(await glitchRun(context, stage, { seconds: SECONDS, load: LOAD }))
    }
    for (const which of ['speaker', 'microphone'] as const) {
      yield {
        kind: 'value',
        figure: `${which}: unexplained`,
        unit: 'count',
        values: runs.map((run) => unexplained(run[which]).length),
        target: { atMost: 0 },
        detail: detail(runs, which)
      }
      yield {
        kind: 'value',
        figure: `${which}: all`,
        unit: 'count',
        values: runs.map((run) => run[which].glitches.length)
      }
    }
  }
}
