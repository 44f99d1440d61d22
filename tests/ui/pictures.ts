import { test } from './parley-page.ts'
import type { ParleyPage } from './parley-page.ts'

/** UI_ALL_SHOTS=1: the dark theme at every size as well. */
const everySize = process.env['UI_ALL_SHOTS'] === '1'

/** What is looked at, and how. */
export interface Look {
  /** Of the picture's file, after the theme. */
  name: string
  /** CSS pixels by the name of the size. */
  sizes: Record<string, { width: number; height: number }>
  /** The name of the size at which the dark theme is looked at: the same page in other colours, which are the same at every size. */
  darkAt: string
  /** Opens the page and leads it to its state. */
  reach: () => Promise<void>
  /** A resize closes the kit's lists or leaves another part scrolled into view: the state is reached again at each size. */
  perSize: boolean
  /** A selector: only this part is asked of axe. While a list or menu is open the kit hides the page behind it. */
  part?: string | undefined
}

/** A picture of the state at every size and in both themes, for eyes; each of them is clean for axe and never wider than the window. */
export async function expectDrawn(parley: ParleyPage, look: Look): Promise<void> {
  const { page } = parley
  for (const [at, [size, viewport]] of Object.entries(look.sizes).entries()) {
    await page.emulateMedia({ colorScheme: 'light' })
    await page.setViewportSize(viewport)
    if (at === 0 || look.perSize) await look.reach()
    // Where a person works stays in view.
    else await page.evaluate(() => document.activeElement?.scrollIntoView({ block: 'center' }))
    for (const theme of ['light', 'dark'] as const) {
      if (theme === 'dark' && size !== look.darkAt && !everySize) continue
      await test.step(`${theme}, ${size}`, async () => {
        await page.emulateMedia({ colorScheme: theme })
        await parley.drawn()
        await page.screenshot({
          animations: 'disabled',
          path: `test-results/ui-shots/${theme}-${look.name}-${size}.png`
        })
        await parley.expectNoSideScroll()
        await parley.expectAccessible(look.part, { onlyColours: theme === 'dark' && !everySize })
      })
    }
  }
}
