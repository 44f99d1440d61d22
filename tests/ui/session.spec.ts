import type { Caption } from '../../src/shared/events.ts'
import { conversation, expect, test } from './parley-page.ts'

const line = (n: number): Caption => ({ id: String(n), role: 'agent', text: `Line number ${n}.`, interrupted: false })

test('a dialog, a select, a menu and a scroll area open without a CSP report', async ({ parley, page }) => {
  await parley.open()
  await parley.live()
  await parley.say(...conversation)
  await page.getByRole('combobox', { name: /^Microphone/ }).click()
  await expect(page.getByRole('option', { name: 'Headset' })).toBeVisible()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Settings' }).click()
  await page.getByRole('menuitem', { name: 'Agents…' }).click()
  await expect(page.getByRole('dialog')).toBeVisible()
  await expect(page.getByRole('region', { name: 'Your agents' })).toBeVisible()
  const styles = await page.evaluate(() => [...document.querySelectorAll('style')].map((style) => style.nonce !== ''))
  expect(styles.length).toBeGreaterThan(0)
  expect(styles).not.toContain(false)
})

test('the test of CSP reports can fail: a style element without the nonce is reported', async ({ parley, page }) => {
  await parley.open()
  await page.evaluate(() =>
    document.head.append(Object.assign(document.createElement('style'), { textContent: 'b{}' }))
  )
  await expect.poll(() => page.evaluate(() => window.cspReports.length)).toBe(1)
  await page.evaluate(() => (window.cspReports = []))
  parley.faults.length = 0
})

test('Start talking opens the microphone and asks main for a conversation', async ({ parley, page }) => {
  await parley.open()
  await page.getByRole('button', { name: 'Start talking' }).click()
  expect(await parley.asked('session:connect')).toEqual([undefined])
  expect(await parley.engineCalls()).toEqual(['open'])
  await parley.state({ phase: 'connecting' })
  await expect(page.getByText('Connecting', { exact: true })).toBeVisible()
})

test('--connect starts the conversation at once', async ({ parley }) => {
  await parley.open({ connectAtStart: true })
  await expect.poll(() => parley.asked('session:connect')).toHaveLength(1)
})

test('hanging up asks main, and the end of the conversation closes the microphone', async ({ parley, page }) => {
  await parley.open()
  await page.getByRole('button', { name: 'Start talking' }).click()
  await parley.live()
  await parley.say(...conversation.slice(0, 2))
  await page.getByRole('button', { name: 'Hang up' }).click()
  expect(await parley.asked('session:hang-up')).toHaveLength(1)
  await parley.state({ phase: 'ended', reason: { code: 'hung-up', message: '' } })
  expect((await parley.engineCalls()).slice(-2)).toEqual(['close', 'talk closed push-to-talk'])
  await expect(page.getByText('Conversation ended')).toBeVisible()
  await expect(page.getByText('What is seventeen times twenty-three?')).toBeVisible()
  await page.getByRole('button', { name: 'Talk again' }).click()
  expect(await parley.asked('session:connect')).toHaveLength(2)
})

test('a connection that main refuses closes the microphone again and says why', async ({ parley, page }) => {
  await parley.open({
    answers: { 'session:connect': { ok: false, error: { code: 'refused', message: 'A session runs.' } } }
  })
  await page.getByRole('button', { name: 'Start talking' }).click()
  await expect(page.getByText('That did not work: A session runs.')).toBeVisible()
  expect(await parley.engineCalls()).toEqual(['open', 'close'])
})

test('a page that is reloaded in a conversation shows it and opens the microphone', async ({ parley, page }) => {
  await parley.open({ state: { phase: 'live', activity: 'listening' }, captions: conversation })
  await expect(page.getByText('Your sister arrives on Thursday.', { exact: true })).toBeVisible()
  expect(await parley.engineCalls()).toContain('open')
})

test('a reply that grows is one line, and one that was cut says so', async ({ parley, page }) => {
  await parley.open()
  await parley.live()
  await parley.say(
    { id: 'a', role: 'agent', text: 'One.', interrupted: false },
    { id: 'a', role: 'agent', text: 'One. Two.', interrupted: false },
    { id: 'a', role: 'agent', text: 'One. Two.', interrupted: true }
  )
  const log = page.getByRole('log', { name: 'Conversation' })
  await expect(log.locator('[data-role]')).toHaveCount(1)
  await expect(log).toContainText('One. Two. cut off here')
})

test('the conversation follows the newest line until the person scrolls up', async ({ parley, page }) => {
  await parley.open()
  await parley.live()
  for (let n = 1; n <= 30; n += 1) await parley.say(line(n))
  await expect(page.getByText('Line number 30.')).toBeInViewport()
  await page.getByRole('region', { name: 'Conversation' }).hover()
  await page.mouse.wheel(0, -600)
  const newest = page.getByRole('button', { name: 'Go to the newest line' })
  await expect(newest).toBeVisible()
  await parley.say(line(31))
  await expect(page.getByText('Line number 31.')).not.toBeInViewport()
  await newest.click()
  await expect(page.getByText('Line number 31.')).toBeInViewport()
  await parley.say(line(32))
  await expect(page.getByText('Line number 32.')).toBeInViewport()
})

test('Escape stops the agent, but belongs to an open list first', async ({ parley, page }) => {
  await parley.open()
  await parley.live('agentSpeaking')
  await page.getByRole('combobox', { name: /^Microphone/ }).click()
  await page.getByRole('listbox').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('listbox').waitFor({ state: 'detached' })
  expect(await parley.asked('session:command')).toEqual([])
  await page.keyboard.press('Escape')
  expect(await parley.asked('session:command')).toEqual([{ kind: 'stop-speaking' }])
})

test('the button stops the agent too, and only while it speaks', async ({ parley, page }) => {
  await parley.open()
  await parley.live()
  const stop = page.getByRole('button', { name: 'Stop speaking' })
  await expect(stop).toBeDisabled()
  await parley.state({ phase: 'live', activity: 'agentSpeaking' })
  await stop.click()
  expect(await parley.asked('session:command')).toEqual([{ kind: 'stop-speaking' }])
})

test('the open microphone opens the gate, mute closes it, hanging up closes it', async ({ parley, page }) => {
  await parley.open()
  await parley.live()
  await page.getByRole('radio', { name: 'Open mic' }).click()
  expect(await parley.asked('preferences:write')).toEqual([{ talkMode: 'open' }])
  expect((await parley.engineCalls()).at(-1)).toBe('talk open open')
  await page.getByRole('button', { name: 'Mute microphone' }).click()
  expect((await parley.engineCalls()).at(-1)).toBe('talk closed open')
  await expect(page.getByText('You are muted')).toBeVisible()
  await page.getByRole('button', { name: 'Mute microphone' }).click()
  expect((await parley.engineCalls()).at(-1)).toBe('talk open open')
  await parley.state({ phase: 'ended', reason: { code: 'hung-up', message: '' } })
  expect((await parley.engineCalls()).slice(-2)).toEqual(['close', 'talk closed open'])
})

test('notices stay until they are hidden, and the same one again stays one row', async ({ parley, page }) => {
  await parley.open()
  await parley.live()
  const notice = { level: 'warning' as const, code: 'prompt-too-long', message: 'The prompt was cut.' }
  await parley.event({ kind: 'notice', notice })
  await parley.event({ kind: 'notice', notice })
  await parley.event({ kind: 'audio-dropped', where: 'capture', ms: 400 })
  await parley.event({ kind: 'audio-dropped', where: 'capture', ms: 1400 })
  await expect(page.getByText('The prompt was cut. (2 times)')).toBeVisible()
  await expect(page.getByText('1.4 s of your speech was lost')).toBeVisible()
  await page.getByRole('button', { name: 'Hide this notice' }).first().click()
  await expect(page.getByText('The prompt was cut.')).toHaveCount(0)
  await expect(page.getByRole('button', { name: 'Hide this notice' })).toHaveCount(1)
})

test('everything on the first screen is reached with Tab', async ({ parley, page }) => {
  await parley.open()
  await parley.live('agentSpeaking')
  const reached: string[] = []
  for (let i = 0; i < 14; i += 1) {
    await page.keyboard.press('Tab')
    reached.push(
      await page.evaluate(() => {
        const at = document.activeElement
        if (at === document.body) return 'the window itself'
        const outlined = at !== null && getComputedStyle(at).outlineStyle !== 'none'
        const framed = at?.closest('form') !== null && at?.tagName === 'TEXTAREA'
        return `${at?.getAttribute('aria-label') ?? at?.textContent}${outlined || framed ? '' : ' WITHOUT FOCUS RING'}`
      })
    )
  }
  for (const name of [
    /^Settings$/,
    /^Conversation$/,
    /^Message to the agent$/,
    /^What this text is for/,
    /^Hold to talk/,
    /^Mute/,
    /^Stop/,
    /^Hang up$/,
    /^Microphone/,
    /^Push to talk$/
  ]) {
    expect(
      reached.filter((label) => name.test(label)),
      `${name} in ${reached.join(', ')}`
    ).not.toEqual([])
  }
  expect(reached.filter((label) => label.includes('WITHOUT'))).toEqual([])
})

test('under reduced motion the string is still, and still says who speaks', async ({ parley, page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await parley.open()
  await parley.live('agentSpeaking')
  const picture = () => page.evaluate(() => document.querySelector('canvas')?.toDataURL())
  await parley.levels(-90, -15)
  await parley.drawn()
  const first = await picture()
  for (let i = 0; i < 6; i += 1) {
    await parley.levels(-90, -15 - i * 5)
    await parley.drawn()
  }
  expect(await picture()).toBe(first)
  await parley.state({ phase: 'live', activity: 'userSpeaking' })
  await expect.poll(picture).not.toBe(first)
})

test('the string moves with the agent’s level and comes to rest', async ({ parley, page }) => {
  await parley.withMotion()
  await parley.open()
  await parley.live('agentSpeaking')
  const picture = () => page.evaluate(() => document.querySelector('canvas')?.toDataURL())
  const quiet = await picture()
  const frames = () =>
    page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          const request = window.requestAnimationFrame.bind(window)
          let count = 0
          window.requestAnimationFrame = (run) => {
            count += 1
            return request(run)
          }
          setTimeout(() => {
            window.requestAnimationFrame = request
            resolve(count)
          }, 300)
        })
    )
  await parley.levels(-90, -15)
  await expect.poll(picture).not.toBe(quiet)
  const loud = await picture()
  expect(await frames()).toBeGreaterThan(2)
  expect(await picture()).not.toBe(loud)
  await parley.levels(-90, -90)
  await expect.poll(frames, { timeout: 10_000 }).toBe(0)
})

test('a lost host is told, with the next step', async ({ parley, page }) => {
  await parley.open({
    answers: { 'session:snapshot': { ok: false, error: { code: 'internal', message: 'Main is gone.' } } }
  })
  await expect(page.getByRole('alert')).toContainText('Main is gone.')
  await expect(page.getByRole('button', { name: 'Reload' })).toBeVisible()
})

test('a screen that cannot be drawn says so instead of going blank', async ({ parley, page }) => {
  await parley.open()
  await parley.live()
  await parley.microphoneIs({ label: { not: 'a label' } as never })
  await expect(page.getByRole('heading', { name: 'The window stopped working' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Reload' })).toBeVisible()
  parley.faults.length = 0
})
