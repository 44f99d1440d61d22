// A packaged app: the executable's own folder holds resources/app.asar, and no folder is named on the command line.
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

export interface Packaged {
  executable: string
  resources: string
  /** The archive's files in a folder called `app.asar`: plain Node cannot read them from the archive itself. */
  root: string
}

function unpack(executable: string): Packaged {
  const resources = join(dirname(executable), 'resources')
  const { extractAll } = createRequire(import.meta.url)('@electron/asar') as {
    extractAll: (this: void, archive: string, folder: string) => void
  }
  const folder = mkdtempSync(join(tmpdir(), 'estand-app-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const root = join(folder, 'app.asar')
  extractAll(join(resources, 'app.asar'), root)
  return { executable, resources, root }
}

const executable = process.env.ESTAND_PACKAGED

/** `ESTAND_PACKAGED` is the packaged executable's own path, set by the script that takes its place. */
export const packaged: Packaged | undefined = executable === undefined ? undefined : unpack(executable)
delete process.env.ESTAND_PACKAGED
