import { expect, it } from 'vitest'
import { OWN_THRESHOLD, QUIETEST_SPEECH_DBFS, QUIETEST_SPEECH_OVER_ECHO_DBFS, sensitivityFor } from './sensitivity.ts'

it('N18 a threshold of 0.5, and none, ask what the ears ask by themselves', () => {
  const common = { startSnrDb: 0, holdSnrDb: 1.5, evidenceShare: 1 }
  const at = (dbfs: number) => ({ startDbfs: dbfs, holdDbfs: dbfs, soundDbfs: dbfs, ...common })
  const own = { alone: at(QUIETEST_SPEECH_DBFS), overEcho: at(QUIETEST_SPEECH_OVER_ECHO_DBFS) }
  expect(sensitivityFor(null)).toEqual(own)
  expect(sensitivityFor(OWN_THRESHOLD)).toEqual(own)
})

it('N18 a higher threshold asks for more of everything, a lower one for less, and never less while the agent may be heard', () => {
  const steps = Array.from({ length: 11 }, (_, i) => sensitivityFor(i / 10))
  for (const [i, { alone, overEcho }] of steps.entries()) {
    const before = steps[i - 1]
    if (before === undefined) continue
    expect(alone.startDbfs).toBeGreaterThan(before.alone.startDbfs)
    expect(alone.holdDbfs).toBeGreaterThan(before.alone.holdDbfs)
    expect(alone.holdDbfs).toBeLessThanOrEqual(alone.startDbfs)
    expect(overEcho.startDbfs).toBeGreaterThanOrEqual(Math.max(alone.startDbfs, before.overEcho.startDbfs))
    expect(overEcho.holdDbfs).toBeGreaterThanOrEqual(QUIETEST_SPEECH_OVER_ECHO_DBFS)
    if (i <= 5) expect(overEcho).toEqual(sensitivityFor(null).overEcho)
  }
  expect(steps[10]?.alone.startDbfs).toBeLessThan(-30)
})
