import type { TurnLatency } from '../../src/shared/events.ts'
import { conversation, expect, test } from './parley-page.ts'
import type { ParleyPage } from './parley-page.ts'

const turn = (latency: Partial<TurnLatency> = {}) => ({
  kind: 'latency' as const,
  latency: { turn: 1, client: {}, service: {}, ...latency }
})

async function oneTurn(parley: ParleyPage): Promise<void> {
  await parley.open()
  await parley.live()
  await parley.say(...conversation.slice(0, 2))
  await parley.event(turn({ client: { lastBlockSentMs: 18 } }))
  await parley.event(turn({ client: { lastBlockSentMs: 18, firstByteMs: 540 } }))
  await parley.say(...conversation.slice(2, 3))
  await parley.event(
    turn({
      client: { lastBlockSentMs: 18, firstByteMs: 540, firstSampleMs: 618 },
      service: { sttMs: 120, tttTextMs: 260, ttsMs: 95, totalMs: 480 }
    })
  )
}

test('C35 a reply tells how long it took, and opens Parley’s legs beside the service’s report', async ({
  parley,
  page
}) => {
  await oneTurn(parley)
  const mark = page.getByRole('button', { name: 'Latency of this reply: 0.6 s' })
  await expect(page.getByRole('button', { name: /^Latency/ })).toHaveCount(1)
  await mark.focus()
  await page.keyboard.press('Enter')
  const parts = page.getByRole('dialog', { name: 'Latency of this reply: 0.6 s' })
  await expect(parts).toContainText('to the first sound you hear618 ms')
  await expect(parts).toContainText('Model, first sentence260 ms')
  await expect(parts).not.toContainText('Model, thinking')
  await parley.expectAccessible('[role=dialog]')
  await page.keyboard.press('Escape')
  await expect(parts).toHaveCount(0)
  await expect(mark).toBeFocused()
})

test('the greeting, and a turn of which nothing is known yet, carry no number', async ({ parley, page }) => {
  await parley.open()
  await parley.live()
  await parley.say(...conversation.slice(0, 1))
  await parley.event(turn({ client: { lastBlockSentMs: 18 }, service: { sttMs: 120 } }))
  await expect(page.getByRole('button', { name: /^Latency/ })).toHaveCount(0)
})

test('a service that tells nothing is said to tell nothing', async ({ parley, page }) => {
  await parley.open()
  await parley.live()
  await parley.say(...conversation.slice(1, 3))
  await parley.event(turn({ client: { firstByteMs: 500, firstSampleMs: 900 } }))
  await page.getByRole('button', { name: 'Latency of this reply: 0.9 s' }).click()
  await expect(page.getByRole('dialog')).toContainText('The service told nothing.')
})

test('the panel shows the last turns, newest first, with the percentiles of what was heard', async ({
  parley,
  page
}) => {
  await parley.open()
  await parley.live()
  await page.keyboard.press('Control+b')
  await page.getByRole('tab', { name: 'Turns' }).click()
  await expect(page.getByText('No turn yet.')).toBeVisible()
  for (let n = 1; n <= 20; n += 1) {
    await parley.event(turn({ turn: n, client: n === 20 ? {} : { firstSampleMs: n * 100 }, service: { totalMs: 300 } }))
  }
  const panel = page.getByRole('complementary', { name: 'Tune' })
  await expect(panel).toContainText('Heard after, over 19 turns')
  await expect(panel).toContainText(/1,000 ms.*half of the turns within|half of the turns within.*1,000 ms/)
  await expect(panel).toContainText(/1,900 ms.*95 of 100 within|95 of 100 within.*1,900 ms/)
  await expect(panel.getByRole('row').nth(1)).toHaveText(/^20.*unknown.*unknown.*300 ms$/)
  await parley.expectAccessible()
})
