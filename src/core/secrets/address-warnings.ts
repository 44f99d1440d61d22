import type { Service } from '../../shared/profile.ts'

/** What goes to an address: the service's key, the values of `{{secret:NAME}}`, and the token that opens one conversation. */
export interface Sent {
  key: boolean
  secrets: boolean
  token?: boolean
}

/** True for a host name or address (as `URL.hostname` gives it) that is this machine itself. */
export function isLoopback(hostname: string): boolean {
  return /^(?:(?:.+\.)?localhost\.?|127(?:\.\d+){3}|\[::1\])$/i.test(hostname)
}

/** True for Deepgram's own hosts. */
export function isDeepgramHost(hostname: string): boolean {
  return /^(?:.+\.)?deepgram\.com\.?$/i.test(hostname)
}

/** True for Napster's own hosts. */
export function isNapsterHost(hostname: string): boolean {
  return /^(?:.+\.)?napster\.com\.?$/i.test(hostname)
}

/**
 * Where a conversation goes instead of to the service's own hosts (the built-in agent's is this machine), as `URL.host` gives it; '' where
 * only a secret tells it. Undefined: to the service itself.
 */
export function foreignHost(service: Service, url: string | undefined): string | undefined {
  if (url === undefined) return undefined
  if (!URL.canParse(url)) return ''
  const { hostname, host } = new URL(url)
  const isOwn = service === 'builtin' ? isLoopback(hostname) : KEYED[service].isOwn(hostname)
  return isOwn ? undefined : host
}

const KEYED = {
  deepgram: { name: 'Deepgram', isOwn: isDeepgramHost, encrypted: 'wss://' },
  napster: { name: 'Napster', isOwn: isNapsterHost, encrypted: 'https://' }
} as const

/** Sentences about sending secrets to `url` (ws, wss, http or https); none for this machine itself or a text that is no URL. `service`: whose key it is. */
export function addressWarnings(url: string, sent: Sent, service: keyof typeof KEYED = 'deepgram'): string[] {
  const { name, isOwn, encrypted } = KEYED[service]
  if (!URL.canParse(url)) return []
  const { protocol, hostname, host } = new URL(url)
  const what = [
    sent.key ? `your ${name} key` : '',
    sent.secrets ? 'the secrets of the profile' : '',
    sent.token === true ? 'the conversation' : ''
  ]
    .filter((part) => part !== '')
    .join(' and ')
  if (isLoopback(hostname) || what === '') return []
  const warnings: string[] = []
  if (protocol === 'ws:' || protocol === 'http:') {
    warnings.push(
      `The connection to ${host} is not encrypted: ${what} can be read on the way. Use ${encrypted} instead.`
    )
  }
  if (sent.key && !isOwn(hostname)) {
    warnings.push(`Your ${name} key goes to ${host}, which is not ${name}'s. Do this only if you trust that server.`)
  }
  return warnings
}
