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

/** May the page do this now? Only, from our own main frame: use the microphone, and capture what the computer plays while that is on. */
export function grantsRequest(permission: string, details: RequestDetails, systemAudioAllowed: boolean): boolean {
  if (details.isMainFrame !== true || !isOwn(details.requestingUrl)) return false
  if (permission === 'display-capture') return systemAudioAllowed
  const types = details.mediaTypes ?? []
  return permission === 'media' && types.length > 0 && types.every((type) => type === 'audio')
}

/** Would the page be allowed to? Decides, among others, whether device names are shown. */
export function grantsCheck(
  permission: string,
  origin: string,
  details: CheckDetails,
  systemAudioAllowed: boolean
): boolean {
  if (details.isMainFrame !== true || !isOwn(origin)) return false
  if (permission === 'display-capture') return systemAudioAllowed
  return permission === 'media' && details.mediaType === 'audio'
}

/** What is set of Electron's session; `C` is its contents of a page. */
export interface GuardedSession<C> {
  setPermissionRequestHandler(
    handler: (contents: C, permission: string, answer: (granted: boolean) => void, details: RequestDetails) => void
  ): void
  setPermissionCheckHandler(
    handler: (contents: C | null, permission: string, origin: string, details: CheckDetails) => boolean
  ): void
  setDevicePermissionHandler(handler: (details: { deviceType: string; origin: string }) => boolean): void
}

/** Electron grants everything to everyone unless all three handlers are set. `mute`: a page of ours that hears and captures nothing. */
export function guardPermissions<C>(
  session: GuardedSession<C>,
  systemAudio: { readonly allowed: boolean },
  mute: (contents: C | null) => boolean = () => false
): void {
  session.setPermissionRequestHandler((contents, permission, answer, details) => {
    answer(!mute(contents) && grantsRequest(permission, details, systemAudio.allowed))
  })
  session.setPermissionCheckHandler(
    (contents, permission, origin, details) =>
      !mute(contents) && grantsCheck(permission, origin, details, systemAudio.allowed)
  )
  session.setDevicePermissionHandler(() => false)
}
