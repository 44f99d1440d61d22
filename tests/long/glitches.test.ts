import { fileURLToPath } from 'node:url'
import { afterAll, expect, it } from 'vitest'
import type { HeardTone } from '../../bench/harness/glitch-cause.ts'
import { glitchesOf } from '../../bench/harness/glitch-run.ts'

// Ten minutes of sound both ways through the built Parley in a real browser, while every core is 80 % busy.

const SECONDS = 600
const LOAD = 0.8
const MOST_EXCUSED = 0.1
const BUILD_DIR = fileURLToPath(new URL('../../out', import.meta.url))

const ends: (() => Promise<void>)[] = []
afterAll(async () => {
  for (const end of ends.toReversed()) await end()
}, 60_000)

const unexplained = ({ glitches }: HeardTone) => glitches.filter(({ cause }) => cause === 'unexplained')

function summary({ soundedMs, glitches }: HeardTone): string {
  const by = (cause: string): number => glitches.filter((glitch) => glitch.cause === cause).length
  return `${Math.round(soundedMs / 1000)} s: ${by('browser')} by the browser, ${by('sound-server')} by the sound server, ${by('unexplained')} unexplained`
}

it('no unexplained glitch in 10 minutes under 80 % load', { timeout: 20 * 60_000 }, async ({ annotate }) => {
  const run = await glitchesOf(
    { defer: (end) => void ends.push(end), buildDir: BUILD_DIR },
    { seconds: SECONDS, load: LOAD }
  )
  await annotate(
    `loudspeaker ${summary(run.speaker)}; microphone ${summary(run.microphone)}; cores ${Math.round(run.busy * 100)} % busy; ${JSON.stringify(run.browser)}`
  )
  expect(run.busy).toBeGreaterThan(0.75)
  for (const heard of [run.speaker, run.microphone]) {
    expect(heard.soundedMs).toBeGreaterThan(0.99 * SECONDS * 1000)
    expect(heard.excused, 'share of the time that the rig or the browser tore by itself').toBeLessThan(MOST_EXCUSED)
    expect(unexplained(heard)).toEqual([])
  }
})
