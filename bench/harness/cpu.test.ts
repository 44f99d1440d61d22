import { expect, it } from 'vitest'
import { parseStat, threadCpuMs, usedBetween } from './cpu.ts'

it('reads name and CPU time of a thread whatever its name holds', () => {
  const stat = '42 (a ) b (c) S 1 42 42 0 -1 4194304 100 0 0 0 250 50 7 8 20 0 1 0 100 0 0 0'
  expect(parseStat(stat)).toEqual({ name: 'a ) b (c', cpuMs: 3000 })
  expect(() => parseStat('nothing')).toThrow('not a stat line')
})

it('tells what was used between two looks', () => {
  const used = usedBetween(new Map([['a', 10]]), new Map([['a', 25], ['b', 5]])) // prettier-ignore
  expect([...used]).toEqual([
    ['a', 15],
    ['b', 5]
  ])
})

it('sees that this process works', () => {
  const before = threadCpuMs(process.pid)
  const untilMs = performance.now() + 300
  while (performance.now() < untilMs);
  const used = [...usedBetween(before, threadCpuMs(process.pid)).values()].reduce((sum, ms) => sum + ms, 0)
  expect(used).toBeGreaterThan(20)
})
