import type { Support, SupportKey } from '../../../../shared/commands.ts'
import type { SupportTable } from '../../../../shared/events.ts'

/** How the service does a command or one of its variants; a variant that is not named is done as its command. Undefined until told. */
export function supportOf(table: SupportTable, key: SupportKey): Support | undefined {
  return table[key] ?? table[key.split('/', 1)[0] ?? key]
}

/** What is true of all of `keys`; undefined where they differ or one is not told. */
export function commonSupport(table: SupportTable, keys: readonly SupportKey[]): Support | undefined {
  const [first, ...others] = keys.map((key) => supportOf(table, key))
  return others.every((other) => JSON.stringify(other) === JSON.stringify(first)) ? first : undefined
}

/** The sentence that goes with it. */
export function supportNote(support: Support | undefined): string {
  if (support?.kind === 'emulated') return support.how
  return support?.kind === 'unsupported' ? support.why : ''
}
