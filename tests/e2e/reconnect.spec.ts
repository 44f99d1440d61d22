import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { Launched } from '../protocol/start.test-support.ts'
import { breakingLink } from './breaking-link.ts'
import { complaintsOf, expect, ready, test } from './web-host.ts'

const AGENT_READY = /ws:\/\/127\.0\.0\.1:(\d+)/

/** The built-in agent as a program of its own, as any other server. */
async function startAgent(): Promise<{ agent: Launched; port: number }> {
  const agent = new Launched(['agent', '--port', '0'], { script: 'bin/parley.mjs' })
  await expect.poll(() => AGENT_READY.test(agent.stdout), { timeout: 30_000 }).toBe(true)
  return { agent, port: Number(AGENT_READY.exec(agent.stdout)?.[1]) }
}

test('a cut wire is on the screen within 300 ms, and the conversation goes on when it is mended', async ({
  start,
  context,
  dataDir
}) => {
  const { agent, port } = await startAgent()
  const link = await breakingLink(port)
  const profile = path.join(dataDir, 'profile.json')
  writeFileSync(
    profile,
    JSON.stringify({
      schemaVersion: 1,
      name: 'Behind a wire',
      service: 'builtin',
      url: `ws://127.0.0.1:${link.port}`,
      settings: {
        audio: {
          input: { encoding: 'linear16', sample_rate: 16_000 },
          output: { encoding: 'linear16', sample_rate: 24_000, container: 'none' }
        },
        agent: { think: { provider: { type: 'open_ai', model: 'gpt-4o-mini' }, prompt: 'Be brief.' } }
      }
    })
  )
  try {
    const host = await start(0, ['--profile', profile])
    const page = await context.newPage()
    const complaints = complaintsOf(page)
    await page.goto(host.link)
    await ready(page)
    await page.getByRole('button', { name: 'Start talking' }).click()
    const box = page.getByRole('textbox', { name: 'Message to the agent' })
    const ask = async (words: string, answer: RegExp): Promise<void> => {
      await box.fill(words)
      await box.press('Enter')
      await expect(page.getByRole('log')).toContainText(answer, { timeout: 30_000 })
    }
    await ask('What is six times seven?', /42|forty-two/i)
    await page.evaluate(() => {
      new MutationObserver(() => {
        if (document.querySelector('section[aria-label="Connecting again"]') === null) return
        document.documentElement.dataset['seenAt'] ??= String(Date.now())
      }).observe(document.body, { childList: true, subtree: true })
    })
    const cutAt = link.cut()
    await expect(page.getByRole('region', { name: 'Connecting again' })).toBeVisible()
    const seenAt = Number(await page.evaluate(() => document.documentElement.dataset['seenAt']))
    expect(seenAt - cutAt, 'ms from the cut to the card').toBeLessThanOrEqual(300)
    link.mend()
    const tryNow = page.getByRole('button', { name: 'Try now' })
    // Parley may have tried by itself meanwhile.
    if (await tryNow.isVisible()) await tryNow.click({ timeout: 2000 }).catch(() => undefined)
    await expect(page.getByText(/^Connected again after/)).toBeVisible()
    await expect(page.getByRole('log')).toContainText('What is six times seven?')
    await ask('What is five times five?', /25|twenty-five/i)
    await expect(page.getByRole('log').getByText('What is six times seven?')).toHaveCount(1)
    await page.getByRole('button', { name: 'Hang up' }).click()
    await expect(page.getByText('Conversation ended')).toBeVisible()
    expect(complaints).toEqual([])
  } finally {
    await link.close()
    await agent.end()
  }
})
