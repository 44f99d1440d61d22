import { expect, it } from 'vitest'
import { live as microphone } from '../session/controller.test-support.ts'
import { type Action, type AppState, initialState, reduce } from '../session/state.ts'
import { nothingOpen } from './sound-state.ts'

const { loudspeaker, systemAudio } = nothingOpen
const said = {
  kind: 'audio',
  microphone,
  loudspeaker,
  systemAudio,
  echo: { leakDb: -31.2, halfDuplex: false }
} as const
const run = (from: AppState, ...actions: Action[]): AppState => actions.reduce(reduce, from)

it('an engine that says the same again, or a leak that differs by less than a decibel, changes nothing', () => {
  const before = run(initialState, said)
  expect(before.echo.leakDb).toBe(-31)
  expect(run(before, structuredClone(said))).toBe(before)
  expect(run(before, { ...said, echo: { leakDb: -30.8, halfDuplex: false } })).toBe(before)
})

it('what changed is new, and the rest is the same object', () => {
  const before = run(initialState, said)
  const after = run(before, { ...structuredClone(said), echo: { leakDb: -31, halfDuplex: true } })
  expect(after.echo).toEqual({ leakDb: -31, halfDuplex: true })
  expect(after.microphone).toBe(before.microphone)
  expect(after.loudspeaker).toBe(before.loudspeaker)
})

it('a microphone that comes back shows its next problem again', () => {
  const failed = { kind: 'failed', code: 'lost', message: '' } as const
  const hidden = run(initialState, { ...said, microphone: failed }, { kind: 'hide-problem', key: 'microphone lost' })
  expect(run(hidden, { ...said, microphone: { ...failed, code: 'device-busy' } }).hiddenProblem).toBe('microphone lost')
  expect(run(hidden, said).hiddenProblem).toBeNull()
})
