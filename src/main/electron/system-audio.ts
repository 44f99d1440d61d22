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
  /** Handler of `system-audio:allow`. */
  allow(on: boolean): Answer
  /** Takes the permission back when `contents` loads another page or crashes. */
  follow(contents: Pick<WebContents, 'on'>): void
}

/** Lets our page capture what the computer plays, for as long as it asked for it; at any other time there is no way to any capture. */
export function systemAudio({ session, isOwnFrame, platform }: SystemAudioOptions): SystemAudio {
  const supported = PLATFORMS[platform]
  let allowed = false
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
      return { how: 'display-media', platform: supported }
    },
    follow(contents) {
      contents.on('did-start-navigation', (details) => {
        if (details.isMainFrame && !details.isSameDocument) set(false)
      })
      contents.on('render-process-gone', () => set(false))
    }
  }
}
