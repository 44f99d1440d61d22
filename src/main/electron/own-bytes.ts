/**
 * The same message with PCM in a buffer of its own: what is posted to another process takes its whole ArrayBuffer along,
 * and behind a Node Buffer that is a pool of everything else (sockets, keys).
 */
export function withOwnBytes(message: unknown): unknown {
  if (message === null || typeof message !== 'object' || !('pcm' in message)) return message
  const { pcm } = message
  return pcm instanceof Uint8Array ? { ...message, pcm: new Uint8Array(pcm) } : message
}
