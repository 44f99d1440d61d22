import { existsSync } from 'node:fs'

/**
 * Where a worker's code is: the TypeScript file when this module itself runs from source, else the bundle of that name.
 * A bundled module may sit beside the entry files or one folder below them (`chunks/`), so both are looked at.
 */
export function workerEntry(here: string, sourcePath: string, bundleName: string): URL {
  if (here.endsWith('.ts')) return new URL(sourcePath, here)
  const beside = new URL(`./${bundleName}`, here)
  return existsSync(beside) ? beside : new URL(`../${bundleName}`, here)
}
