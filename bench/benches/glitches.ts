import type { Bench, BenchContext, Figure } from '../harness/bench.ts'
import { glitchFigures } from '../harness/glitch-figures.ts'
import { glitchRun, type GlitchOptions, type GlitchRun } from '../harness/glitch-run.ts'
import { openStage, type Stage } from '../harness/stage.ts'

const SECONDS = 30
const LOAD = 0.8

async function measured(
  context: BenchContext,
  stage: Stage,
  processing: NonNullable<GlitchOptions['processing']>
): Promise<GlitchRun[]> {
  const runs: GlitchRun[] = []
  for (let run = 0; run < context.runs; run += 1) {
    runs.push(await glitchRun(context, stage, { seconds: SECONDS, load: LOAD, processing }))
  }
  return runs
}

export const bench: Bench = {
  name: 'glitches',
  question: 'How often is sound torn on its way to and from the service while every core is 80 % busy?',
  async *run(context): AsyncIterable<Figure> {
    const stage = await openStage(context)
    yield* glitchFigures(await measured(context, stage, 'none'), SECONDS)
    yield* glitchFigures(await measured(context, stage, 'echo cancellation'), SECONDS, 'echo cancellation, ')
  }
}
