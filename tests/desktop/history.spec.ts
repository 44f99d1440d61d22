import { rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from './desktop.ts'
import { connect, profileFile, scriptedAgent, session } from './scripted-agent.ts'

test('a conversation is in the history of the program, also after it was killed in the middle of it', async ({
  launch
}) => {
  const agent = await scriptedAgent()
  const file = await profileFile(test.info().outputPath('agent.json'), `ws://127.0.0.1:${agent.link.port}`)
  const first = await launch({ args: [`--profile=${file}`] })
  await connect(first)
  const { peer } = await session(agent, 1)
  peer.say({ type: 'ConversationText', role: 'user', content: 'Where is the lighthouse?' })
  peer.say({ type: 'ConversationText', role: 'assistant', content: 'At the end of the pier.' })
  await expect(first.page.getByRole('log')).toContainText('At the end of the pier.')
  await first.page.keyboard.press('Control+h')
  const option = (page: typeof first.page) => page.getByRole('option', { name: /Where is the lighthouse\?/ })
  await option(first.page).click()
  await expect(first.page.getByRole('region', { name: /^What was said/ })).toContainText('This conversation runs now.')
  if (process.platform !== 'win32') {
    expect((await stat(path.join(first.dataDir, 'history.db'))).mode & 0o777).toBe(0o600)
  }
  const gone = new Promise((resolve) => first.process.once('exit', resolve))
  first.process.kill('SIGKILL')
  await gone
  // Its Chromium is still ending.
  await rm(path.join(first.dataDir, 'electron'), { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })

  const second = await launch({ dataDir: first.dataDir })
  await second.page.keyboard.press('Control+h')
  await second.page.getByRole('searchbox').fill('pier lightho')
  await expect(second.page.getByText('At the end of the pier.')).toHaveCount(0)
  await option(second.page).click()
  const transcript = second.page.getByRole('region', { name: /^What was said/ })
  await expect(transcript).toContainText('At the end of the pier.')
  await expect(transcript).toContainText('Broke off')
  agent.close()
})
