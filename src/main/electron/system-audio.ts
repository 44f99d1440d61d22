import type { CommandLine, Session, WebContents, WebFrameMain } from 'electron'
import type { CallOutput } from '../../shared/ipc/contract.ts'

type Answer = CallOutput<'system-audio:allow'>

const PLATFORMS: Partial<Record<NodeJS.Platform, Extract<Answer, { how: 'display-media' }>['platform']>> = {
  win32: 'windows',
  darwin: 'macos',
  linux: 'linux'
}

/** Chromium's loopback over PulseAudio (and PipeWire's server for it), off by default. */
const LINUX_LOOPBACK = 'PulseaudioLoopbackForScreenShare'
const ENABLE_FEATURES = 'enable-features'

/** Must be called before Electron is ready. All features go into one switch: Chromium keeps the last one only. */
export function enableSystemAudio(
  commandLine: Pick<CommandLine, 'getSwitchValue' | 'appendSwitch'>,
  platform: NodeJS.Platform
): void {
  if (platform !== 'linux') return
  const given = commandLine.getSwitchValue(ENABLE_FEATURES)
  const features = given.split(',').filter((feature) => feature !== '')
  if (features.includes(LINUX_LOOPBACK)) return
  commandLine.appendSwitch(ENABLE_FEATURES, [...features, LINUX_LOOPBACK].join(','))
}

export interface SystemAudioOptions {
  session: Pick<Session, 'setDisplayMediaRequestHandler'>
  /** The main frame of our own window while it shows our own page. */
  isOwnFrame: (frame: WebFrameMain) => boolean
  platform: NodeJS.Platform
}

export interface SystemAudio {
  /** True while our page may capture what the computer plays. */
  readonly allowed: boolean
  /** Handler of `system-audio:allow`; main's own state changes at once. */
  allow(on: boolean): Answer | Promise<Answer>
  /** The page is in `contents`: when that loads another page or crashes the permission is taken back. */
  follow(contents: Pick<WebContents, 'on' | 'executeJavaScript'>): void
}

/** Lets our page capture what the computer plays, for as long as it asked for it; at any other time there is no way to any capture. */
export function systemAudio({ session, isOwnFrame, platform }: SystemAudioOptions): SystemAudio {
  const supported = PLATFORMS[platform]
  let allowed = false
  let page: Pick<WebContents, 'executeJavaScript'> | undefined
  const set = (on: boolean): void => {
    if (on === allowed) return
    allowed = on
    session.setDisplayMediaRequestHandler(
      on
        ? ({ frame, audioRequested, videoRequested }, answer) => {
            if (frame === null || !audioRequested || !isOwnFrame(frame)) return answer(null)
            // Where video must be asked for it is our own page, and the page stops it: no picture of the screen is taken.
            answer({ audio: 'loopback', ...(videoRequested ? { video: frame } : {}) })
          }
        : null
    )
  }
  return {
    get allowed() {
      return allowed
    },
    allow(on) {
      if (supported === undefined) {
        return { how: 'none', reason: `Parley cannot capture what the computer plays on ${platform}.` }
      }
      set(on)
      const answer: Answer = { how: 'display-media', platform: supported }
      return on && page !== undefined ? asIfClicked(page).then(() => answer) : answer
    },
    follow(contents) {
      page = contents
      contents.on('did-start-navigation', (details) => {
        if (details.isMainFrame && !details.isSameDocument) set(false)
      })
      contents.on('render-process-gone', () => set(false))
    }
  }
}

/**
 * Chromium captures only soon after a gesture in the page; a talk key that other programs see, and a conversation that connects by itself,
 * are none. Where it fails the page is told so by the capture (`InvalidStateError`).
 */
async function asIfClicked(page: Pick<WebContents, 'executeJavaScript'>): Promise<void> {
  await page.executeJavaScript('undefined', true).catch(() => undefined)
}
