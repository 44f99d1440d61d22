import type { Bench } from '../harness/bench.ts'
import { glitchFigures } from '../harness/glitch-figures.ts'
import { glitchRun, type GlitchRun } from '../harness/glitch-run.ts'
import { openStage } from '../harness/stage.ts'

const SECONDS = 30
const LOAD = 0.8

export const bench: Bench = {
  name: 'glitches',
  question: 'How often is sound torn on its way to and from the service while every core is 80 % busy?',
  async *run(context) {
    const stage = await openStage(context)
    const runs: GlitchRun[] = []
    for (let run = 0; run < context.runs; run += 1) {
      runs.push(await glitchRun(context, stage, { seconds: SECONDS, load: LOAD }))
    }
    yield* glitchFigures(runs, SECONDS)
  }
}
