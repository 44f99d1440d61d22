import { complaintsOf, expect, ready, test } from './web-host.ts'

test('the link opens the page once; a second browser is told what to do', async ({ start, context }) => {
  const { link } = await start()
  const page = await context.newPage()
  const complaints = complaintsOf(page)
  await page.goto(link)
  await ready(page)
  expect(page.url()).not.toContain('token')
  expect(await page.evaluate(() => document.cookie)).toBe('')
  await page.goto(link)
  await ready(page)
  await page.getByRole('button', { name: 'Start talking' }).click()
  await expect(page.getByRole('button', { name: 'Hang up' })).toBeVisible({ timeout: 30_000 })
  expect(complaints).toEqual([])

  const other = await context.browser()!.newContext()
  const stranger = await other.newPage()
  expect((await stranger.goto(link))?.status()).toBe(403)
  await expect(stranger.getByRole('heading', { name: 'This link was used already' })).toBeVisible()
})

test('an open page works again after the host was started anew with the same data folder', async ({
  start,
  context
}) => {
  const first = await start()
  const page = await context.newPage()
  await page.goto(first.link)
  await ready(page)
  await first.app.end()
  await start(first.port)
  // Nobody presses reload: the page's own link comes back within seconds. Until then it says that Parley does not answer.
  const hangUp = page.getByRole('button', { name: 'Hang up' })
  await expect(async () => {
    if (!(await hangUp.isVisible())) await page.getByRole('button', { name: 'Start talking' }).click({ timeout: 1000 })
    await expect(hangUp).toBeVisible({ timeout: 3000 })
  }).toPass({ timeout: 40_000 })
  await page.reload()
  await expect(page.getByRole('button', { name: 'Hang up' })).toBeVisible()
})

test('another site can neither read, embed nor connect to the host', async ({ start, context }) => {
  const { link, port } = await start()
  const page = await context.newPage()
  await page.goto(link)
  await ready(page)
  await context.route('http://evil.example/**', (route) =>
    route.fulfill({ body: '<p>evil</p>', contentType: 'text/html' })
  )
  const evil = await context.newPage()
  await evil.goto('http://evil.example/')
  const tried = await evil.evaluate(async (host) => {
    const socket = new WebSocket(`ws://${host}/ipc`)
    const socketResult = await new Promise((resolve) => {
      socket.addEventListener('open', () => resolve('open'))
      socket.addEventListener('error', () => resolve('refused'))
    })
    const fetched = await fetch(`http://${host}/`, { credentials: 'include' }).then(
      () => 'read',
      () => 'refused'
    )
    return [socketResult, fetched]
  }, `127.0.0.1:${port}`)
  expect(tried).toEqual(['refused', 'refused'])
})
