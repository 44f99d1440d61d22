import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { randomWords, speak } from '../rig/speech.ts'
import { expect, isCaption, test as base } from './parley.ts'
import { startSilenceServer, type SilenceServer } from './silence-server.ts'

const DIGITAL_SILENCE_DBFS = -120

const test = base.extend<{ service: SilenceServer }>({
  service: async ({}, use) => {
    const service = await startSilenceServer()
    await use(service)
    await service.close()
  }
})

test('held it sends the microphone, released it sends silence until the service ends the turn, then nothing', async ({
  rig,
  start,
  service
}, testInfo) => {
  const profile = join(testInfo.project.outputDir, `silence-${Date.now()}.json`)
  await writeFile(
    profile,
    JSON.stringify({
      schemaVersion: 1,
      name: 'Ends turns on silence',
      service: 'deepgram',
      url: service.url,
      settings: {
        audio: {
          input: { encoding: 'linear16', sample_rate: 16000 },
          output: { encoding: 'linear16', sample_rate: 24000, container: 'none' }
        },
        agent: {}
      }
    })
  )
  const parley = await start({ args: ['--profile', profile], env: { DEEPGRAM_API_KEY: 'not-a-real-key' } })
  const said = await speak(randomWords(4), parley.dir)
  await parley.connect({ greeting: false })
  await parley.page.getByText('Hold to talk').waitFor()
  await rig.say(said.wavPath)
  expect(service.blocks, 'nothing leaves while the key is up').toEqual([])

  const hold = parley.page.getByRole('button', { name: /Hold to talk/ })
  await hold.hover()
  await parley.page.mouse.down()
  await rig.say(said.wavPath)
  await parley.page.mouse.up()
  const releasedAtMs = Date.now()
  await parley.until('the turn ends', isCaption('user', /the turn is over/))
  await new Promise((resolve) => setTimeout(resolve, 500))

  const held = service.blocks.filter(({ atMs }) => atMs < releasedAtMs)
  expect(Math.max(...held.map(({ dbfs }) => dbfs))).toBeGreaterThan(-30)
  const quietFrom = service.blocks.findLastIndex(({ dbfs }) => dbfs > DIGITAL_SILENCE_DBFS) + 1
  const silence = service.blocks.slice(quietFrom)
  const silentMs = silence.reduce((sum, { ms }) => sum + ms, 0)
  expect(silentMs, 'digital silence after the release').toBeGreaterThanOrEqual(400)
  expect(service.blocks.every(({ ms }) => ms === 20)).toBe(true)
  const silentForMs = service.turnEnds[0]! - releasedAtMs
  expect(silentMs, 'silence comes at the pace of speech').toBeLessThan(silentForMs + 400)
  expect(service.turnEnds).toHaveLength(1)
  const after = service.blocks.filter(({ atMs }) => atMs > service.turnEnds[0]! + 250)
  expect(after, 'no audio once the turn has ended').toEqual([])
})
