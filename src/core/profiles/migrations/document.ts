import { migrate, versionOf, type Fields, type Migrated, type Step } from './migrate.ts'

/**
 * From the stored document (`parley.json`) of version n to n + 1.
 *
 * - 1 -> 2: a profile may be `held`. A build of version 1 would drop that mark and so allow what nobody has allowed; it must not write this
 *   document any more. No profile was held before.
 */
export const DOCUMENT_STEPS: readonly Step[] = [(document) => document]

/** Version of the document that this build writes. */
export const DOCUMENT_VERSION = DOCUMENT_STEPS.length + 1

/** The document as this build reads it. One without a version is of version 1, which had none. */
export function migrateDocument(document: Fields): Migrated {
  return migrate(document, versionOf(document) ?? 1, DOCUMENT_STEPS)
}
