import { test } from './parley-page.ts'
import { tuneStates } from './tune-states.ts'

// One picture per state, theme and size, for eyes: written to test-results/ui-shots. Every picture is also checked with axe.
const sizes = {
  normal: { width: 960, height: 720 },
  narrow: { width: 360, height: 640 },
  tall: { width: 1200, height: 1100 }
}

/** Colours are the same at every size: the dark theme is looked at in one, unless UI_ALL_SHOTS=1 asks for every picture. */
const everySize = process.env['UI_ALL_SHOTS'] === '1'

for (const theme of ['light', 'dark'] as const) {
  for (const [name, reach] of Object.entries(tuneStates)) {
    test(`the panel (${name}) in the ${theme} theme is drawn, clean for axe and never wider than the window`, async ({
      parley,
      page
    }) => {
      for (const [size, viewport] of Object.entries(sizes)) {
        if (theme === 'dark' && size !== 'tall' && !everySize) continue
        await page.setViewportSize(viewport)
        await reach(parley, theme)
        await parley.drawn()
        await page.screenshot({
          animations: 'disabled',
          path: `test-results/ui-shots/tune-${theme}-${name}-${size}.png`
        })
        await parley.expectNoSideScroll()
        await parley.expectAccessible()
      }
    })
  }
}
