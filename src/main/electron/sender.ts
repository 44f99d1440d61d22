import type { WebContents, WebFrameMain } from 'electron'
import { APP_PREFIX } from './app-protocol.ts'

/** The parts of an IPC event that say who sent it. */
export interface SenderEvent {
  readonly sender: WebContents
  readonly senderFrame: WebFrameMain | null
}

/** True for the main frame of our own window while it shows our own page. */
export function isOwnFrame(frame: WebFrameMain, window: WebContents | undefined): boolean {
  return window !== undefined && frame.parent === null && frame === window.mainFrame && frame.url.startsWith(APP_PREFIX)
}

/** A message from our own page. A frame that has gone (`null`) is refused. */
export function isTrustedSender(event: SenderEvent, window: WebContents | undefined): boolean {
  const frame = event.senderFrame
  return frame !== null && event.sender === window && isOwnFrame(frame, window)
}
