import { parseArgs, type ParseArgsConfig } from 'node:util'
import { CliError, EXIT } from './exit-codes.ts'

/** What `parley COMMAND ACTION NAME` is given; every such command has `--data-dir DIR` and `--help`. */
export const folderFlags = { 'data-dir': { type: 'string' }, help: { type: 'boolean', short: 'h' } } as const

/** Where kept keys and agents are; absent: where the app has them. */
export interface InFolder {
  dataDir?: string
}

/** A command line that cannot be used; `problem` is a sentence without its end. */
export function usage(problem: string): CliError {
  return new CliError(EXIT.usage, `${problem}. Try "parley --help".`)
}

/** Takes the options out of `args`. Throws {@link CliError} (usage) with `problem`, and never with what was typed, which may be a key. */
export function split<T extends NonNullable<ParseArgsConfig['options']>>(
  args: readonly string[],
  options: T,
  problem: string
) {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: true })
  } catch {
    throw usage(problem)
  }
}

/** The value of `--data-dir`. Throws {@link CliError} (usage) where it is empty. */
export function folderOf(dataDir: string | undefined): InFolder {
  if (dataDir === '') throw usage('--data-dir needs the name of a folder')
  return dataDir === undefined ? {} : { dataDir }
}
