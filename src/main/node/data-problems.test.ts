import { describe, expect, it } from 'vitest'
import type { DataProblem } from '../../shared/ipc/data-calls.ts'
import { MOST_PROBLEMS, storeProblems } from './data-problems.ts'

const problem = (message: string): DataProblem => ({ code: 'quarantined', message, file: '/x/parley.json' })

describe('problems of the files', () => {
  it('are listed oldest first, and told to whoever listens by then', () => {
    const problems = storeProblems()
    problems.add(problem('One.'))
    const told: DataProblem[] = []
    const stop = problems.onAdd((one) => told.push(one))
    problems.add(problem('Two.'))
    stop()
    problems.add(problem('Three.'))
    expect(problems.list().map(({ message }) => message)).toEqual(['One.', 'Two.', 'Three.'])
    expect(told).toEqual([problem('Two.')])
  })

  it('that come again are told again and listed once, as the newest', () => {
    const problems = storeProblems()
    const told: string[] = []
    problems.onAdd(({ message }) => told.push(message))
    for (const message of ['One.', 'Two.', 'One.']) problems.add(problem(message))
    expect(problems.list().map(({ message }) => message)).toEqual(['Two.', 'One.'])
    expect(told).toEqual(['One.', 'Two.', 'One.'])
  })

  it('that are over are not listed any more; others are', () => {
    const problems = storeProblems()
    problems.add({ code: 'write-failed', message: 'Full.', file: '/a' })
    problems.add({ code: 'write-failed', message: 'Full.', file: '/b' })
    problems.add({ code: 'restored', message: 'Restored.', file: '/a' })
    problems.solve('write-failed', '/a')
    expect(problems.list().map(({ code, file }) => `${code} ${file}`)).toEqual(['write-failed /b', 'restored /a'])
  })

  it('are bounded: the newest are kept', () => {
    const problems = storeProblems()
    for (let at = 0; at <= MOST_PROBLEMS; at += 1) problems.add(problem(String(at)))
    expect(problems.list()).toHaveLength(MOST_PROBLEMS)
    expect(problems.list().at(-1)?.message).toBe(String(MOST_PROBLEMS))
  })
})
