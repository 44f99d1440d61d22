/** A JSON object as it was read; what is in it is not known yet. */
export type Fields = Readonly<Record<string, unknown>>

/**
 * Brings a document of one version to the next, except for `schemaVersion`, which {@link migrate} writes. A pure function that never throws,
 * whatever is in the document, and keeps every field that it does not know.
 */
export type Step = (document: Fields) => Fields

/** `newer`: this build does not know the version; `value` is as it was read. */
export type Migrated = { kind: 'current'; value: Fields } | { kind: 'newer'; value: Fields; version: number }

/** The version that a document says it has; undefined where it says none that could be one. */
export function versionOf(document: Fields): number | undefined {
  const version = Object.hasOwn(document, 'schemaVersion') ? document['schemaVersion'] : undefined
  return typeof version === 'number' && Number.isSafeInteger(version) && version >= 1 ? version : undefined
}

/** `steps[0]` leads from version 1 to 2, and so on; a document that is at the newest version comes back as it is. */
export function migrate(document: Fields, version: number, steps: readonly Step[]): Migrated {
  const newest = steps.length + 1
  if (version > newest) return { kind: 'newer', value: document, version }
  const value = steps
    .slice(version - 1)
    .reduce<Fields>((at, step, index) => ({ ...step(at), schemaVersion: version + index + 1 }), document)
  return { kind: 'current', value }
}
