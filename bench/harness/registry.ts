import { readdir } from 'node:fs/promises'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Bench } from './bench.ts'

const FOLDER = new URL('../benches/', import.meta.url)

/** Names of all benches, in the order of the alphabet. */
export async function benchNames(folder: URL = FOLDER): Promise<string[]> {
  const files = await readdir(fileURLToPath(folder))
  return files
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => basename(file, '.ts'))
    .toSorted()
}

/** Loads the bench of a file; throws where the file is none or names itself otherwise. */
export async function loadBench(name: string, folder: URL = FOLDER): Promise<Bench> {
  const { bench } = (await import(new URL(`${name}.ts`, folder).href)) as { bench?: Bench }
  if (bench?.name !== name) throw new Error(`bench/benches/${name}.ts must export a bench called ${name}`)
  return bench
}
