import type { SessionState } from '../../src/shared/events.ts'
import { conversation, expect, test } from './parley-page.ts'

const reason = { code: 'unreachable' as const, message: 'The connection to the service was lost.' }
const waiting: SessionState = { phase: 'reconnecting', attempt: 2, retryInMs: 4000, canRetryNow: true, reason }
const underWay: SessionState = { ...waiting, retryInMs: null }

test('a drop is on the screen within 300 ms: what happened, the attempt, the next try, and that speech is kept', async ({
  parley,
  page
}) => {
  await parley.open()
  await parley.live()
  await parley.say(...conversation.slice(0, 3))
  const tookMs = await page.evaluate(async (state) => {
    const beganMs = performance.now()
    window.emit('session:event', { kind: 'state', state })
    while (document.querySelector('section[aria-label="Connecting again"]') === null) {
      await new Promise((resolve) => {
        requestAnimationFrame(resolve)
      })
    }
    await new Promise((resolve) => {
      requestAnimationFrame(resolve)
    })
    return performance.now() - beganMs
  }, waiting)
  expect(tookMs).toBeLessThan(300)
  const card = page.getByRole('region', { name: 'Connecting again' })
  await expect(card).toContainText('The connection to the service was lost.')
  await expect(card).toContainText(/Attempt 2, next try in [34] s/)
  await expect(page.getByText('Reconnecting', { exact: true })).toBeVisible()
  await expect(page.getByText('What you say now is kept, up to 5 seconds')).toBeVisible()
  await expect(card).toContainText('next try in 3 s')
  await parley.expectAccessible()
})

test('"Try now" asks main for the next attempt, and only while one is waited for', async ({ parley, page }) => {
  await parley.open()
  await parley.live()
  await parley.state(waiting)
  const tryNow = page.getByRole('button', { name: 'Try now' })
  await tryNow.focus()
  await page.keyboard.press('Enter')
  expect(await parley.asked('session:retry')).toHaveLength(1)
  await parley.state(underWay)
  await expect(page.getByText('Attempt 2, trying now')).toBeVisible()
  await expect(tryNow).toHaveAttribute('aria-disabled', 'true')
  await expect(tryNow).toBeFocused()
  await page.keyboard.press('Enter')
  expect(await parley.asked('session:retry')).toHaveLength(1)
})

test('"Try now" is off while the service asked to wait, says why, and is on again when that is over', async ({
  parley,
  page
}) => {
  await parley.open()
  await parley.live()
  await parley.state({ ...waiting, canRetryNow: false })
  const tryNow = page.getByRole('button', { name: 'Try now' })
  await expect(page.getByText('The service asked Parley to wait.')).toBeVisible()
  await expect(tryNow).toHaveAttribute('aria-disabled', 'true')
  await expect(tryNow).toHaveAccessibleDescription('The service asked Parley to wait.')
  await tryNow.click({ force: true })
  expect(await parley.asked('session:retry')).toEqual([])
  await expect(page.getByText(/Attempt 2, next try in [34] s/)).toBeVisible()
  await parley.expectAccessible()
  await parley.state(waiting)
  await expect(page.getByText('The service asked Parley to wait.')).toHaveCount(0)
  await tryNow.click()
  expect(await parley.asked('session:retry')).toHaveLength(1)
})

test('one can hang up instead of waiting, from the card and from the row of controls', async ({ parley, page }) => {
  await parley.open()
  await parley.live()
  await parley.state(waiting)
  for (const button of await page.getByRole('button', { name: 'Hang up' }).all()) await button.click()
  expect(await parley.asked('session:hang-up')).toHaveLength(2)
})

test('one can go on talking during a drop: the key still opens the microphone', async ({ parley, page }) => {
  await parley.open()
  await parley.live()
  await parley.state(waiting)
  await page.keyboard.down('Space')
  expect((await parley.engineCalls()).at(-1)).toBe('talk open push-to-talk')
  await page.keyboard.up('Space')
})

test('the connection is back: the card goes, the conversation stays, and a quiet line tells it', async ({
  parley,
  page
}) => {
  await parley.open()
  await parley.live()
  await parley.say(...conversation.slice(0, 2))
  await parley.state(waiting)
  await parley.state({ phase: 'live', activity: 'listening' })
  await parley.event({ kind: 'reconnected', attempt: 2, tookMs: 1240, answerLost: false })
  await parley.say(...conversation.slice(2, 3))
  await expect(page.getByRole('region', { name: 'Connecting again' })).toHaveCount(0)
  await expect(page.getByRole('button', { name: 'Hide this notice' })).toHaveCount(0)
  await expect(page.getByRole('log', { name: 'Conversation' })).toHaveText(
    /seventeen times twenty-three\?Connected again after 1\.2 s\..*three hundred/
  )
})

test('the line of a connection that is back says when the last question has to be asked again', async ({
  parley,
  page
}) => {
  await parley.open()
  await parley.live()
  await parley.say(...conversation.slice(0, 2))
  await parley.event({ kind: 'reconnected', attempt: 1, tookMs: 400, answerLost: false })
  const log = page.getByRole('log', { name: 'Conversation' })
  await expect(log).toContainText('Connected again')
  await expect(log).not.toContainText('was not answered')
  await parley.event({ kind: 'reconnected', attempt: 1, tookMs: 640, answerLost: true })
  await expect(log).toContainText('The agent knows what was said. Your last question was not answered; ask again.')
})

test('a drop that does not mend ends in a problem with a next step', async ({ parley, page }) => {
  await parley.open()
  await parley.live()
  await parley.state(waiting)
  await parley.state({ phase: 'ended', reason })
  await expect(page.getByRole('alert')).toContainText('The agent cannot be reached')
  await expect(page.getByRole('region', { name: 'Connecting again' })).toHaveCount(0)
})
