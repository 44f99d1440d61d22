import { writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { folder, runInside, service, toneWav } from './cli.test-support.ts'

test('--reconnect: the answer to a recording that was lost ends with 3, soon', async ({ onTestFinished }) => {
  const { path, remove } = folder()
  onTestFinished(remove)
  writeFileSync(path('i.wav'), toneWav(300, 16_000))
  let lostAt = 0
  const scripted = await service((type, peer) => {
    // The whole recording and some silence: the first connection hears it and breaks before it answers.
    if (type !== 'audio' || lostAt > 0 || peer.audioBytes < 16_000) return
    lostAt = performance.now()
    peer.say({ type: 'UserStartedSpeaking' })
    peer.say({ type: 'ConversationText', role: 'user', content: 'beep' })
    setTimeout(() => peer.socket.terminate(), 20)
  })
  onTestFinished(() => scripted.close())
  const ran = await runInside(['talk', '--url', scripted.url, '--reconnect', '--in', path('i.wav')])
  expect(performance.now() - lostAt).toBeLessThan(9000)
  expect(ran).toMatchObject({ code: 3, lines: ['You: beep'] })
  expect(ran.stderr).toMatch(/^parley: Connected again after \d/m)
  expect(ran.stderr).toContain(
    'parley: The answer to the recording was lost with the connection; the recording is not spoken again.\n'
  )
  expect(scripted.peers).toHaveLength(2)
})
