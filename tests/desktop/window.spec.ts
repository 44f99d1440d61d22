/* oxlint-disable unicorn/consistent-function-scoping -- what runs in the page must stand alone */
import { PAPER } from '../../src/main/electron/paper.ts'
import { expect, securityReports, sharedTest, test } from './desktop.ts'

sharedTest('the window is sandboxed, isolated and never throttled', async ({ desktop }) => {
  const window = await desktop.app.browserWindow(desktop.page)
  const preferences = await window.evaluate((it) =>
    (it.webContents as unknown as { getLastWebPreferences(): Record<string, unknown> }).getLastWebPreferences()
  )
  expect(preferences).toMatchObject({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    webSecurity: true,
    backgroundThrottling: false,
    autoplayPolicy: 'no-user-gesture-required'
  })
  expect(preferences['webviewTag'] ?? false).toBe(false)
  expect(await window.evaluate((it) => it.webContents.getWebRTCIPHandlingPolicy())).toBe('disable_non_proxied_udp')
  await expect.poll(() => window.evaluate((it) => it.isVisible())).toBe(true)
})

sharedTest(
  'the window has its name, a smallest size, and the colour of the page before there is one',
  async ({ desktop }) => {
    const window = await desktop.app.browserWindow(desktop.page)
    const seen = await window.evaluate((it) => ({
      title: it.getTitle(),
      smallest: it.getMinimumSize(),
      colour: it.getBackgroundColor().toLowerCase()
    }))
    expect(seen).toMatchObject({ title: 'Parley', smallest: [480, 480] })
    expect(Object.values(PAPER)).toContain(seen.colour)
    expect(await desktop.page.title()).toBe('Parley')
  }
)

sharedTest('the page is a secure, cross-origin isolated context without Node', async ({ desktop }) => {
  const seen = await desktop.page.evaluate(() => ({
    secure: isSecureContext,
    isolated: crossOriginIsolated,
    node: ['require', 'process', 'Buffer', 'global', 'module'].filter((name) => name in globalThis),
    bridge: Object.keys(window.parley!),
    frozen: Object.isFrozen(window.parley)
  }))
  expect(seen).toEqual({ secure: true, isolated: true, node: [], bridge: ['invoke', 'on'], frozen: true })
  expect(desktop.page.url()).toMatch(/parley/)
})

sharedTest('every response carries the policy, and only files of the build are answered', async ({ desktop }) => {
  const answers = await desktop.page.evaluate(async () => {
    const scripts = [...document.querySelectorAll('script')].map((script) => script.src)
    const ask = async (url: string, method = 'GET') => {
      const { status, headers } = await fetch(url, { method })
      return { status, type: headers.get('content-type'), headers: Object.fromEntries(headers) }
    }
    return {
      page: await ask('/index.html'),
      head: await ask('/', 'HEAD'),
      script: await ask(scripts[0] ?? ''),
      missing: await ask('/no-such-file.js'),
      escape: await ask('/..%2f..%2fpackage.json'),
      post: await ask('/index.html', 'POST')
    }
  })
  for (const { headers } of Object.values(answers)) {
    expect(headers['content-security-policy']).toContain("default-src 'none'")
    expect(headers['content-security-policy']).not.toContain('unsafe-inline')
    expect(headers['cross-origin-opener-policy']).toBe('same-origin')
    expect(headers['cross-origin-embedder-policy']).toBe('require-corp')
    expect(headers['x-content-type-options']).toBe('nosniff')
  }
  expect(answers.page).toMatchObject({ status: 200, type: 'text/html; charset=utf-8' })
  expect(answers.head.status).toBe(200)
  expect(answers.script).toMatchObject({ status: 200, type: 'text/javascript; charset=utf-8' })
  expect([answers.missing.status, answers.escape.status, answers.post.status]).toEqual([404, 404, 405])
  await desktop.takeFaults('app-status')
})

test('starting breaks no rule of the content security policy', async ({ desktop }) => {
  await expect(desktop.page.locator('body')).not.toBeEmpty()
  expect(await securityReports(desktop.app)).toEqual([])
})

sharedTest('script from a text, eval and the network are blocked', async ({ desktop }) => {
  const blocked = await desktop.page.evaluate(async () => {
    const attempt = async (run: () => unknown) => {
      try {
        await run()
        return 'allowed'
      } catch (error) {
        return error instanceof Error ? error.name : 'unknown'
      }
    }
    // A name that nobody has is never reached: only the policy's own word says that it was the policy.
    const violated: string[] = []
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => violated.push(effectiveDirective))
    // What the driver runs directly is exempt from the policy; a later task is the page's own.
    await new Promise((resolve) => setTimeout(resolve))
    const inline = document.createElement('script')
    inline.textContent = 'window.injected = true'
    document.head.append(inline)
    const worker = new Worker(URL.createObjectURL(new Blob(['postMessage(1)'])))
    await new Promise((resolve) => {
      for (const outcome of ['message', 'error']) worker.addEventListener(outcome, resolve)
    })
    // oxlint-disable-next-line no-eval, no-implied-eval -- this is what must not work
    const evaluated = await attempt(() => globalThis.eval('1'))
    const fetched = await attempt(() => fetch('https://example.invalid/'))
    // The events come in later tasks.
    for (let waits = 0; waits < 100 && !violated.includes('connect-src'); waits += 1) {
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    return {
      evaluated,
      fetched,
      inline: 'injected' in window,
      violated: [...new Set(violated)].toSorted()
    }
  })
  expect(blocked).toEqual({
    evaluated: 'EvalError',
    fetched: 'TypeError',
    inline: false,
    violated: ['connect-src', 'script-src', 'script-src-elem', 'worker-src']
  })
})

test('the page opens no window and goes nowhere', async ({ desktop }) => {
  const { page, app } = desktop
  const before = page.url()
  expect(await page.evaluate(() => window.open('https://example.invalid/') === null)).toBe(true)
  await page.evaluate(() => {
    location.href = 'https://example.invalid/'
  })
  await page.evaluate(() => {
    const form = document.createElement('a')
    form.href = 'https://example.invalid/'
    document.body.append(form)
    form.click()
    form.remove()
  })
  const navigations = () =>
    app.evaluate(() => (globalThis.estand?.calls ?? []).filter((call) => call.name === 'navigation').length)
  if (await app.evaluate(() => globalThis.estand !== undefined)) await expect.poll(navigations).toBeGreaterThan(0)
  expect(await page.evaluate(() => typeof window.parley!.invoke)).toBe('function')
  expect(page.url()).toBe(before)
  expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1)
})

test('a page that crashes comes back', async ({ desktop }) => {
  const { app } = desktop
  const crash = () =>
    app.evaluate(({ webContents }) => webContents.getAllWebContents().forEach((it) => it.forcefullyCrashRenderer()))
  // The first load may not be over yet, and must not be taken for the second.
  const loading = () => app.evaluate(({ webContents }) => webContents.getAllWebContents().some((it) => it.isLoading()))
  await expect.poll(loading).toBe(false)
  const loads = await app.evaluateHandle(({ webContents }) => {
    const counter = { loads: 0 }
    webContents.getAllWebContents().forEach((it) => it.on('did-finish-load', () => (counter.loads += 1)))
    return counter
  })
  await crash()
  await expect.poll(() => loads.evaluate((counter) => counter.loads), { timeout: 20_000 }).toBe(1)
  const answer = await app.evaluate(({ webContents }) =>
    webContents.getAllWebContents()[0]?.executeJavaScript('window.parley.invoke("app:info", undefined)')
  )
  expect(answer).toMatchObject({ ok: true })
})
