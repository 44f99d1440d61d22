import type { Session } from 'electron'
import { APP_PREFIX } from './app-protocol.ts'

interface RequestDetails {
  requestingUrl?: string
  isMainFrame?: boolean
  mediaTypes?: readonly string[]
}

interface CheckDetails {
  isMainFrame?: boolean
  mediaType?: string
}

/** Origins come with or without a trailing slash. */
function isOwn(url: string | undefined): boolean {
  return url !== undefined && `${url}/`.startsWith(APP_PREFIX)
}

/** May the page do this now? Only: use the microphone, from our own main frame. */
export function grantsRequest(permission: string, details: RequestDetails): boolean {
  const types = details.mediaTypes ?? []
  const audioOnly = types.length > 0 && types.every((type) => type === 'audio')
  return permission === 'media' && audioOnly && details.isMainFrame === true && isOwn(details.requestingUrl)
}

/** Would the page be allowed to? Decides, among others, whether device names are shown. */
export function grantsCheck(permission: string, origin: string, details: CheckDetails): boolean {
  return permission === 'media' && details.mediaType === 'audio' && details.isMainFrame === true && isOwn(origin)
}

/** Electron grants everything to everyone unless all three handlers are set. */
export function guardPermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, permission, answer, details) => {
    answer(grantsRequest(permission, details))
  })
  session.setPermissionCheckHandler((_contents, permission, origin, details) =>
    grantsCheck(permission, origin, details)
  )
  session.setDevicePermissionHandler(() => false)
}
