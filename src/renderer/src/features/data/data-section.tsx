/** Stands in the settings dialog until the section is there. */
export function DataSection() {
  return null
}
