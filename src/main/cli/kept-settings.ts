import path from 'node:path'
import type { FileStore } from '../../core/ports.ts'
import { fileProblem } from '../node/file-problem.ts'
import { readSettings } from '../node/settings-file.ts'
import { CliError, EXIT } from './exit-codes.ts'

/**
 * The settings in the data folder as they are now; nothing is written. Without the lock: whoever owns the folder replaces the file whole.
 * Throws {@link CliError} (usage) where the system does not let the file be read.
 */
export function keptSettings(dataDir: string): FileStore {
  const file = path.join(dataDir, 'parley.json')
  const document = readIt(file)
  return { read: (key) => document[key], write: () => undefined }
}

function readIt(file: string): Readonly<Record<string, unknown>> {
  try {
    const found = readSettings(file)
    return found.kind === 'good' ? found.document : {}
  } catch (cause) {
    throw new CliError(EXIT.usage, fileProblem('read', file, cause), { cause })
  }
}
