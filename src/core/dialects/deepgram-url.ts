import { DEEPGRAM_AGENT_PATH } from '../../shared/protocol/deepgram.ts'
import { ProfileError } from '../profiles/profile-error.ts'

/** Base of the hosted service (deepgram.md section 1). */
export const DEEPGRAM_BASE_URL = 'wss://agent.deepgram.com'

const SCHEMES: Readonly<Record<string, string>> = { 'ws:': 'ws:', 'wss:': 'wss:', 'http:': 'ws:', 'https:': 'wss:' }

/**
 * Full URL of the service from a base: `/v1/agent/converse` is appended unless the path already ends so. A query of the base is
 * kept, none is added. Throws {@link ProfileError}.
 */
export function converseUrl(base: string): string {
  const problem = 'The url is not a WebSocket address. Write it like wss://agent.deepgram.com or ws://127.0.0.1:8080.'
  if (!URL.canParse(base)) throw new ProfileError(problem)
  const url = new URL(base)
  const scheme = SCHEMES[url.protocol]
  if (scheme === undefined || url.hostname === '') throw new ProfileError(problem)
  if (url.username !== '' || url.password !== '') {
    throw new ProfileError('The url holds a user name or password. Take it out: keys have their own place.')
  }
  const path = url.pathname.replace(/\/+$/, '')
  const full = path.endsWith(DEEPGRAM_AGENT_PATH) ? path : `${path}${DEEPGRAM_AGENT_PATH}`
  return `${scheme}//${url.host}${full}${url.search}`
}
