import type { Path } from './json-fields.ts'

/** Brings the control of `path`, or of the nearest field around it, into view and focuses it; false where the form has none. */
export function showField(form: HTMLElement | null, path: Path): boolean {
  for (let length = path.length; length > 0; length -= 1) {
    const at = path.slice(0, length).join('.')
    const field = form?.querySelector<HTMLElement>(`[data-field="${CSS.escape(at)}"]`)
    if (field === null || field === undefined) continue
    for (
      let outer = field.closest('details');
      outer !== null;
      outer = outer.parentElement?.closest('details') ?? null
    ) {
      outer.open = true
    }
    field.scrollIntoView({ block: 'center' })
    field.querySelector<HTMLElement>('input, textarea, button')?.focus({ preventScroll: true })
    return true
  }
  return false
}
