/** Stands in the settings dialog until the section is there. */
export function ShortcutsSection() {
  return null
}
