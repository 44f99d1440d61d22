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

/**
 * What is true of something that needs all of `keys` at once: the weakest of them, with what is said of each. What is noted of a native one
 * is true of it alone. Undefined until one is told.
 */
export function jointSupport(table: SupportTable, keys: readonly SupportKey[]): Support | undefined {
  const known = keys.map((key) => supportOf(table, key)).filter((support) => support !== undefined)
  const missing = known.find(({ kind }) => kind === 'unsupported')
  if (missing !== undefined || known.length < 2) return missing ?? known[0]
  const emulated = known.filter(({ kind }) => kind === 'emulated')
  if (emulated.length === 0) return { kind: 'native' }
  return { kind: 'emulated', how: [...new Set(emulated.map(supportNote))].join(' ') }
}

/** The sentence that goes with it. */
export function supportNote(support: Support | undefined): string {
  if (support === undefined) return ''
  if (support.kind === 'native') return support.note ?? ''
  return support.kind === 'emulated' ? support.how : support.why
}
