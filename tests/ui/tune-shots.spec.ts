import { test } from './parley-page.ts'
import { expectDrawn } from './pictures.ts'
import { tuneStates } from './tune-states.ts'

const sizes = {
  tall: { width: 1200, height: 1100 },
  normal: { width: 960, height: 720 },
  narrow: { width: 360, height: 640 }
}

/** A resize leaves another part in view. */
const scrolled = new Set(['deepgram-refused', 'napster-unsupported'])

for (const [name, reach] of Object.entries(tuneStates)) {
  test(`the panel (${name}) is drawn in both themes, clean for axe and never wider than the window`, async ({
    parley
  }) => {
    await expectDrawn(parley, {
      name: `tune-${name}`,
      sizes,
      darkAt: 'tall',
      perSize: scrolled.has(name),
      reach: () => reach(parley)
    })
  })
}
