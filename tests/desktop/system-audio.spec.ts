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

/** What was called at the platform so far; undefined on Electron itself: only the stand-in writes calls down. */
const displayCalls = async ({ app }: Desktop) =>
  (await app.evaluate(() => globalThis.estand?.calls.map(({ name, args }) => [name, ...args])))?.filter(([name]) =>
    /isplay/.test(String(name))
  )

const asked = (video: boolean) => ({ audio: true, video, userGesture: expect.anything() })

// One start of the app for all of it: each takes seconds.
test('what the computer plays may be captured while it is allowed, and at no other time @linux', async ({
  desktop
}) => {
  const platform = { win32: 'windows', darwin: 'macos' }[process.platform as string] ?? 'linux'

  await test.step('not before it was asked for', async () => {
    expect(await capture(desktop, false)).toBe('NotAllowedError')
  })

  await test.step('sound, and beside it never the screen', async () => {
    const before = (await displayCalls(desktop))?.length ?? 0
    expect(await allow(desktop, true)).toEqual({ ok: true, value: { how: 'display-media', platform } })
    expect(await capture(desktop, false)).toBe('audio')
    expect(await capture(desktop, true)).toBe('audio+video')
    await allow(desktop, false)
    expect(await capture(desktop, false)).toBe('NotAllowedError')
    const seen = await displayCalls(desktop)
    if (seen === undefined) return
    expect(seen.slice(before)).toEqual([
      ['setDisplayMediaRequestHandler', 'handler'],
      ['display-media', asked(false), { audio: 'loopback', video: 'none' }],
      ['display-media', asked(true), { audio: 'loopback', video: 'given' }],
      ['setDisplayMediaRequestHandler', null]
    ])
  })

  await test.step('Linux: its loopback is switched on beside the features that the driver has given', async () => {
    if (process.platform !== 'linux') return
    const features = await desktop.app.evaluate(({ app }) => app.commandLine.getSwitchValue('enable-features'))
    expect(features.split(',')).toContain('PulseaudioLoopbackForScreenShare')
  })

  await test.step('a page that is loaded anew has to ask again', async () => {
    await allow(desktop, true)
    await desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.reload())
    await expect(async () => {
      await desktop.page.waitForFunction(() => 'parley' in window, undefined, { timeout: 5000 })
      expect(await capture(desktop, false)).toBe('NotAllowedError')
    }).toPass()
  })
})
