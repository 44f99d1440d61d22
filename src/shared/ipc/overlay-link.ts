import type { CallName, EventName } from './contract.ts'

/** All that the overlay's page may ask; names only, so that its preload carries no schema library. */
export const overlayCalls: ReadonlySet<string> = new Set<CallName>(['presence:overlay', 'presence:show'])

/** The only event it is told. */
export const OVERLAY_EVENT = 'presence:overlay-changed' satisfies EventName

/** Where the overlay's page has its socket in the web host. */
export const OVERLAY_PATH = '/overlay'

/** Longest caption it is told, in code points. */
export const OVERLAY_CAPTION_CHARACTERS = 100

/** Its page asks for its state this often while it is seen; one that has not asked for {@link OVERLAY_LEASE_MS} is not told anything. */
export const OVERLAY_RENEW_MS = 3_000
export const OVERLAY_LEASE_MS = 8_000
