import { expect, test, type Desktop } from './desktop.ts'

/** What the page gets when it asks for what the computer plays. */
function capture({ page }: Desktop, video: boolean): Promise<string> {
  return page.evaluate(async (wantsVideo) => {
    try {
      const stream = await navigator.mediaDevices.getDisplayMedia({ audio: true, video: wantsVideo })
      const kinds = stream.getTracks().map(({ kind }) => kind)
      for (const track of stream.getTracks()) track.stop()
      return kinds.toSorted().join('+')
    } catch (error) {
      return (error as DOMException).name
    }
  }, video)
}

const allow = ({ page }: Desktop, on: boolean) =>
  page.evaluate((wanted) => window.parley?.invoke('system-audio:allow', { on: wanted }), on)

test('what the computer plays may be captured while it is allowed, and at no other time', async ({ desktop }) => {
  expect(await capture(desktop, false)).toBe('NotAllowedError')
  const platform = { win32: 'windows', darwin: 'macos' }[process.platform as string] ?? 'linux'
  expect(await allow(desktop, true)).toEqual({ ok: true, value: { how: 'display-media', platform } })
  expect(await capture(desktop, false)).toBe('audio')
  expect(await capture(desktop, true)).toBe('audio+video')
  await allow(desktop, false)
  expect(await capture(desktop, false)).toBe('NotAllowedError')
})

test('a page that is loaded anew has to ask again', async ({ desktop }) => {
  await allow(desktop, true)
  await desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.reload())
  await expect(async () => {
    await desktop.page.waitForFunction(() => 'parley' in window, undefined, { timeout: 5000 })
    expect(await capture(desktop, false)).toBe('NotAllowedError')
  }).toPass()
})

test('the handler is there only while it is allowed, and gives sound and never the screen', async ({ desktop }) => {
  const calls = () => desktop.app.evaluate(() => globalThis.estand?.calls.map(({ name, args }) => [name, ...args]))
  test.skip((await calls()) === undefined, 'only the stand-in writes calls down')
  await allow(desktop, true)
  await capture(desktop, false)
  await allow(desktop, false)
  const seen = ((await calls()) ?? []).filter(([name]) => /isplay/.test(String(name)))
  expect(seen).toEqual([
    ['setDisplayMediaRequestHandler', 'handler'],
    [
      'display-media',
      { audio: true, video: false, userGesture: expect.anything() },
      { audio: 'loopback', video: 'none' }
    ],
    ['setDisplayMediaRequestHandler', null]
  ])
  if (process.platform !== 'linux') return
  const features = await desktop.app.evaluate(({ app }) => app.commandLine.getSwitchValue('enable-features'))
  expect(features.split(','), 'beside the features that the driver has given').toContain(
    'PulseaudioLoopbackForScreenShare'
  )
})
