import type { ParleyPage } from './parley-page.ts'
import { support } from './support-table.ts'

/** A live conversation with the tune panel open. */
export async function tuning(parley: ParleyPage): Promise<void> {
  await parley.open()
  await parley.live()
  await parley.event({ kind: 'support', support })
  await parley.page.getByRole('button', { name: /^Tune the agent/ }).click()
}

/** Opens a section by its title. */
export async function section(parley: ParleyPage, title: string): Promise<void> {
  await parley.page.getByRole('button', { name: new RegExp(`^${title}`) }).click()
}

/** The controls of a section. */
export const fieldset = (parley: ParleyPage, name: string) => parley.page.getByRole('group', { name, exact: true })
