import type { DataProblem } from '../../shared/ipc/data-calls.ts'

/** Longest list of problems that is kept; the oldest are dropped. */
export const MOST_PROBLEMS = 100

/** What went wrong with Parley's files since the start, for the person. Whoever reads or writes a file adds to it. */
export interface StoreProblems {
  /** Lists the problem and tells it; one that is listed already moves to the end. */
  add(problem: DataProblem): void
  /** It is over: takes the problems of this kind with this file off the list. */
  solve(code: DataProblem['code'], file: string): void
  /** Oldest first. */
  list(): DataProblem[]
  /** Calls `listener` for every problem that is added from now on; earlier ones are in {@link StoreProblems.list}. Returns its own unsubscribe. */
  onAdd(listener: (problem: DataProblem) => void): () => void
}

/** An empty list. It is made before the first file is opened, so that nothing is missed. */
export function storeProblems(): StoreProblems {
  const problems = new Map<string, DataProblem>()
  const listeners = new Set<(problem: DataProblem) => void>()
  return {
    add(problem) {
      const key = JSON.stringify([problem.code, problem.file, problem.message])
      problems.delete(key)
      problems.set(key, problem)
      const oldest = problems.keys().next()
      if (problems.size > MOST_PROBLEMS && oldest.done !== true) problems.delete(oldest.value)
      for (const listener of listeners) listener(problem)
    },
    solve(code, file) {
      for (const [key, problem] of problems) if (problem.code === code && problem.file === file) problems.delete(key)
    },
    list: () => [...problems.values()],
    onAdd(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    }
  }
}
