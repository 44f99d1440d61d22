import { expect, it } from 'vitest'
import { glitchFigures } from './glitch-figures.ts'
import type { GlitchCause, HeardTone } from './glitch-cause.ts'
import type { GlitchRun } from './glitch-run.ts'
import { lineOf } from './report.ts'

const heard = (...causes: GlitchCause[]): HeardTone => ({
  soundedMs: 30_000,
  excused: 0.02,
  turnedDownMs: 0,
  glitches: causes.map((cause, i) => ({ atMs: 1000 * i, ms: 3, silentMs: 2, cause }))
})
const run = (speaker: HeardTone, microphone = heard()): GlitchRun => ({
  speaker,
  microphone,
  busy: 0.8,
  browser: { underruns: 1, underrunMs: 3, lostInputFrames: 0 }
})

it('what the browser tore is judged as well as what nobody accounts for, by the worst run', () => {
  const runs = [run(heard()), run(heard('browser', 'browser', 'sound-server')), run(heard(), heard('sound-server'))]
  const lines = glitchFigures(runs, 30).map((figure) => lineOf('glitches', figure, 0))
  expect(lines.map((line) => [line.figure, 'value' in line ? line.value : undefined, line.met])).toEqual([
    ['speaker: unexplained', 0, true],
    ['speaker: browser', 2, false],
    ['speaker: all', 0, undefined],
    ['microphone: unexplained', 0, true],
    ['microphone: browser', 0, true],
    ['microphone: all', 0, undefined]
  ])
})

it('one unexplained glitch in one run of three misses the target, and its place is told', () => {
  const [line] = glitchFigures([run(heard()), run(heard('unexplained')), run(heard())], 30).map((figure) =>
    lineOf('glitches', figure, 0)
  )
  expect(line).toMatchObject({
    value: 1,
    met: false,
    detail: { seconds: 30, unexplained: [[], [{ atMs: 0, ms: 3 }], []] }
  })
})

it('a mode of its own has names of its own, and tells how much of the tone could not be judged', () => {
  const turnedDown = { ...heard(), turnedDownMs: 400.4 }
  const figures = glitchFigures([run(heard(), turnedDown)], 30, 'echo cancellation, ')
  expect(figures.map(({ figure }) => figure).slice(0, 2)).toEqual([
    'echo cancellation, speaker: unexplained',
    'echo cancellation, speaker: browser'
  ])
  expect(figures[3]?.detail).toMatchObject({ turnedDownMs: [400] })
})
