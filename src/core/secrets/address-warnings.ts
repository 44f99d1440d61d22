/** What goes to an address: the Deepgram key, and the values of `{{secret:NAME}}`. */
export interface Sent {
  key: boolean
  secrets: boolean
}

/** True for a host name or address (as `URL.hostname` gives it) that is this machine itself. */
export function isLoopback(hostname: string): boolean {
  return /^(?:(?:.+\.)?localhost\.?|127(?:\.\d+){3}|\[::1\])$/i.test(hostname)
}

/** True for Deepgram's own hosts. */
export function isDeepgramHost(hostname: string): boolean {
  return /^(?:.+\.)?deepgram\.com\.?$/i.test(hostname)
}

/** Sentences about sending secrets to `url` (ws, wss, http or https); none for this machine itself or a text that is no URL. */
export function addressWarnings(url: string, sent: Sent): string[] {
  if (!URL.canParse(url)) return []
  const { protocol, hostname, host } = new URL(url)
  if (isLoopback(hostname) || (!sent.key && !sent.secrets)) return []
  const what = [sent.key ? 'your Deepgram key' : '', sent.secrets ? 'the secrets of the profile' : '']
    .filter((part) => part !== '')
    .join(' and ')
  const warnings: string[] = []
  if (protocol === 'ws:' || protocol === 'http:') {
    warnings.push(`The connection to ${host} is not encrypted: ${what} can be read on the way. Use wss:// instead.`)
  }
  if (sent.key && !isDeepgramHost(hostname)) {
    warnings.push(`Your Deepgram key goes to ${host}, which is not Deepgram's. Do this only if you trust that server.`)
  }
  return warnings
}
