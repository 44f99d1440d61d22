import { parseArgs } from 'node:util'

export const USAGE = `npm run bench [-- NAME...] [-- --check | --accept] [--runs N] [--no-build] [--list]

NAME      only these benches (default: all)
--check   fails when a ratio to the floor, or a value that misses its target, is more than 10 % worse than in bench/accepted.json,
          a time or cost without a floor more than 50 % (and 20 ms), or when a target that was met is missed
--accept  writes what was measured to bench/accepted.json
--runs N  measures every figure N times (default 3)
--no-build  uses the Parley that the last run built
--list    prints every bench with its question
`

export interface BenchOptions {
  names: string[]
  mode: 'print' | 'check' | 'accept' | 'list' | 'help'
  runs: number
  build: boolean
}

export type ParsedArguments = { kind: 'run'; options: BenchOptions } | { kind: 'wrong'; problem: string }

const DEFAULT_RUNS = 3
const MOST_RUNS = 50

/** `known`: names of all benches. */
export function parseArguments(args: readonly string[], known: readonly string[]): ParsedArguments {
  let parsed
  try {
    parsed = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        check: { type: 'boolean' },
        accept: { type: 'boolean' },
        list: { type: 'boolean' },
        help: { type: 'boolean' },
        runs: { type: 'string' },
        'no-build': { type: 'boolean' }
      }
    })
  } catch (cause) {
    return { kind: 'wrong', problem: cause instanceof Error ? cause.message : String(cause) }
  }
  const { values, positionals } = parsed
  const modes = (['check', 'accept', 'list', 'help'] as const).filter((mode) => values[mode] === true)
  if (modes.length > 1)
    return { kind: 'wrong', problem: `Choose one of ${modes.map((mode) => `--${mode}`).join(', ')}.` }
  const unknown = positionals.filter((name) => !known.includes(name))
  if (unknown.length > 0) {
    return { kind: 'wrong', problem: `There is no bench ${unknown.join(', ')}. The benches are: ${known.join(', ')}` }
  }
  const runs = Number(values.runs ?? DEFAULT_RUNS)
  if (!Number.isInteger(runs) || runs < 1 || runs > MOST_RUNS) {
    return { kind: 'wrong', problem: `--runs takes a whole number from 1 to ${MOST_RUNS}, not ${values.runs}.` }
  }
  const names = positionals.length > 0 ? [...new Set(positionals)] : [...known]
  return {
    kind: 'run',
    options: { names, mode: modes[0] ?? 'print', runs, build: values['no-build'] !== true }
  }
}
