import { existsSync } from 'node:fs'

/**
 * A path that no file has yet, for a file that is moved aside: `STEM-TIME.EXTENSION`, with a number behind the time where that is taken.
 * `stem` is a path, as in `/data/parley.corrupt`; `iso` an ISO 8601 time, of which every file system takes what is left of it.
 */
export function nameAside(stem: string, extension: '.json' | '.db', iso: string): string {
  const base = `${stem}-${iso.replaceAll(/[:.]/g, '-')}`
  let aside = `${base}${extension}`
  for (let next = 2; existsSync(aside); next += 1) aside = `${base}-${next}${extension}`
  return aside
}
