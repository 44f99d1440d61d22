import { existsSync } from 'node:fs'

/**
 * A path that no file has yet, for a file that is moved aside: `beginning`, the time and the extension, with a number behind the time where
 * that is taken. `beginning` is one of a path, as in `/data/parley.corrupt-`; `iso` an ISO 8601 time, of which every file system takes what is left of it.
 */
export function nameAside(beginning: string, extension: '.json' | '.db', iso: string): string {
  const base = `${beginning}${iso.replaceAll(/[:.]/g, '-')}`
  let aside = `${base}${extension}`
  for (let next = 2; existsSync(aside); next += 1) aside = `${base}-${next}${extension}`
  return aside
}
