import { chromium } from '@playwright/test'
import { startRig } from '../rig/rig.ts'
import { levelDbfs } from '../rig/signal.ts'
import { expect, test } from './web-host.ts'

const button = (label: string) =>
  `[...document.querySelectorAll('button')].find((one) => (one.ariaLabel ?? one.textContent).includes('${label}'))`
const space = (type: string) => `window.dispatchEvent(new KeyboardEvent('${type}', { code: 'Space' }))`

test('a talk key that is pressed without a gesture talks, and the agent is heard, in a page that nobody ever touched', async ({
  start
}) => {
  const rig = await startRig()
  const browser = await chromium.launch(rig.chromium({ autoplay: 'after-gesture' }))
  try {
    const { link } = await start()
    const page = await browser.newPage()
    const devtools = await page.context().newCDPSession(page)
    // Playwright's own evaluate counts as a gesture, and so does everything that it looks for.
    const inject = async (expression: string): Promise<unknown> =>
      (await devtools.send('Runtime.evaluate', { expression, userGesture: false })).result.value
    await page.goto(link)
    const speaker = await rig.recordSpeaker()
    await expect.poll(() => inject(`${button('Start talking')} !== undefined`)).toBe(true)
    await inject(`${button('Start talking')}.click()`)
    await expect.poll(() => inject(`${button('Hang up')} !== undefined`), { timeout: 30_000 }).toBe(true)
    await inject(space('keydown'))
    await expect.poll(() => inject(`document.querySelector('[aria-pressed=true]') !== null`)).toBe(true)
    // The greeting.
    await speaker.until((samples) => levelDbfs(samples.subarray(-4800)) > -40, 20_000)
    await inject(space('keyup'))
    await expect.poll(() => inject(`document.querySelector('[aria-pressed=true]') !== null`)).toBe(false)
    expect(await inject('navigator.userActivation.hasBeenActive')).toBe(false)
    await speaker.stop()
  } finally {
    await browser.close()
    await rig.close()
  }
})
