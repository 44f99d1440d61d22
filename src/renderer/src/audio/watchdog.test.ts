import { describe, expect, it } from 'vitest'
import { ContextWatch, RebuildBackoff, ReopenBackoff, type ContextSight } from './watchdog.ts'

const LOOK_MS = 250

/** What the watch says of one sight after another, 250 ms apart unless said. */
function verdicts(sights: [ContextSight['state'], number, number?][], mayPlay = true): string[] {
  const watch = new ContextWatch()
  let atMs = 0
  return sights.map(([state, currentTime, stepMs = LOOK_MS]) => {
    atMs += stepMs
    return watch.look({ atMs, state, currentTime }, mayPlay)
  })
}
const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value)

describe('an audio context that should run', () => {
  it('is fine while its clock advances', () => {
    expect(new Set(verdicts([...Array(8).keys()].map((i) => ['running', i * 0.25])))).toEqual(new Set(['fine']))
  })

  it('is dead when its clock stands for 500 ms although it says that it runs', () => {
    expect(verdicts(times(4, ['running', 1.5]))).toEqual(['fine', 'fine', 'dead', 'dead'])
    expect(
      verdicts([
        ['running', 1],
        ['running', 1],
        ['running', 1.2],
        ['running', 1.2]
      ])
    ).toEqual(times(4, 'fine'))
  })

  it('is not dead because the computer slept', () => {
    expect(
      verdicts([
        ['running', 1],
        ['running', 1, 3_600_000],
        ['running', 1.1]
      ])
    ).toEqual(times(3, 'fine'))
  })

  it('is dead at once when it was closed', () => {
    expect(
      verdicts([
        ['running', 1],
        ['closed', 1]
      ])
    ).toEqual(['fine', 'dead'])
  })

  it.each(['suspended', 'interrupted'] as const)(
    '%s: is held after 500 ms, and dead after 2 s where it may play',
    (state) => {
      expect(verdicts(times(10, [state, 0]))).toEqual(['waiting', 'waiting', ...times(6, 'held'), 'dead', 'dead'])
      expect(verdicts(times(40, [state, 0]), false).at(-1)).toBe('held')
    }
  )

  it('that ran once is not held back by the autoplay rule', () => {
    expect(verdicts([['running', 1], ...times(9, ['suspended', 1] as ['suspended', number])], false).at(-1)).toBe(
      'dead'
    )
  })

  it('may stand for 2 s while it moves to another loudspeaker', () => {
    const watch = new ContextWatch()
    const sights = [...Array(13).keys()].map((i) => ({ atMs: i * 250, state: 'running', currentTime: 1 }) as const)
    watch.moving(0)
    expect(sights.map((sight) => watch.look(sight, true)).indexOf('dead')).toBe(9)
  })

  it('is judged anew after a rest', () => {
    const watch = new ContextWatch()
    watch.look({ atMs: 0, state: 'running', currentTime: 1 }, true)
    watch.look({ atMs: 250, state: 'running', currentTime: 1 }, true)
    watch.rest()
    expect(watch.look({ atMs: 500, state: 'running', currentTime: 1 }, true)).toBe('fine')
    expect(watch.look({ atMs: 750, state: 'running', currentTime: 1 }, true)).toBe('fine')
  })
})

describe('waiting', () => {
  it('a context that dies is made anew at once, then after 1 s, doubled up to 30 s', () => {
    const backoff = new RebuildBackoff()
    expect(
      times(8, 0).map(() => {
        backoff.built(0)
        return backoff.died(100)
      })
    ).toEqual([0, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000])
  })

  it('and again at once after it ran for 30 s', () => {
    const backoff = new RebuildBackoff()
    for (let i = 0; i < 5; i += 1) backoff.died(0)
    backoff.built(1000)
    expect(backoff.died(30_999)).toBe(16_000)
    backoff.built(60_000)
    expect(backoff.died(90_000)).toBe(0)
  })

  it('a lost microphone is tried after 0, 0.5, 1, 2, 5, 5 s; at once again after 2 s of being there', () => {
    const backoff = new ReopenBackoff()
    expect(times(6, 0).map(() => backoff.failed(0))).toEqual([0, 500, 1000, 2000, 5000, 5000])
    backoff.opened(1000)
    expect(backoff.failed(2999)).toBe(5000)
    backoff.opened(3000)
    expect(backoff.failed(5000)).toBe(0)
    expect(backoff.failed(5000)).toBe(500)
    backoff.reset()
    expect(backoff.failed(5000)).toBe(0)
  })
})
