/** Stands in the settings dialog until the section is there. */
export function PresenceSection() {
  return null
}
