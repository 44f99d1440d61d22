import { soundingSpan } from '../rig/signal.ts'
import { expect, isCaption, isPlayed, test } from './parley.ts'

test('the greeting and the answer to typed text are heard and shown', async ({ rig, start }) => {
  const parley = await start()
  const greeting = await rig.recordSpeaker()
  await parley.connect()
  expect(soundingSpan(await greeting.stop())).not.toBeNull()

  const a = 10 + Math.floor(Math.random() * 90)
  const b = 10 + Math.floor(Math.random() * 90)
  const recording = await rig.recordSpeaker()
  const askedAtMs = Date.now()
  await parley.type(`What is ${a} plus ${b}?`)
  await parley.until('the sum', isCaption('agent', new RegExp(`\\b${a + b}\\b`)), { sinceMs: askedAtMs })
  await parley.until('the answer played', isPlayed, { sinceMs: askedAtMs })
  const span = soundingSpan(await recording.stop())
  expect(span).not.toBeNull()
  expect((span!.last - span!.first) / recording.sampleRateHz).toBeGreaterThan(0.5)
  await expect(parley.page.getByRole('log')).toContainText(`What is ${a} plus ${b}?`)
  await expect(parley.page.getByRole('log')).toContainText(String(a + b))
})
