/** Stands in the settings dialog until the section is there. */
export function KeysSection() {
  return null
}
