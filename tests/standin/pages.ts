// Which Chromium target is which page. Every target starts paused, so that a denied window.open loads nothing.
import type { CdpConnection, CdpSession } from './cdp.ts'
import { fault } from './state.ts'

/** What a target needs to know of the page that owns it. */
interface TargetOwner {
  readonly id: number
  readonly owner: { destroy(): void }
  readonly asElectron: Electron.WebContents
  isDestroyed(): boolean
  decideWindow(url: string): 'allow' | 'deny'
}

export const targets = new Map<string, TargetOwner>()
const attached = new Map<string, CdpSession>()
const waiting = new Map<string, (session: CdpSession) => void>()

/** For commands to a target that may have closed by itself. */
const gone = (): undefined => undefined

export function pageFor(targetId: string): Promise<CdpSession> {
  const session = attached.get(targetId)
  return session === undefined ? new Promise((resolve) => waiting.set(targetId, resolve)) : Promise.resolve(session)
}

/** Lets a new window run with its requests held, so that it loads nothing: the opener may hang for ever if it goes while it waits. */
async function runUnloaded(session: CdpSession): Promise<void> {
  await session.send('Fetch.enable', { patterns: [{ urlPattern: '*' }] }).catch(gone)
  await session.send('Runtime.runIfWaitingForDebugger').catch(gone)
}

export function watchTargets(connection: CdpConnection): void {
  const { browser } = connection
  browser.on('Target.attachedToTarget', ({ sessionId, targetInfo, waitingForDebugger }) => {
    const { targetId, url } = targetInfo
    const session = connection.sessions.get(sessionId)
    if (session === undefined) return
    const opener = targetInfo.openerId === undefined ? undefined : targets.get(targetInfo.openerId)
    if (opener !== undefined) {
      if (opener.decideWindow(url) === 'allow') fault('popup-allowed', `${url}: allowed child windows are not modelled`)
      void runUnloaded(session).then(() => browser.send('Target.closeTarget', { targetId }).catch(gone))
      return
    }
    attached.set(targetId, session)
    waiting.get(targetId)?.(session)
    if (waitingForDebugger) session.send('Runtime.runIfWaitingForDebugger').catch(gone)
  })
  browser.on('Target.targetDestroyed', ({ targetId }) => {
    const page = targets.get(targetId)
    if (page !== undefined && !page.isDestroyed()) page.owner.destroy()
  })
  const filter = [{ type: 'page' }, { exclude: true }]
  browser.send('Target.setDiscoverTargets', { discover: true }).catch(gone)
  browser
    .send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: true, flatten: true, filter })
    .catch(gone)
}
