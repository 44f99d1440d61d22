/* oxlint-disable unicorn/consistent-function-scoping -- what runs in a page must stand alone */
import { complaintsOf, expect, ready, test } from './web-host.ts'

test('a person opens the overlay beside the page: it follows the conversation, and can do nothing but that', async ({
  context,
  start
}) => {
  const { port, link } = await start(47_612)
  const stranger = await (await context.browser()?.newContext())?.newPage()
  const page = await context.newPage()
  const complaints = complaintsOf(page)
  await page.goto(link)
  await ready(page)
  const refused = await stranger?.goto(`http://127.0.0.1:${port}/overlay.html`)
  expect(refused?.status(), 'without the session').toBe(401)

  await page.keyboard.press('Control+Comma')
  await page.getByRole('tab', { name: 'Window' }).click()
  await expect(page.getByRole('switch', { name: 'Start when you log in' })).toHaveAccessibleDescription(/in a browser/)
  const opened = context.waitForEvent('page')
  await page.getByRole('button', { name: 'Open the overlay' }).click()
  const overlay = await opened
  const overlayComplaints = complaintsOf(overlay)
  const response = await overlay.request.get(`http://127.0.0.1:${port}/overlay.html`)
  expect(response.headers()['content-security-policy']).toContain("default-src 'none'")
  expect(response.headers()['content-security-policy']).not.toContain('unsafe-inline')
  expect(response.headers()['content-security-policy']).toContain(`connect-src ws://127.0.0.1:${port}/overlay;`)
  const state = overlay.getByRole('status')
  await expect(state).toHaveText('Ready')
  await page.keyboard.press('Escape')

  await page.getByRole('button', { name: 'Start talking' }).click()
  await expect(overlay.locator('.caption')).not.toBeEmpty({ timeout: 30_000 })
  await page.getByRole('textbox').first().fill('What is six times seven?')
  await page.keyboard.press('Enter')
  await expect(overlay.locator('.caption')).toContainText(/forty-two|42/, { timeout: 30_000 })

  const heard = await overlay.evaluate(async (origin) => {
    const socket = new WebSocket(`${origin}/overlay`)
    const got: unknown[] = []
    socket.onmessage = ({ data }) => got.push(JSON.parse(String(data)))
    await new Promise((resolve) => {
      socket.onopen = resolve
    })
    const calls = ['secrets:list', 'session:hang-up', 'preferences:read', 'history:list', 'data:info', 'profiles:list']
    for (const [id, call] of calls.entries()) socket.send(JSON.stringify({ id, call }))
    while (got.filter((one) => typeof one === 'object' && one !== null && 'reply' in one).length < calls.length) {
      await new Promise((resolve) => {
        setTimeout(resolve, 20)
      })
    }
    socket.close()
    return got
  }, `ws://127.0.0.1:${port}`)
  for (const one of heard) {
    const text = JSON.stringify(one)
    expect(text.includes('"untrusted"') || text.includes('presence:overlay-changed'), text).toBe(true)
  }

  await page.getByRole('button', { name: 'Hang up' }).click()
  await expect(state).toHaveText('Conversation ended')
  expect([...complaints, ...overlayComplaints]).toEqual([])
})
