/** Arguments of one call of `String.fromCharCode`; engines take many more, but not any number. */
const CHUNK_BYTES = 8_192

/** Base64 with padding, as a wire message holds audio. */
export function encodeBase64(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
    text += String.fromCharCode(...bytes.subarray(at, at + CHUNK_BYTES))
  }
  return btoa(text)
}

/** The bytes of `text`, also in the url-safe alphabet and without padding; undefined where it is no base64. */
export function decodeBase64(text: string): Uint8Array | undefined {
  let decoded: string
  try {
    decoded = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  } catch {
    return undefined
  }
  const bytes = new Uint8Array(decoded.length)
  for (let at = 0; at < decoded.length; at += 1) bytes[at] = decoded.charCodeAt(at)
  return bytes
}
